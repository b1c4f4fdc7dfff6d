using C3Fusion.Rosters;
using C3Fusion.Sim;
using C3Fusion.Sim.Clusters;
using C3Fusion.Sim.Lies;
using C3Fusion.Sim.Worlds;

namespace C3Fusion.Node.Demo;

/// <summary>
/// A few slots in virtual time before the first real one: a round is 200 ms, and a machine that compiles the protocol while
/// slot 0 runs misses its rounds. The nodes of the rehearsal share nothing with those of the demo.
/// </summary>
internal static class Rehearsal
{
    private const long Second = 1_000_000;
    private const int Slots = 8;

    /// <summary>Runs it with the demo's number of nodes, with lies and a traitor if the demo has them.</summary>
    public static void Run(DemoOptions options)
    {
        var start = new Instant(1_700_000_000 * Second);
        long duration = Slots * Second;
        using Exercise exercise = Exercise.Build(
            new ExerciseSpec(options.Seed, options.Nodes, start, duration, options.Liars, new LieSpec(LieKind.Bias, 5_000)),
            BuiltInScenario.Draw(options.Seed, start, duration));
        var cluster = new ClusterSimulation(exercise, ClusterSpec.Calm with { Traitor = options.Traitor is null ? -1 : options.Nodes - 1 });
        cluster.RunTo(start.Plus(duration));
    }
}
