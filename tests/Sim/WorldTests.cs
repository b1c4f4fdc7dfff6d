using System.IO.Compression;
using C3Fusion.Fusion;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim.Worlds;
using CsCheck;
using Xunit;

namespace C3Fusion.Sim.Tests;

public sealed class WorldTests
{
    private const long Minute = 60_000_000;
    private static readonly Instant Start = new(1_763_815_000_000_000);

    [Fact]
    public void Velocity_is_the_derivative_of_position_and_both_are_continuous()
    {
        foreach (Trajectory trajectory in BuiltInScenario.Draw(3, Start, 10 * Minute).Trajectories) IsSmooth(trajectory, 15);
    }

    [Fact]
    public void The_built_in_scenario_has_aircraft_that_stay_about_its_area()
    {
        World world = BuiltInScenario.Draw(11, Start, 30 * Minute);
        Assert.Equal(20, world.Trajectories.Length);
        foreach (Trajectory trajectory in world.Trajectories)
        {
            Assert.InRange(trajectory.FirstUs, Start.Microseconds, trajectory.LastUs - Minute);
            for (long time = trajectory.FirstUs; time <= trajectory.LastUs; time += 1_000_000)
            {
                (Enu position, Enu velocity) = trajectory.At(time);
                Assert.InRange(Math.Abs(position.X), 0, 75_000);
                Assert.InRange(Math.Abs(position.Y), 0, 75_000);
                Assert.InRange(position.Z, 500, 11_500);
                Assert.InRange(velocity.Length, 79, 251);
            }
        }
    }

    [Fact]
    public void Equal_seeds_give_equal_worlds_and_others_do_not()
    {
        Enu At(ulong seed) => BuiltInScenario.Draw(seed, Start, Minute).Trajectories[5].At(Start.Microseconds + 30_000_000).Position;
        Assert.Equal(At(1), At(1));
        Assert.NotEqual(At(1), At(2));
    }

    [Fact]
    public void State_vectors_become_flights_without_ground_gaps_repeats_and_jumps()
    {
        string Row(int time, string aircraft, double latitude, string ground = "False", string geometric = "3000.0", string barometric = "2900.0", double? last = null) =>
            FormattableString.Invariant($"{time},{aircraft},{latitude},-1.5,200,0,0,CALL,{ground},False,False,1,{barometric},{geometric},{last ?? time},{time},0,200");
        List<string> lines = ["time,icao24,lat,lon,velocity,heading,vertrate,callsign,onground,alert,spi,squawk,baroaltitude,geoaltitude,lastposupdate,lastcontact,x_speed,y_speed"];
        for (int i = 0; i <= 6; i++) lines.Add(Row(1000 + (10 * i), "aaaaaa", 52 + (0.02 * i))); // one flight, 60 s
        for (int i = 12; i <= 15; i++) lines.Add(Row(1000 + (10 * i), "aaaaaa", 52 + (0.02 * i))); // after a gap of 60 s: another
        lines.Add(Row(1000, "bbbbbb", 53, ground: "True"));
        lines.Add(Row(1010, "cccccc", 53, geometric: "", barometric: ""));
        lines.Add(Row(1000, "dddddd", 53, geometric: ""));
        lines.Add(Row(1010, "dddddd", 53.02, geometric: ""));
        lines.Add(Row(1020, "dddddd", 53.02, geometric: "", last: 1010)); // the old position again
        lines.Add(Row(1030, "dddddd", 53.06, geometric: ""));
        lines.Add(Row(1040, "dddddd", 53.9, geometric: "")); // 93 km in 10 s
        lines.Add(Row(1050, "dddddd", 53.10, geometric: ""));
        lines.Add("not,a,row");

        OpenSkyStates states = OpenSkyStates.Parse(lines);
        Assert.Equal(2, states.Aircraft);
        Assert.Equal(3, states.Flights);
        Assert.Equal(5, states.RowsLeftOut);
        World world = states.Rebase(Start, Minute);
        Assert.Equal(Start.Microseconds, world.Trajectories.Min(trajectory => trajectory.FirstUs));
        Trajectory second = world.Trajectories[1];
        Assert.Equal((Start.Microseconds + (2 * Minute), Start.Microseconds + 150_000_000), (second.FirstUs, second.LastUs));

        // Half-way between two samples, to the metre, and at a steady 222 m/s to the north.
        var frame = new LocalFrame(states.Datum);
        (Enu position, Enu velocity) = world.Trajectories[0].At(Start.Microseconds + 25_000_000);
        Assert.InRange((position - frame.ToLocal(new GeodeticPosition(52.05, -1.5, 3000))).Length, 0, 1);
        Assert.InRange(velocity.Y, 222, 223);
        Assert.InRange(world.Trajectories[2].At(Start.Microseconds + 40_000_000).Position.Z, 1000, 3000); // barometric, below the tangent plane
    }

    [Fact]
    public void A_recording_is_repeated_until_the_exercise_is_over()
    {
        List<string> lines = ["time,icao24,lat,lon,onground,geoaltitude", "0,a,52,0,False,1000", "10,a,52.01,0,False,1000"];
        World world = OpenSkyStates.Parse(lines).Rebase(Start, 2 * Minute);
        Assert.Equal([0, 40, 80], world.Trajectories.Select(trajectory => (trajectory.FirstUs - Start.Microseconds) / 1_000_000));
        Assert.Equal([0, 1, 2], world.Trajectories.Select(trajectory => trajectory.Id));
    }

    [Fact]
    public void No_file_whatever_is_in_it_breaks_the_reader_or_gives_a_target_that_is_nowhere() =>
        Gen.Select(
            Gen.OneOf(Gen.Int[0, 2000].Select(t => $"{t}"), Gen.Const("1e400"), Gen.Const("NaN"), Gen.Const(""), Gen.Const("-9e10"), Gen.String[0, 5]),
            Gen.OneOf(Gen.Const("a"), Gen.Const("b"), Gen.Const("")),
            Gen.OneOf(Gen.Double[-90, 90].Select(x => FormattableString.Invariant($"{x}")), Gen.Const("91"), Gen.Const("x")),
            Gen.OneOf(Gen.Const("0"), Gen.Const("179.9"), Gen.Const("-180"), Gen.Const("Infinity"), Gen.Const("")),
            Gen.OneOf(Gen.Const("1000"), Gen.Const("-1e9"), Gen.Const(""), Gen.Const("9e99"))).Array[0, 40].Sample(
            rows =>
            {
                string[] lines = ["time,icao24,lat,lon,geoaltitude", .. rows.Select(row => $"{row.Item1},{row.Item2},{row.Item3},{row.Item4},{row.Item5}")];
                try
                {
                    World world = OpenSkyStates.Parse(lines).Rebase(Start, Minute);
                    return world.Trajectories.All(trajectory => trajectory.At(trajectory.FirstUs).Position.IsFinite && trajectory.At(trajectory.LastUs).Velocity.IsFinite);
                }
                catch (FormatException)
                {
                    return true;
                }
            },
            iter: 3000);

    [Theory]
    [InlineData("icao24,lat,lon", "no column time in the first line")]
    [InlineData("time,icao24,lat,lon", "no state vector with a position")]
    public void A_file_that_is_none_says_why(string header, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => OpenSkyStates.Parse([header])).Message);

    [Fact]
    public void The_real_recording_has_84_aircraft_that_fly_as_aircraft_do()
    {
        string? path = SharedData.Find("truth/OpenSky_Plane_States.csv.gz");
        Assert.SkipUnless(path is not null, "../shared/data/truth is not here");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path!), CompressionMode.Decompress));
        OpenSkyStates states = OpenSkyStates.Parse(ReadLines(reader));
        Assert.Equal(84, states.Aircraft);
        Assert.Equal(52.25, states.Datum.LatitudeDeg);
        World world = states.Rebase(Start, 20 * Minute);
        foreach (Trajectory trajectory in world.Trajectories) IsSmooth(trajectory, 20);
        var present = new List<TargetState>();
        world.At(Start.Plus(Minute), present);
        TestContext.Current.TestOutputHelper?.WriteLine($"{states.Flights} flights, {states.RowsLeftOut} rows left out, {present.Count} after a minute");
        Assert.InRange(present.Count, 40, 84);
    }

    private static IEnumerable<string> ReadLines(StreamReader reader)
    {
        while (reader.ReadLine() is { } line) yield return line;
    }

    private static void IsSmooth(Trajectory trajectory, double maxAcceleration)
    {
        const long step = 100_000;
        for (long time = trajectory.FirstUs; time + step <= trajectory.LastUs; time += step)
        {
            (Enu position, Enu velocity) = trajectory.At(time);
            (Enu nextPosition, Enu nextVelocity) = trajectory.At(time + step);
            Enu mean = (velocity + nextVelocity) * 0.5, moved = (nextPosition - position) * (1e6 / step);
            Assert.True((moved - mean).Length < 0.5 * maxAcceleration, $"target {trajectory.Id} moves {moved} at {mean}");
            Assert.True((nextVelocity - velocity).Length * 1e6 / step < maxAcceleration, $"target {trajectory.Id}: {(nextVelocity - velocity).Length * 1e6 / step} m/s2");
        }
    }
}
