using C3Fusion.Replica.Slots;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests;

public sealed class WitnessTests
{
    [Theory]
    [InlineData(4, 1)]
    [InlineData(7, 2)]
    [InlineData(5, 3)]
    public void Each_sensor_has_f_plus_1_witnesses_and_the_work_is_spread(int nodes, int faulty)
    {
        Roster roster = TestRoster.Of(nodes, faulty, sensors: 60).Roster;
        var witnesses = new Witnesses(roster);
        int[] load = new int[nodes];
        for (int sensor = 0; sensor < 60; sensor++)
        {
            Assert.Equal(faulty + 1, witnesses.Of(sensor).Distinct().Count());
            foreach (int node in witnesses.Of(sensor)) load[node]++;
        }

        double mean = 60.0 * (faulty + 1) / nodes;
        Assert.All(load, count => Assert.InRange(count, mean * 0.5, mean * 1.5));
    }

    [Fact]
    public void When_a_node_leaves_only_its_sensors_move()
    {
        // The weights depend on the roster's hash, so the test hashes by hand what a smaller roster would keep: the order of the rest.
        Roster roster = TestRoster.Of(6, 1, sensors: 40).Roster;
        var witnesses = new Witnesses(roster);
        var writer = new CanonicalWriter();
        for (int sensor = 0; sensor < 40; sensor++)
        {
            int[] byWeight = [.. Enumerable.Range(0, 6).OrderByDescending(node =>
            {
                writer.Clear();
                writer.Hash(roster.Hash);
                writer.Text(roster.Sensors[sensor].Id);
                writer.Text(roster.Nodes[node].Name);
                return Hash256.Of(writer.Written);
            })];
            Assert.Equal(byWeight[..2].Order(), witnesses.Of(sensor));
        }
    }
}
