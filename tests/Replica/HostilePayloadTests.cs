using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests;

/// <summary>A traitor puts anything into its payload: every honest node leaves the same parts out, counts them, and goes on.</summary>
public sealed class HostilePayloadTests
{
    [Fact]
    public void Bytes_that_are_no_batch_count_as_empty()
    {
        Cluster cluster = With((_, slot) => new byte[] { 77, (byte)slot, 3 });
        cluster.RunTo(8);
        Check(cluster, counters => counters.PayloadsRefused, 7, 8);
        Assert.All(cluster.Nodes, node => Assert.Contains((AlarmKind.BadPayload, "node-4"), node.Alarms));
    }

    [Fact]
    public void Forged_foreign_and_mangled_scans_are_left_out()
    {
        Cluster cluster = With((cluster, slot) =>
        {
            byte[] good = cluster.World.Scan(0, cluster.Roster.Roster.Timing.StartOf(slot).Plus(-300_000), 900_000 + slot);
            byte[] mangled = [.. good];
            mangled[^5] ^= 1;
            return BatchBytes.Write(Batch.Empty with { Scans = [new BatchScan(0, mangled), new BatchScan(1, good), new BatchScan(2, new byte[] { 1 })] });
        });
        cluster.RunTo(8);
        Check(cluster, counters => counters.ScansUnverifiable, 21, 24);
    }

    [Fact]
    public void Replayed_and_outdated_scans_are_left_out()
    {
        Cluster cluster = With((cluster, slot) =>
        {
            Instant start = cluster.Roster.Roster.Timing.StartOf(slot);
            return BatchBytes.Write(Batch.Empty with
            {
                Scans =
                [
                    new BatchScan(0, cluster.World.Scan(0, TestRoster.Start.Plus(-400_000))),
                    new BatchScan(1, cluster.World.Scan(1, start.Plus(-60_000_000), 900_000 + slot)),
                    new BatchScan(2, cluster.World.Scan(2, start.Plus(60_000_000), 900_000 + slot)),
                ],
            });
        });
        cluster.RunTo(8);
        Check(cluster, counters => counters.ScansOutsideWindow, 14, 16);
    }

    [Fact]
    public void A_sensor_that_signs_two_contents_under_one_number_is_proved_guilty_alike_everywhere()
    {
        Cluster cluster = With((cluster, slot) =>
        {
            Instant start = cluster.Roster.Roster.Timing.StartOf(slot);
            return BatchBytes.Write(Batch.Empty with
            {
                Scans =
                [
                    new BatchScan(0, cluster.World.Scan(0, start.Plus(-310_000), 900_000 + slot)),
                    new BatchScan(0, cluster.World.Scan(0, start.Plus(-520_000), 900_000 + slot)),
                ],
            });
        });
        cluster.RunTo(6);
        Check(cluster, counters => counters.ScansEquivocated, 5, 6);
        foreach (ClusterNode node in cluster.Nodes)
        {
            ReplicaEffect.SensorEvidenceFound found = Assert.Single(node.All.OfType<ReplicaEffect.SensorEvidenceFound>());
            Assert.Equal(0, found.Sensor);
            Assert.True(found.Proof.IsProof(cluster.Roster.Roster));
        }
    }

    [Fact]
    public void A_sensor_that_floods_with_valid_scans_is_held_to_its_quota()
    {
        Cluster cluster = With((cluster, slot) =>
        {
            Instant start = cluster.Roster.Roster.Timing.StartOf(slot);
            return BatchBytes.Write(Batch.Empty with
            {
                Scans = [.. Enumerable.Range(0, 40).Select(i => new BatchScan(0, cluster.World.Scan(0, start.Plus(-300_000 + i), 900_000 + (100 * slot) + i)))],
            });
        });
        cluster.RunTo(4);
        Check(cluster, counters => counters.ScansOverQuota, 72, 100);
    }

    [Fact]
    public void Certificates_that_prove_nothing_are_left_out_of_the_record()
    {
        Cluster cluster = With((cluster, slot) =>
        {
            ImmutableArray<Outcome> silent = [.. Enumerable.Repeat(Outcome.Silent, 4)];
            ImmutableArray<Statement> decides = Decides.Of(cluster.Roster, Math.Max(0, slot - 1), silent, 1, 2, 3);
            ImmutableArray<Statement> forged = [decides[0], decides[1], decides[2] with { Signature = decides[1].Signature }];
            return BatchBytes.Write(Batch.Empty with { Certificates = [DecisionProof.Write(forged), new byte[] { 5 }, DecisionProof.Write([decides[0]])] });
        });
        cluster.RunTo(8);
        Check(cluster, counters => counters.CertificatesRefused, 21, 24);
        Assert.All(cluster.Nodes, node => Assert.DoesNotContain(node.All, effect => effect is ReplicaEffect.RolledBack));
    }

    [Fact]
    public void Plans_from_other_pictures_and_vetoes_of_unknown_plans_are_refused()
    {
        Cluster cluster = With((_, slot) =>
        {
            var proposal = new PlanProposal(slot, "k", PlanTask.Movement, ["u"], "", false, slot - 1, Hash256.Of([1]), slot + 100);
            return BatchBytes.Write(Batch.Empty with { Proposals = slot > 0 ? [proposal] : [], Vetoes = [new PlanVeto(0, 12, "no")] });
        });
        cluster.RunTo(8);
        Check(cluster, counters => counters.PlanEntriesRefused, 13, 15);
        Assert.All(cluster.Nodes, node => Assert.Empty(node.Plans));
    }

    private static Cluster With(Func<Cluster, long, ReadOnlyMemory<byte>> payload)
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddHonest(3);
        return cluster.AddTraitor(3, slot => payload(cluster, slot));
    }

    /// <summary>Equal pictures, the traitor's values agreed, and the counter in its range and equal on all nodes.</summary>
    private static void Check(Cluster cluster, Func<ReplicaCounters, long> counter, long low, long high)
    {
        ClusterNode[] nodes = [.. cluster.Nodes];
        Cluster.AssertEqualPictures(0, nodes[0].Machine.AppliedSlot, nodes);
        Assert.Equal(OutcomeKind.Value, nodes[0].Decisions[2].Outcomes[3].Kind);
        Assert.All(nodes, node => Assert.Equal(counter(nodes[0].Machine.Counters), counter(node.Machine.Counters)));
        Assert.InRange(counter(nodes[0].Machine.Counters), low, high);
        Assert.Equal(3, nodes[0].Local!.Tracks.Length);
    }
}
