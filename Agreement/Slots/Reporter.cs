using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <summary>What this node owes its peers in a slot, and the frames that pay it.</summary>
/// <remarks>
/// An early VOTE goes out bare. Its supports, and those of every relay, are owed at the close of the round, and only to peers
/// that have not signed the value themselves: when nobody misbehaves, to none. The same holds for certificates. The proofs of
/// the rules need no more: what one honest node accepted in round r, the others hold by deadline(r+1).
/// </remarks>
internal sealed class Reporter
{
    private readonly SlotRules _rules;
    private readonly List<Pair> _owed;
    private readonly List<int> _certificates;
    private readonly ulong[] _heldByPeer;
    private readonly ulong[] _decidesSent;
    private ulong _hinted;

    public Reporter(SlotRules rules)
    {
        _rules = rules;
        _owed = [];
        _certificates = [];
        _heldByPeer = new ulong[rules.Nodes];
        _decidesSent = new ulong[rules.Nodes];
    }

    private Reporter(Reporter other)
    {
        _rules = other._rules;
        _owed = [.. other._owed];
        _certificates = [.. other._certificates];
        _heldByPeer = [.. other._heldByPeer];
        _decidesSent = [.. other._decidesSent];
        (_hinted, OwesDecides) = (other._hinted, other.OwesDecides);
    }

    /// <summary>Instances whose certificate was accepted and not passed on yet.</summary>
    public IReadOnlyList<int> Certificates => _certificates;

    /// <summary>Does some peer lack DECIDEs of the slot before, as far as it said?</summary>
    public bool OwesDecides { get; private set; }

    public void Owe(IEnumerable<Pair> pairs) => _owed.AddRange(pairs);

    public void OweCertificate(int instance) => _certificates.Add(instance);

    /// <summary>The round is closed: what was not sent now is sent never, for it would come one signature short.</summary>
    public void Forget()
    {
        _owed.Clear();
        _certificates.Clear();
    }

    /// <summary>Notes which DECIDEs of the slot before the author of a frame holds. A SEND is too early to count: those DECIDEs may still be under way.</summary>
    public void Note(Frame frame, StepContext context)
    {
        if (frame.Own.Kind == StatementKind.Send || frame.Author == _rules.Self) return;
        _heldByPeer[frame.Author] = frame.DecidesHeld;
        _hinted |= NodeSet.Of(frame.Author);
        OwesDecides |= MissingDecides(frame.Author, context) != 0;
    }

    public void SendAll(Frame frame, StepContext context)
    {
        for (int peer = 0; peer < _rules.Nodes; peer++)
        {
            if (peer != _rules.Self) context.Effects.Add(new AgreementEffect.SendFrame(peer, frame));
        }
    }

    /// <summary>Sends each peer what it is owed at the close of a round.</summary>
    /// <param name="own">What was signed at this close, for everybody; or null.</param>
    /// <param name="certificate">The CERT (or the DECIDE that counts as one) for what was certified in this round; or null.</param>
    /// <param name="relays">Is this a round whose acceptances are still relayed?</param>
    /// <param name="slot">The slot.</param>
    /// <param name="heard">Statements to forward, for d above 1.</param>
    /// <param name="context">The step.</param>
    public void SendReports(Statement? own, Statement? certificate, bool relays, Slot slot, IReadOnlyList<Statement> heard, StepContext context)
    {
        var composed = new Dictionary<(UInt128 Pairs, ulong Decides), List<Frame>>();
        var certified = new Dictionary<UInt128, List<Frame>>();
        for (int peer = 0; peer < _rules.Nodes; peer++)
        {
            if (peer == _rules.Self) continue;
            UInt128 pairs = relays ? Lacking(peer, slot) : UInt128.Zero;
            ulong decides = MissingDecides(peer, context);
            if (own is not null || pairs != UInt128.Zero || decides != 0 || heard.Count > 0)
            {
                if (!composed.TryGetValue((pairs, decides), out List<Frame>? frames))
                    composed[(pairs, decides)] = frames = Compose(own, pairs, decides, slot, heard, context);
                foreach (Frame frame in frames) context.Effects.Add(new AgreementEffect.SendFrame(peer, frame));
                _decidesSent[peer] |= decides;
            }

            if (certificate is not null) SendCertificates(peer, certificate, slot, certified, context);
        }

        OwesDecides = false;
        for (int peer = 0; peer < _rules.Nodes; peer++) OwesDecides |= MissingDecides(peer, context) != 0;
    }

    public Reporter Clone() => new(this);

    public void WriteState(CanonicalWriter writer)
    {
        foreach (Pair pair in _owed)
        {
            writer.U8((byte)pair.Sender);
            writer.Hash(pair.Value);
        }

        foreach (int instance in _certificates) writer.U8((byte)instance);
        writer.U64(_hinted);
        foreach (ulong held in _heldByPeer) writer.U64(held);
        foreach (ulong sent in _decidesSent) writer.U64(sent);
    }

    private UInt128 Lacking(int peer, Slot slot)
    {
        UInt128 lacking = UInt128.Zero;
        for (int i = 0; i < _owed.Count; i++)
        {
            Candidate? candidate = slot.Broadcasts.Instances[_owed[i].Sender].Find(_owed[i].Value);
            if (candidate is not null && !NodeSet.Contains(candidate.Supporters, peer)) lacking |= UInt128.One << i;
        }

        return lacking;
    }

    private ulong MissingDecides(int peer, StepContext context) =>
        peer != _rules.Self && NodeSet.Contains(_hinted, peer) ? context.DecidesHeld & ~_heldByPeer[peer] & ~_decidesSent[peer] : 0;

    private List<Frame> Compose(Statement? own, UInt128 pairs, ulong decides, Slot slot, IReadOnlyList<Statement> heard, StepContext context)
    {
        var units = new List<FrameUnit>();
        Statement? carrier = own;
        for (int i = 0; i < _owed.Count; i++)
        {
            if ((pairs & (UInt128.One << i)) == UInt128.Zero) continue;
            Candidate candidate = slot.Broadcasts.Instances[_owed[i].Sender].Find(_owed[i].Value)!;
            Statement listing = slot.Own.Listing(_owed[i]);
            carrier ??= listing;
            units.Add(new FrameUnit([listing, .. candidate.Supports], new Payload(candidate.Value, candidate.Payload)));
        }

        foreach (Statement statement in heard) units.Add(new FrameUnit([statement], null));
        if (decides != 0)
        {
            var missing = new List<Statement>();
            context.Before!.Collect(decides, missing);
            foreach (Statement statement in missing) units.Add(new FrameUnit([statement], null));
        }

        return FrameComposer.Compose(carrier ?? slot.Own.Last, units, context.DecidesHeld, _rules);
    }

    private void SendCertificates(int peer, Statement certificate, Slot slot, Dictionary<UInt128, List<Frame>> composed, StepContext context)
    {
        UInt128 lacking = UInt128.Zero;
        foreach (int instance in _certificates)
        {
            if (!NodeSet.Contains(slot.Votes.Certifiers(instance), peer)) lacking |= UInt128.One << instance;
        }

        if (lacking == UInt128.Zero) return;
        if (!composed.TryGetValue(lacking, out List<Frame>? frames))
        {
            var units = new List<FrameUnit>();
            foreach (int instance in _certificates)
            {
                if ((lacking & (UInt128.One << instance)) == UInt128.Zero) continue;
                var proof = new List<Statement>();
                slot.Votes.CollectProof(instance, proof);
                units.Add(new FrameUnit([.. proof], null));
            }

            composed[lacking] = frames = FrameComposer.Compose(certificate, units, context.DecidesHeld, _rules);
        }

        foreach (Frame frame in frames) context.Effects.Add(new AgreementEffect.SendFrame(peer, frame));
    }
}
