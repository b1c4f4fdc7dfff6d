using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>Votes and CERT signatures of one slot: the fast path (docs/agreement-rules.md, section 2).</summary>
/// <remarks>
/// Only votes for what this node voted for itself can ever form a certificate that it accepts, so nothing else is kept after its
/// own vote: two statements per author before it, n per instance after it, whatever peers send. An honest node that accepted a
/// certificate held this node's vote, so what it sends to prove it always arrives after that vote was cast.
/// </remarks>
internal sealed class VoteBook
{
    private readonly SlotRules _rules;
    private readonly Statement?[] _first;
    private readonly Statement?[] _second;
    private readonly Hash256?[] _mine;
    private readonly Statement?[,] _votes;
    private readonly Statement?[,] _certs;
    private readonly ulong[] _voters;
    private readonly ulong[] _certifiers;
    private readonly bool[] _certified;

    public VoteBook(SlotRules rules)
    {
        _rules = rules;
        int n = rules.Nodes;
        _first = new Statement?[n];
        _second = new Statement?[n];
        _mine = new Hash256?[n];
        _votes = new Statement?[n, n];
        _certs = new Statement?[n, n];
        _voters = new ulong[n];
        _certifiers = new ulong[n];
        _certified = new bool[n];
    }

    private VoteBook(VoteBook other)
    {
        _rules = other._rules;
        _first = [.. other._first];
        _second = [.. other._second];
        _mine = [.. other._mine];
        _votes = (Statement?[,])other._votes.Clone();
        _certs = (Statement?[,])other._certs.Clone();
        _voters = [.. other._voters];
        _certifiers = [.. other._certifiers];
        _certified = [.. other._certified];
        HasVoted = other.HasVoted;
    }

    public bool HasVoted { get; private set; }

    /// <summary>What this node voted for in an instance, or null: it did not, or it saw two values.</summary>
    public Hash256? Mine(int instance) => _mine[instance];

    public ulong Certifiers(int instance) => _certifiers[instance];

    /// <summary>q: votes equal to this node's own in an instance.</summary>
    public int Votes(int instance) => NodeSet.Count(_voters[instance]);

    /// <summary>This node cast its vote; votes that came before it count now.</summary>
    public void CastOwn(Statement vote, IReadOnlyList<Instance> instances)
    {
        HasVoted = true;
        foreach (Instance instance in instances)
        {
            _mine[instance.Sender] = instance.Accepted.Count == 1 ? instance.Accepted[0].Value : null;
        }

        Add(vote);
        for (int author = 0; author < _rules.Nodes; author++)
        {
            if (_first[author] is { } first) Count(first);
            if (_second[author] is { } second) Count(second);
        }
    }

    /// <summary>Keeps a VOTE.</summary>
    /// <returns>An earlier, different vote of the same author: proof of guilt (both still count).</returns>
    public Statement? Add(Statement vote)
    {
        Statement? earlier = null;
        if (_first[vote.Author] is not { } first)
        {
            _first[vote.Author] = vote;
        }
        else if (!first.Equals(vote))
        {
            earlier = first;
            _second[vote.Author] ??= vote;
        }

        if (HasVoted) Count(vote);
        return earlier;
    }

    /// <summary>Keeps a CERT, or a DECIDE that counts as one, where it certifies what this node voted for.</summary>
    public void AddCertifier(Statement statement)
    {
        if (!HasVoted) return;
        if (statement.Kind == StatementKind.Certificate)
        {
            foreach (StatementEntry entry in statement.Entries)
            {
                if (_mine[entry.Sender] == entry.Value) SetCertifier(entry.Sender, statement);
            }
        }
        else if (statement.Kind == StatementKind.Decide && statement.Round == 0)
        {
            for (int i = 0; i < statement.Outcomes.Length; i++)
            {
                if (_mine[i] == statement.Outcomes[i].Value) SetCertifier(i, statement);
            }
        }
    }

    /// <summary>Was a certificate of this instance accepted?</summary>
    public bool IsCertified(int instance) => _certified[instance];

    public bool AreAllCertified => Array.TrueForAll(_certified, certified => certified);

    /// <summary>Accepts every certificate that is complete in this round.</summary>
    /// <returns>The instances whose certificate was accepted just now.</returns>
    public List<int> Certify(int round)
    {
        var accepted = new List<int>();
        for (int instance = 0; instance < _certified.Length; instance++)
        {
            if (_certified[instance] || !IsComplete(instance, round)) continue;
            _certified[instance] = true;
            accepted.Add(instance);
        }

        return accepted;
    }

    /// <summary>The n votes and all CERT signatures of an instance, to convince others.</summary>
    public void CollectProof(int instance, List<Statement> into)
    {
        for (int author = 0; author < _rules.Nodes; author++)
        {
            if (_votes[instance, author] is { } vote) into.Add(vote);
            if (_certs[instance, author] is { } cert) into.Add(cert);
        }
    }

    public VoteBook Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        writer.U8(HasVoted ? (byte)1 : (byte)0);
        for (int i = 0; i < _rules.Nodes; i++)
        {
            writer.Hash(_mine[i] ?? default);
            writer.U64(_voters[i]);
            writer.U64(_certifiers[i]);
            writer.U8(_certified[i] ? (byte)1 : (byte)0);
            WriteVote(writer, _first[i]);
            WriteVote(writer, _second[i]);
        }
    }

    // n equal votes, and k CERT signatures by deadline(c0 + min(k, f+d)).
    private bool IsComplete(int instance, int round)
    {
        if (_mine[instance] is null || _voters[instance] != _rules.Everyone) return false;
        int signers = NodeSet.Count(_certifiers[instance]);
        int usable = Math.Min(signers, _rules.CertificateRounds - SlotRules.VoteRounds);
        return round <= SlotRules.VoteRounds + usable;
    }

    private static void WriteVote(CanonicalWriter writer, Statement? vote)
    {
        if (vote is null) writer.U8(0);
        else writer.Raw(vote.Body);
    }

    private void Count(Statement vote)
    {
        ReadOnlySpan<StatementEntry> entries = vote.Entries.AsSpan();
        for (int start = 0; start < entries.Length;)
        {
            int end = start + 1;
            while (end < entries.Length && entries[end].Sender == entries[start].Sender) end++;
            int sender = entries[start].Sender;
            if (end == start + 1 && _mine[sender] == entries[start].Value)
            {
                _voters[sender] |= NodeSet.Of(vote.Author);
                _votes[sender, vote.Author] ??= vote;
            }

            start = end;
        }
    }

    private void SetCertifier(int instance, Statement statement)
    {
        _certifiers[instance] |= NodeSet.Of(statement.Author);
        _certs[instance, statement.Author] ??= statement;
    }
}
