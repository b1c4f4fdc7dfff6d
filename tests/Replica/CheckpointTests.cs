using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests;

/// <summary>Where no certificate can exist, a checkpoint that the authority signed brings a cluster on; nothing else does.</summary>
public sealed class CheckpointTests
{
    private static readonly Ed25519Signer Authority = Ed25519Signer.FromSeed([.. Enumerable.Repeat((byte)7, Ed25519Signer.SeedLength)]);
    private static readonly ImmutableArray<Outcome> Silent = [.. Enumerable.Repeat(Outcome.Silent, 4)];

    [Fact]
    public void A_cluster_that_no_certificate_can_bring_on_goes_on_from_the_authoritys_checkpoint()
    {
        Cluster cluster = Stuck(out Hash256 state);
        Checkpoint checkpoint = Checkpoint.Sign(Authority, cluster.Roster.Roster, 32, Silent, state);
        foreach (ClusterNode node in cluster.Nodes) cluster.Step(node, new ReplicaEvent.CheckpointGiven(checkpoint));
        cluster.RunTo(45);
        Cluster.AssertEqualPictures(32, 44, [.. cluster.Nodes]);
        Assert.All(cluster.Nodes, node => Assert.Equal(DecisionBasis.Checkpointed, node.Decisions[32].Basis));
        Assert.All(cluster.Nodes, node => Assert.Contains(node.Ledger, record => record.Body is LedgerBody.Checkpointed));
        Assert.All(cluster.Nodes, node => Assert.DoesNotContain((AlarmKind.Stalled, ""), node.Alarms));

        // It goes to a box that has nothing, and lives on in the ledger.
        ClusterNode fresh = cluster.Restart(2, withJournal: false);
        cluster.RunTo(50);
        Cluster.AssertEqualPictures(32, 43, cluster.Nodes[0], fresh);
        Assert.DoesNotContain(9L, fresh.States.Keys);
        ClusterNode before = cluster.Nodes[0], again = cluster.Restart(0, withJournal: true);
        Assert.Equal(before.Machine.AppliedSlot, again.Machine.AppliedSlot);
        Assert.Equal(before.Machine.PictureHash, again.Machine.PictureHash);
    }

    [Fact]
    public void Only_the_authority_of_this_roster_can_sign_one()
    {
        Cluster cluster = Stuck(out Hash256 state);
        using Ed25519Signer other = Ed25519Signer.FromSeed([.. Enumerable.Repeat((byte)8, Ed25519Signer.SeedLength)]);
        Roster roster = cluster.Roster.Roster;
        Checkpoint good = Checkpoint.Sign(Authority, roster, 32, Silent, state);
        Checkpoint[] bad =
        [
            Checkpoint.Sign(other, roster, 32, Silent, state),
            Checkpoint.Sign(Authority, roster with { Epoch = 2 }, 32, Silent, state),
            good with { Slot = 33 },
            good with { StateBefore = Hash256.Of([1]) },
            good with { Outcomes = [.. Enumerable.Repeat(Outcome.Equivocation, 4)] },
            Checkpoint.Sign(Authority, roster, 32, [Outcome.Silent], state),
        ];
        foreach (Checkpoint checkpoint in bad) cluster.Step(cluster.Nodes[0], new ReplicaEvent.CheckpointGiven(checkpoint));
        Assert.Equal(bad.Length, cluster.Nodes[0].Machine.Counters.CheckpointsRefused);
        Assert.DoesNotContain(cluster.Nodes[0].Ledger, record => record.Body is LedgerBody.Checkpointed);
        Assert.Equal(good.StateBefore, cluster.Nodes[0].Machine.PictureHash);

        Assert.Equal(CheckpointBytes.Write(good), CheckpointBytes.Write(CheckpointBytes.Read(CheckpointBytes.Write(good), roster)!));
        byte[] bytes = CheckpointBytes.Write(good);
        for (int at = 0; at < bytes.Length; at++)
        {
            Assert.Null(CheckpointBytes.Read(bytes.AsSpan(0, at), roster));
            byte[] damaged = [.. bytes];
            damaged[at] ^= 1;
            Assert.Null(CheckpointBytes.Read(damaged, roster)?.Verify(roster, Authority.PublicKey));
        }
    }

    /// <summary>n = 4, f = 2: m = 4, and node-4 is silent, so there is never a certificate. All links are down for some slots: nobody decided them, and nothing says that they are none.</summary>
    private static Cluster Stuck(out Hash256 state)
    {
        var cluster = new Cluster(TestRoster.Of(4, 2), trackers: TestTrackers.Frozen) { Authority = Authority.PublicKey };
        cluster.Delay = (_, _, now) => cluster.Roster.Roster.Timing.SlotAt(now) is >= 8 and < 11 ? null : 5_000;
        cluster.AddHonest(3).RunTo(30);
        long head = cluster.Nodes[0].Machine.AppliedSlot;
        Assert.InRange(head, 6, 8);
        state = cluster.Nodes[0].Machine.PictureHash;
        Hash256 common = state;
        Assert.All(cluster.Nodes, node => Assert.Equal(common, node.Machine.PictureHash));
        Assert.All(cluster.Nodes, node => Assert.Contains((AlarmKind.Stalled, ""), node.Alarms));
        return cluster;
    }
}
