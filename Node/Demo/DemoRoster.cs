using System.Globalization;
using C3Fusion.Rosters;
using C3Fusion.Sim;

namespace C3Fusion.Node.Demo;

/// <summary>Who takes part in a demo: the exercise roster of its seed.</summary>
internal static class DemoRoster
{
    /// <summary>R: a machine that also simulates the world and hosts every node stalls longer than a fielded box, whose default is 150 ms.</summary>
    public const long RoundUs = 200_000;

    /// <summary>Ids of the sensors that every demo has.</summary>
    public static IReadOnlyList<string> SensorIds { get; } = ReadSensorIds();

    /// <summary>Names of the nodes of a demo of this size.</summary>
    public static IEnumerable<string> NodeNames(int nodes) => Enumerable.Range(1, nodes).Select(i => string.Create(CultureInfo.InvariantCulture, $"node-{i}"));

    /// <summary>The roster of one demo with everyone's keys.</summary>
    /// <param name="options">Seed and number of nodes.</param>
    /// <param name="datum">Of the world it watches.</param>
    /// <param name="start">T0 of slot 0.</param>
    public static ExerciseRoster Draw(DemoOptions options, GeodeticPosition datum, Instant start)
    {
        ExerciseRoster exercise = ExerciseRoster.Build(options.Seed, options.Nodes, start, datum, "demo", RoundUs);
        IReadOnlyList<string> violations = RosterRules.Violations(exercise.Roster);
        return violations.Count == 0 ? exercise : throw new InvalidOperationException(string.Join("; ", violations));
    }

    private static List<string> ReadSensorIds()
    {
        using ExerciseRoster any = ExerciseRoster.Build(0, 3, default, default);
        return [.. any.Roster.Sensors.Select(sensor => sensor.Id)];
    }
}
