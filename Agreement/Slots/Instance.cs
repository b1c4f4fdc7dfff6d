using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>One of a slot's n parallel broadcasts, as one node sees it: set-based Dolev-Strong (docs/agreement-rules.md, F4).</summary>
internal sealed class Instance
{
    private const int MaxValues = 2;

    private readonly SlotRules _rules;
    private readonly List<Candidate> _candidates;
    private readonly List<Candidate> _accepted;
    private readonly byte[] _listed;
    private readonly byte[]? _supported;

    public Instance(int sender, SlotRules rules)
    {
        Sender = sender;
        _rules = rules;
        _candidates = [];
        _accepted = [];
        _listed = new byte[rules.Nodes];
        _supported = rules.Variant.CapsSupportPerSigner ? new byte[rules.Nodes] : null;
    }

    private Instance(Instance other)
    {
        Sender = other.Sender;
        _rules = other._rules;
        _candidates = [.. other._candidates.Select(candidate => candidate.Clone())];
        _accepted = [.. other._accepted.Select(accepted => Find(accepted.Value)!)];
        _listed = [.. other._listed];
        _supported = other._supported is null ? null : [.. other._supported];
    }

    public int Sender { get; }

    /// <summary>V: at most two values, in the order of acceptance.</summary>
    public IReadOnlyList<Candidate> Accepted => _accepted;

    public IReadOnlyList<Candidate> Candidates => _candidates;

    public Candidate? Find(in Hash256 value)
    {
        foreach (Candidate candidate in _candidates)
        {
            if (candidate.Value == value) return candidate;
        }

        return null;
    }

    /// <summary>
    /// F4: notes that <paramref name="author"/>'s own statement lists a value. The limit of two goes by the author of the frame and
    /// never by the signers of supports: a cap per signer breaks agreement at n = 3.
    /// </summary>
    /// <returns>The candidate, or null where the author used up its two values or two were accepted already.</returns>
    public Candidate? List(int author, in Hash256 value)
    {
        Candidate? candidate = Find(value);
        if (candidate is not null && NodeSet.Contains(candidate.ListedBy, author)) return candidate;
        if (candidate is null && _accepted.Count == MaxValues) return null;
        if (_listed[author] == MaxValues) return null;
        _listed[author]++;
        if (candidate is null) _candidates.Add(candidate = new Candidate(value));
        candidate.ListedBy |= NodeSet.Of(author);
        return candidate;
    }

    /// <summary>Counts the signer of a statement that lists the value, in a frame whose author lists it too.</summary>
    public void Support(Candidate candidate, Statement statement)
    {
        if (NodeSet.Contains(candidate.Supporters, statement.Author)) return;
        if (_supported is not null && _supported[statement.Author]++ >= MaxValues) return;
        candidate.Support(statement, Sender, _rules.Rounds + 1);
    }

    /// <summary>Accepts the value if it has the sender's signature, its payload, and as many signatures as the round demands.</summary>
    /// <param name="candidate">The value.</param>
    /// <param name="payload">Its bytes; kept as they are.</param>
    /// <param name="round">round(t) of the frame that brought the payload.</param>
    public bool TryAccept(Candidate candidate, ReadOnlyMemory<byte> payload, int round)
    {
        if (!MayAccept(candidate, round)) return false;
        candidate.Accept(payload);
        _accepted.Add(candidate);
        if (_accepted.Count == MaxValues) _candidates.RemoveAll(other => !other.IsAccepted);
        return true;
    }

    /// <summary>Is nothing missing for acceptance but the payload?</summary>
    public bool MayAccept(Candidate candidate, int round) =>
        !candidate.IsAccepted && _accepted.Count < MaxValues
        && NodeSet.Contains(candidate.Supporters, Sender)
        && round <= _rules.Rounds && NodeSet.Count(candidate.Supporters) >= round;

    /// <summary>Nothing can be accepted any more: forget what was not.</summary>
    public void Close() => _candidates.RemoveAll(candidate => !candidate.IsAccepted);

    /// <summary>The slot is old: whoever still needs a payload fetches it by its hash.</summary>
    public void ForgetPayloads() => _accepted.ForEach(candidate => candidate.ForgetPayload());

    public Instance Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        writer.U8((byte)_accepted.Count);
        foreach (Candidate candidate in _accepted) writer.Hash(candidate.Value);
        foreach (byte listed in _listed) writer.U8(listed);
        foreach (byte supported in _supported ?? []) writer.U8(supported);
        foreach (Candidate candidate in _candidates.OrderBy(candidate => candidate.Value))
        {
            writer.Hash(candidate.Value);
            writer.U64(candidate.Supporters);
            writer.U64(candidate.ListedBy);

            // Which statements it would be relayed with, not only whose: a signer may have listed it in several.
            foreach (Statement support in candidate.Supports.OrderBy(support => support.Author))
            {
                writer.U8((byte)support.Author);
                writer.Raw(support.Body);
            }
        }
    }
}
