using C3Fusion.Agreement;
using C3Fusion.Replica.Tests.Harness;

namespace C3Fusion.Replica.Tests;

/// <summary>Every honest node holds the same agreed picture, whatever links and traitors do within the assumptions.</summary>
public sealed class AgreedPictureTests
{
    [Fact]
    public void Four_honest_nodes_hold_equal_pictures_and_every_slot_becomes_final()
    {
        Cluster cluster = new Cluster(TestRoster.Of(4, 1)).AddAll();
        cluster.RunTo(12);
        Cluster.AssertEqualPictures(0, 11 - 1, [.. cluster.Nodes]);
        foreach (ClusterNode node in cluster.Nodes)
        {
            for (long slot = 0; slot <= 10; slot++)
            {
                SlotDecision decision = node.Decisions[slot];
                Assert.Equal(DecisionBasis.FinalSync, decision.Basis);
                Assert.Equal(4, decision.Strength);
                Assert.Equal(3, decision.SurvivesTraitors);
            }

            Assert.Equal(3, node.Agreed!.Tracks.Count(track => track.IsPublished));
            Assert.Equal(3, node.Local!.Tracks.Count(track => track.IsPublished));
        }
    }
}
