using System.Collections.Immutable;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Sim.Clusters;

/// <summary>One node of a simulated cluster: the machine, the verification stage and the ingest that are fielded, without their threads.</summary>
internal sealed class SimulatedNode
{
    private readonly Roster _roster;
    private readonly ISigner _signer;
    private readonly List<ReplicaEffect> _effects = [];
    private readonly List<ReadOnlyMemory<byte>> _ledger = [];
    private long? _lease;
    private PeerMessageVerifier _verifier = null!;
    private ImmutableArray<ScanGate> _gates;

    public SimulatedNode(Roster roster, int self, ISigner signer, Instant startedAt)
    {
        _roster = roster;
        _signer = signer;
        Self = self;
        Start(startedAt);
    }

    public int Self { get; }

    public ReplicaMachine Machine { get; private set; } = null!;

    /// <summary>What its storage answers when the machine asks for old slots.</summary>
    public ReplicaEvent.StoredSlotsRead Read(ReplicaEffect.ReadStoredSlots read) => new(
        read.Peer, StoredSlots.Of(_ledger.Select(record => LedgerBytes.Read(record, _roster)!), read.FromSlot, read.MaxSlots, read.MaxBytes));

    /// <summary>A new incarnation with what the one before had stored: its lease and its ledger.</summary>
    public void Start(Instant startedAt)
    {
        _verifier = new PeerMessageVerifier(_roster, new VerifiedScans());
        _gates = [.. _roster.Sensors.Select(_ => new ScanGate(ScanWindow.Default))];
        ReadOnlyMemory<byte>[] stored = [.. _ledger];
        var restart = new RestartState(startedAt, _lease, stored.Select(record => LedgerBytes.Read(record, _roster)!));
        Machine = new ReplicaMachine(new ReplicaOptions(_roster, Self, _signer, () => TrackerOf(_roster), restart, new ReplicaLimits()), _verifier);
        Wake = null;
    }

    /// <summary>When the machine wants to be woken; null where it does not.</summary>
    public Instant? Wake { get; private set; }

    /// <summary>Messages of peers that were refused.</summary>
    public int PeerRefusals { get; private set; }

    /// <summary>The tracker that is fielded.</summary>
    public static ITracker TrackerOf(Roster roster) => new Tracker(
        SensorModels.Of(roster, new LocalFrame(roster.Datum).ToLocal),
        new TrackerOptions(roster.FaultySensors) { ScanPeriodUs = roster.Timing.PeriodUs, MaxAccelerationMps2 = roster.MaxAccelerationMps2 });

    public ImmutableArray<ReplicaEffect> Step(ReplicaEvent e, Instant now)
    {
        if (e is ReplicaEvent.TimeReached && Wake <= now) Wake = null;
        if (e is ReplicaEvent.LeasePersisted persisted) _lease = persisted.UpToSlot;
        _effects.Clear();
        Machine.Step(e, now, _effects);
        foreach (ReplicaEffect effect in _effects)
        {
            if (effect is ReplicaEffect.WakeAt wake) Wake = wake.Time;
            if (effect is ReplicaEffect.AppendLedger append) _ledger.Add(append.Record.Bytes);
        }

        return [.. _effects];
    }

    public ImmutableArray<ReplicaEffect> TakeScan(int sensor, Verified<SignedScan> scan, Instant now) =>
        _gates[sensor].Judge(scan, now) == ScanRefusal.None ? Step(new ReplicaEvent.ScanAccepted(scan), now) : [];

    public ImmutableArray<ReplicaEffect> Receive(int peer, ReadOnlyMemory<byte> bytes, Instant now)
    {
        if (_verifier.Verify(peer, bytes, now, out Verified<PeerMessage> message) == PeerRefusal.None)
            return Step(new ReplicaEvent.PeerMessageArrived(peer, message, now), now);
        PeerRefusals++;
        return [];
    }
}
