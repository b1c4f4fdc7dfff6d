using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Tests;

/// <summary>Proof that a sensor equivocates, held by one node's ingest, becomes everybody's, is kept, and takes the sensor's scans out of the picture.</summary>
public sealed class SensorGuiltTests
{
    private const int Liar = 3;

    [Fact]
    public void A_proof_of_one_ingest_reaches_every_node_and_the_sensor_is_fused_no_more()
    {
        (Cluster cluster, Verified<ScanEquivocation> proof) = WithProof();
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.SensorEvidenceHeard(proof));
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.SensorEvidenceHeard(proof));
        cluster.RunTo(10);
        foreach (ClusterNode node in cluster.Nodes)
        {
            Assert.Contains((AlarmKind.SensorEquivocates, "s03"), node.Alarms);
            Assert.True(Assert.Single(node.All.OfType<ReplicaEffect.SensorEvidenceFound>()).Proof.IsProof(cluster.Roster.Roster));
            Assert.Single(node.Ledger, record => record.Body is LedgerBody.SensorGuilt { Sensor: Liar });
            SensorTrust trust = node.All.OfType<ReplicaEffect.TrustChanged>().Last(changed => changed.Origin == PictureOrigin.Agreed).Sensors[Liar];
            Assert.True(trust.Equivocates);
            Assert.Contains("signed two contents", trust.Evidence, StringComparison.Ordinal);
        }

        Cluster.AssertEqualPictures(0, 9, [.. cluster.Nodes]);
        cluster.RunTo(20);
        Assert.All(cluster.Nodes, node => Assert.True(node.Machine.Counters.ScansOfProvedLiars >= 8, $"{node.Machine.Counters.ScansOfProvedLiars}"));
        Assert.DoesNotContain(cluster.Nodes[1].All.OfType<ReplicaEffect.SlotApplied>().Where(applied => applied.Slot > 12).SelectMany(applied => applied.Scans), scan => scan.Sensor == Liar);
        Assert.True(cluster.Nodes[0].All.OfType<ReplicaEffect.TrustChanged>().Last(changed => changed.Origin == PictureOrigin.Local).Sensors[Liar].Equivocates);
    }

    [Fact]
    public void A_restart_remembers_the_proof()
    {
        (Cluster cluster, Verified<ScanEquivocation> proof) = WithProof();
        cluster.Step(cluster.Nodes[0], new ReplicaEvent.SensorEvidenceHeard(proof));
        cluster.RunTo(10);
        ClusterNode after = cluster.Restart(0, withJournal: true);
        Assert.Contains((AlarmKind.SensorEquivocates, "s03"), after.Alarms);
        cluster.RunTo(14);
        Assert.Single(after.Ledger, record => record.Body is LedgerBody.SensorGuilt);
        Cluster.AssertEqualPictures(10, 13, [.. cluster.Nodes]);
    }

    private static (Cluster Cluster, Verified<ScanEquivocation> Proof) WithProof()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(6);
        Instant time = cluster.Now.Plus(-300_000);
        const long number = 1_055; // near the newest, and used by no scan
        var other = new TestWorld(cluster.Roster, targets: 1);
        byte[] one = cluster.World.Scan(Liar, time, number), two = other.Scan(Liar, time, number);
        Verified<ScanEquivocation>? proof = ScanEquivocation.Verify(new ScanVerifier(cluster.Roster.Roster), Liar, one, two);
        Assert.NotNull(proof);
        Assert.Null(ScanEquivocation.Verify(new ScanVerifier(cluster.Roster.Roster), Liar, one, one));
        Assert.Null(ScanEquivocation.Verify(new ScanVerifier(cluster.Roster.Roster), Liar - 1, one, two));
        Assert.Null(ScanEquivocation.Verify(new ScanVerifier(cluster.Roster.Roster), Liar, one, cluster.World.Scan(Liar, time, number + 1)));
        return (cluster, proof.Value);
    }
}
