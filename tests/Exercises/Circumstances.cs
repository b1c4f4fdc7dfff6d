using C3Fusion.Exercises.World;

namespace C3Fusion.Exercises;

/// <summary>What an exercise can be varied by, by name: geometry, registration errors, loss, delay.</summary>
public static class Circumstances
{
    private const double Degree = Math.PI / 180;

    private static readonly SortedDictionary<string, Func<ExerciseSettings, ExerciseSettings>> ByName = new(StringComparer.Ordinal)
    {
        ["n100"] = s => s.Hundred(),
        ["five-sensors"] = s => s.FiveSensors(),
        ["biases-registered"] = s => s.RegistrationBiases(registered: true),
        ["biases"] = s => s.RegistrationBiases(registered: false),
        ["ar0.9"] = s => s.Correlated(0.9),
        ["late"] = s => s.LateReports(),
        ["rx"] = s => s.ByArrival(),
        ["missing"] = s => s.Missing(),
        ["pd75"] = s => s.Dim(),
        ["no-height"] = s => s.WithoutHeight("R3", "R4"),
        ["noise1.2"] = s => s.Trouble("noise1.2", "*", e => e with { NoiseFactor = 1.2 }),
        ["noise1.5"] = s => s.Trouble("noise1.5", "*", e => e with { NoiseFactor = 1.5 }),
        ["noise2-R3"] = s => s.Trouble("noise2R3", "R3", e => e with { NoiseFactor = 2 }),
        ["clock0.1-R1"] = s => s.Trouble("clock0.1R1", "R1", e => e with { ClockErrorS = 0.1 }),
        ["clock0.3-R1"] = s => s.Trouble("clock0.3R1", "R1", e => e with { ClockErrorS = 0.3 }),
        ["azimuth-R1"] = s => s.Trouble("azimuthR1", "R1", e => e with { AzimuthBiasRad = 0.02 * Degree }),
        ["azimuth-R4"] = s => s.Trouble("azimuthR4", "R4", e => e with { AzimuthBiasRad = 0.05 * Degree }),
        ["freeze-R2"] = s => s.Trouble("freezeR2", "R2", e => e with { FrozenFrom = 80, FrozenScans = 20 }),
        ["crossing"] = s => s.Crossing(5),
        ["pairs-200"] = s => s.SideBySide(200),
        ["pairs-400"] = s => s.SideBySide(400),
        ["pairs-800"] = s => s.SideBySide(800),
    };

    /// <summary>All names.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>Varies an exercise.</summary>
    public static ExerciseSettings Apply(ExerciseSettings settings, string name) =>
        ByName.TryGetValue(name, out Func<ExerciseSettings, ExerciseSettings>? vary) ? vary(settings) : throw new ArgumentException($"no circumstance is called {name}", nameof(name));
}
