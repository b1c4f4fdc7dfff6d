using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Tests.Harness;

/// <summary>One incarnation of a node: the real machine, the real verification stage, and a record of all that it said.</summary>
internal sealed class ClusterNode
{
    private readonly ScanVerifier _ingest;
    private readonly List<ReplicaEffect> _effects = [];

    public ClusterNode(TestRoster roster, int self, Func<ITracker> trackers, RestartState restart, ReplicaLimits? limits = null, PublicKey? authority = null)
    {
        Self = self;
        Verifier = new PeerMessageVerifier(roster.Roster, new VerifiedScans()) { Authority = authority };
        Machine = new ReplicaMachine(new ReplicaOptions(roster.Roster, self, roster.NodeSigners[self], trackers, restart, limits ?? new ReplicaLimits()) { Authority = authority }, Verifier);
        _ingest = new ScanVerifier(roster.Roster);
    }

    public int Self { get; }

    /// <summary>Signatures that were checked inside of steps.</summary>
    public long ChecksInSteps { get; private set; }

    public double LongestStepMs { get; private set; }

    public ReplicaMachine Machine { get; }

    public PeerMessageVerifier Verifier { get; }

    public bool IsDown { get; set; }

    /// <summary>Agreed state by slot, as last applied.</summary>
    public SortedDictionary<long, Hash256> States { get; } = [];

    public SortedDictionary<long, SlotDecision> Decisions { get; } = [];

    public List<Plan> PlanHistory { get; } = [];

    public SortedDictionary<string, (Plan Plan, bool MayAct)> Plans { get; } = new(StringComparer.Ordinal);

    public List<Alarm> AlarmHistory { get; } = [];

    public HashSet<(AlarmKind Kind, string Subject)> Alarms { get; } = [];

    public List<LedgerRecord> Ledger { get; } = [];

    public List<ReplicaEffect> All { get; } = [];

    public Picture? Agreed { get; private set; }

    public Picture? Local { get; private set; }

    public List<Picture> AgreedPictures { get; } = [];

    public Dictionary<PeerRefusal, int> Refused { get; } = [];

    public long Leased { get; set; } = -1;

    public Instant? Wake { get; private set; }

    /// <summary>Steps the machine and hands back the effects of this step.</summary>
    public IReadOnlyList<ReplicaEffect> Step(ReplicaEvent e, Instant now)
    {
        _effects.Clear();
        if (e is ReplicaEvent.TimeReached && Wake <= now) Wake = null;
        long before = Checks(e), started = System.Diagnostics.Stopwatch.GetTimestamp();
        Machine.Step(e, now, _effects);
        LongestStepMs = Math.Max(LongestStepMs, System.Diagnostics.Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        ChecksInSteps += Checks(e) - before;
        foreach (ReplicaEffect effect in _effects) Record(effect);
        return [.. _effects];
    }

    /// <summary>Every check adds to one of these; a scan that was verified at ingest is added in its own step.</summary>
    private long Checks(ReplicaEvent e) => Verifier.Statements.SignaturesChecked + (e is ReplicaEvent.ScanAccepted ? 0 : Verifier.ScanCache.Count);

    public IReadOnlyList<ReplicaEffect> Scan(int sensor, byte[] envelope, Instant now) =>
        _ingest.Verify(sensor, envelope, out Verified<SignedScan> scan) == ScanRefusal.None ? Step(new ReplicaEvent.ScanAccepted(scan), now) : [];

    public IReadOnlyList<ReplicaEffect> Receive(int peer, ReadOnlyMemory<byte> bytes, Instant now)
    {
        PeerRefusal refusal = Verifier.Verify(peer, bytes, now, out Verified<PeerMessage> message);
        if (refusal == PeerRefusal.None)
        {
            foreach ((Hash256 hash, ReadOnlyMemory<byte> payload) in PeerMessageVerifier.PayloadsOf(message.Value)) Verifier.Prepare(hash, payload);
            return Step(new ReplicaEvent.PeerMessageArrived(peer, message, now), now);
        }

        Refused[refusal] = Refused.GetValueOrDefault(refusal) + 1;
        return [];
    }

    public ImmutableArray<StoredSlot> ReadLedger(ReplicaEffect.ReadStoredSlots read) => StoredSlots.Of(Ledger, read.FromSlot, read.MaxSlots, read.MaxBytes);

    private void Record(ReplicaEffect effect)
    {
        if (effect is not ReplicaEffect.SendToPeer) All.Add(effect);
        switch (effect)
        {
            case ReplicaEffect.SlotApplied applied: States[applied.Slot] = applied.PictureHash; break;
            case ReplicaEffect.RolledBack undone:
                foreach (long slot in States.Keys.Where(slot => slot >= undone.FromSlot).ToArray()) States.Remove(slot);
                break;
            case ReplicaEffect.SlotDecided decided: Decisions[decided.Decision.Slot] = decided.Decision; break;
            case ReplicaEffect.PlanChanged changed:
                PlanHistory.Add(changed.Plan);
                Plans[changed.Plan.Id] = (changed.Plan, changed.MayAct);
                break;
            case ReplicaEffect.AlarmRaised raised:
                AlarmHistory.Add(raised.Alarm);
                Alarm? before = AlarmHistory[..^1].FindLast(alarm => (alarm.Kind, alarm.Subject) == (raised.Alarm.Kind, raised.Alarm.Subject));
                bool isNew = Alarms.Add((raised.Alarm.Kind, raised.Alarm.Subject));
                Assert.True(isNew || before!.Detail != raised.Alarm.Detail, "an alarm is told again only where it has more to tell");
                break;
            case ReplicaEffect.AlarmCleared cleared: Assert.True(Alarms.Remove((cleared.Alarm.Kind, cleared.Alarm.Subject))); break;
            case ReplicaEffect.AppendLedger append:
                // What lies beyond the record before it is void.
                Assert.InRange(append.Record.Index, 0, Ledger.Count);
                Ledger.RemoveRange((int)append.Record.Index, Ledger.Count - (int)append.Record.Index);
                Assert.Equal(Ledger.Count == 0 ? default : Ledger[^1].Hash, append.Record.Previous);
                Ledger.Add(append.Record);
                break;
            case ReplicaEffect.AgreedPictureChanged changed:
                Agreed = changed.Picture;
                AgreedPictures.Add(changed.Picture);
                break;
            case ReplicaEffect.LocalPictureChanged changed: Local = changed.Picture; break;
            case ReplicaEffect.WakeAt wake: Wake = wake.Time; break;
        }
    }
}
