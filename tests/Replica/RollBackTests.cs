using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests;

/// <summary>A slot adopted on f+1 DECIDEs is undone when a quorum certificate names another vector.</summary>
public sealed class RollBackTests
{
    public static TheoryData<bool> Forkable => [true, false];

    [Theory]
    [MemberData(nameof(Forkable))]
    public void What_was_adopted_wrongly_is_undone_and_the_picture_is_that_of_the_others(bool canFork)
    {
        (Cluster cluster, ClusterNode victim) = Misled(canFork);
        Assert.True(victim.States.ContainsKey(7), "the false slots were applied");
        Assert.NotEqual(cluster.Nodes[0].States[6], victim.States[6]);
        Assert.Equal(DecisionBasis.Adopted, victim.Decisions[6].Basis);

        cluster.Delay = (_, _, _) => 5_000;
        cluster.RunTo(14);
        Cluster.AssertEqualPictures(0, 13, [.. cluster.Nodes]);
        Assert.Contains(victim.All.OfType<ReplicaEffect.RolledBack>(), undone => undone.FromSlot == 6);
        Assert.Contains(victim.AlarmHistory, alarm => alarm.Kind == AlarmKind.RolledBack);
        Assert.True(victim.Machine.Counters.SlotsRolledBack >= 2);
    }

    [Fact]
    public void A_ledger_with_a_roll_back_restores_the_right_state()
    {
        (Cluster cluster, ClusterNode victim) = Misled(canFork: true);
        cluster.Delay = (_, _, _) => 5_000;
        cluster.RunTo(14);
        Assert.Contains(victim.Ledger, record => record.Body is LedgerBody.RolledBack);
        ClusterNode after = cluster.Restart(2, withJournal: true);
        Assert.Equal(victim.Machine.AppliedSlot, after.Machine.AppliedSlot);
        Assert.Equal(victim.Machine.PictureHash, after.Machine.PictureHash);
    }

    /// <summary>Node-3 is cut off from slot 6 on; two traitors' keys sign that everybody was silent in slots 6 and 7, and it adopts that.</summary>
    private static (Cluster Cluster, ClusterNode Victim) Misled(bool canFork)
    {
        TestRoster roster = TestRoster.Of(4, 1);
        Func<ITracker> trackers = canFork ? () => TestTrackers.Real(roster.Roster) : () => TestTrackers.WithoutFork(roster.Roster);
        var cluster = new Cluster(roster, trackers: trackers);
        cluster.AddAll().RunTo(6);
        cluster.Delay = (from, to, _) => from == 2 || to == 2 ? null : 5_000;
        cluster.RunTo(8);
        ClusterNode victim = cluster.Nodes[2];
        ImmutableArray<Outcome> silent = [.. Enumerable.Repeat(Outcome.Silent, 4)];
        byte[] answer = PeerMessageBytes.Write(new PeerMessage.CatchUpAnswer(
        [
            new ProvenSlot(6, Decides.Of(roster, 6, silent, 1, 3), []),
            new ProvenSlot(7, Decides.Of(roster, 7, silent, 1, 3), []),
        ]));

        // A frame with a DECIDE tells it that there is something to ask for.
        byte[] hint = PeerMessageBytes.WriteFrame(FrameBytes.Write(new Frame(1, 7, Decides.Sign(roster, 1, 7, silent), [], [], 0)));

        // Whoever it asks, the answer is there.
        for (int i = 0; i < 40 && !victim.States.ContainsKey(7); i++)
        {
            cluster.Inject(1, victim, hint);
            cluster.RunTo(cluster.Now.Plus(100_000));
            for (int peer = 0; peer < 4; peer++) cluster.Inject(peer, victim, answer);
        }

        return (cluster, victim);
    }
}
