using C3Fusion.Agreement;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests.Harness;

/// <summary>A traitor: keeps the agreement's rules with its own key and broadcasts any bytes it likes. Two of one identity equivocate; they are deaf, for a machine that sees its own signature on what it did not say stops.</summary>
internal sealed class RawNode
{
    private readonly AgreementMachine _machine;
    private readonly FrameVerifier _verifier;
    private readonly Func<long, ReadOnlyMemory<byte>> _payload;
    private readonly bool _isDeaf;
    private readonly SlotTiming _timing;
    private readonly List<AgreementEffect> _effects = [];

    public RawNode(TestRoster roster, int self, Instant startedAt, Func<long, ReadOnlyMemory<byte>> payload, bool isDeaf)
    {
        Self = self;
        _machine = new AgreementMachine(roster.Roster, self, roster.NodeSigners[self], Agreement.RestartState.Fresh(startedAt));
        _verifier = new FrameVerifier(new StatementVerifier(roster.Roster));
        _timing = roster.Roster.Timing;
        _payload = payload;
        _isDeaf = isDeaf;
    }

    public int Self { get; }

    public Instant? Wake { get; private set; }

    private long _opened = -1;

    public IReadOnlyList<(int Peer, byte[] Bytes)> TimeReached(Instant now)
    {
        Wake = null;
        _effects.Clear();
        long slot = _timing.SlotAt(now);
        if (slot > _opened)
        {
            _opened = slot;
            _machine.Step(new AgreementEvent.SlotOpened(slot, _payload(slot)), now, _effects);
        }

        _machine.Step(new AgreementEvent.TimeReached(), now, _effects);
        return Finish(now);
    }

    public IReadOnlyList<(int Peer, byte[] Bytes)> Receive(int peer, ReadOnlyMemory<byte> bytes, Instant now)
    {
        _effects.Clear();
        if (!_isDeaf && bytes.Span[0] == (byte)PeerChannel.Agreement && _verifier.Verify(peer, bytes[1..], now, out Verified<Frame> frame) == FrameRefusal.None)
            _machine.Step(new AgreementEvent.FrameArrived(frame, now), now, _effects);
        return Finish(now);
    }

    private List<(int Peer, byte[] Bytes)> Finish(Instant now)
    {
        var sends = new List<(int, byte[])>();
        for (int i = 0; i < _effects.Count; i++)
        {
            if (_effects[i] is AgreementEffect.PersistLease lease) _machine.Step(new AgreementEvent.LeasePersisted(lease.UpToSlot), now, _effects);
            if (_effects[i] is AgreementEffect.WakeAt wake) Wake = wake.Time;
            if (_effects[i] is AgreementEffect.SendFrame send) sends.Add((send.Peer, [(byte)PeerChannel.Agreement, .. send.Bytes.Span]));
        }

        Instant next = _timing.StartOf(Math.Max(0, _timing.SlotAt(now) + 1));
        if (Wake is null || Wake > next) Wake = next;
        return sends;
    }
}
