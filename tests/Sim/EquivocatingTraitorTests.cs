using System.Text;
using C3Fusion.Agreement;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using C3Fusion.Sim.Adversaries;
using C3Fusion.Sim.Links;
using C3Fusion.Sim.Worlds;
using Xunit;

namespace C3Fusion.Sim.Tests;

public sealed class EquivocatingTraitorTests
{
    private const long LatencyUs = 5_000;
    private static readonly Instant Start = new(1_763_815_000_000_000);

    [Theory]
    [InlineData(4, 3, false)]
    [InlineData(4, 0, false)]
    [InlineData(4, 1, true)]
    [InlineData(7, 6, false)]
    public void Every_honest_node_decides_equivocation_in_every_slot_and_holds_the_proof(int nodes, int traitor, bool isJammed)
    {
        using ExerciseRoster exercise = ExerciseRoster.Build(1, nodes, Start, BuiltInScenario.Datum);
        var run = new AgreementRun(exercise, traitor, isJammed ? new JamSchedule(Start, [new Jam(0, 2, 0, long.MaxValue, 0, BothWays: true)]) : JamSchedule.None);
        run.RunSlots(6);
        foreach (int node in Enumerable.Range(0, nodes).Where(node => node != traitor))
        {
            Assert.Equal(6, run.Decided[node].Count);
            foreach ((long slot, AgreementEffect.Decided decided) in run.Decided[node])
            {
                Assert.Null(decided.Abstained);
                Assert.Equal(Outcome.Equivocation, decided.Outcomes[traitor]);
                Assert.Equal(run.Decided[traitor == 0 ? 1 : 0][slot].Outcomes, decided.Outcomes);
                Assert.All(Enumerable.Range(0, nodes).Where(i => i != traitor), i => Assert.Equal(OutcomeKind.Value, decided.Outcomes[i].Kind));
            }

            Assert.Contains(run.Evidence[node], evidence => evidence.Kind == EvidenceKind.Equivocation && evidence.Author == traitor);
            Assert.All(run.Evidence[node], evidence => Assert.Equal(traitor, evidence.Author));
            Assert.Empty(run.Alarms[node]);
        }

        Assert.Null(run.Machines[traitor].StopReason);
        Assert.Equal(6, run.Decided[traitor].Count);
    }

    /// <summary>Agreement machines over links with a fixed delay, in virtual time.</summary>
    private sealed class AgreementRun
    {
        private readonly Roster _roster;
        private readonly EquivocatingTraitor _traitor;
        private readonly int _traitorIndex;
        private readonly JamSchedule _jams;
        private readonly FrameVerifier[] _verifiers;
        private readonly PriorityQueue<(int Node, int From, ReadOnlyMemory<byte> Bytes), (long Time, long Number)> _queue = new();
        private long _number;

        public AgreementRun(ExerciseRoster exercise, int traitor, JamSchedule jams)
        {
            _roster = exercise.Roster;
            _jams = jams;
            _traitorIndex = traitor;
            _traitor = new EquivocatingTraitor(_roster, traitor, exercise.NodeKeys[traitor]);
            Machines = [.. Enumerable.Range(0, _roster.Nodes.Length).Select(i => new AgreementMachine(_roster, i, exercise.NodeKeys[i], RestartState.Fresh(Start.Plus(-1_000_000))))];
            _verifiers = [.. Machines.Select(_ => new FrameVerifier(new StatementVerifier(_roster)))];
            Decided = [.. Machines.Select(_ => new SortedDictionary<long, AgreementEffect.Decided>())];
            Evidence = [.. Machines.Select(_ => new List<Evidence>())];
            Alarms = [.. Machines.Select(_ => new List<string>())];
        }

        public AgreementMachine[] Machines { get; }

        public SortedDictionary<long, AgreementEffect.Decided>[] Decided { get; }

        public List<Evidence>[] Evidence { get; }

        public List<string>[] Alarms { get; }

        public void RunSlots(int slots)
        {
            for (long slot = 0; slot < slots; slot++)
            {
                Instant start = _roster.Timing.StartOf(slot);
                RunUntil(start);
                for (int i = 0; i < Machines.Length; i++)
                    Step(i, new AgreementEvent.SlotOpened(slot, Encoding.ASCII.GetBytes($"payload of node {i} in slot {slot}")), start);
            }

            RunUntil(_roster.Timing.StartOf(slots).Plus(-1));
        }

        private void RunUntil(Instant end)
        {
            while (_queue.TryPeek(out (int Node, int From, ReadOnlyMemory<byte> Bytes) next, out (long Time, long Number) key) && key.Time <= end.Microseconds)
            {
                _queue.Dequeue();
                var now = new Instant(key.Time);
                if (next.From < 0)
                {
                    Step(next.Node, new AgreementEvent.TimeReached(), now);
                    continue;
                }

                ReadOnlyMemory<byte>? bytes = next.Node == _traitorIndex ? _traitor.Incoming(next.Bytes) : next.Bytes;
                if (bytes is null) continue;
                Assert.Equal(FrameRefusal.None, _verifiers[next.Node].Verify(next.From, bytes.Value[1..], now, out Verified<Frame> frame));
                Step(next.Node, new AgreementEvent.FrameArrived(frame, now), now);
            }
        }

        private void Step(int node, AgreementEvent happened, Instant now)
        {
            var effects = new List<AgreementEffect>();
            Machines[node].Step(happened, now, effects);
            foreach (AgreementEffect effect in effects)
            {
                switch (effect)
                {
                    case AgreementEffect.SendFrame send:
                        ReadOnlyMemory<byte> bytes = (byte[])[(byte)PeerChannel.Agreement, .. send.Frame.Bytes.Span];
                        if (node == _traitorIndex) bytes = _traitor.Outgoing(send.Peer, bytes);
                        if (!_jams.IsJammed(node, send.Peer, now)) _queue.Enqueue((send.Peer, node, bytes), (now.Microseconds + LatencyUs, _number++));
                        break;
                    case AgreementEffect.WakeAt wake: _queue.Enqueue((node, -1, default), (wake.Time.Microseconds, _number++)); break;
                    case AgreementEffect.PersistLease lease: Step(node, new AgreementEvent.LeasePersisted(lease.UpToSlot), now); break;
                    case AgreementEffect.Decided decided: Decided[node].Add(decided.Slot, decided); break;
                    case AgreementEffect.EvidenceFound found: Evidence[node].Add(found.Evidence); break;
                    case AgreementEffect.SafetyAlarm alarm: Alarms[node].Add(alarm.Detail); break;
                }
            }
        }
    }
}
