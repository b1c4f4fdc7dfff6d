using C3Fusion.Exercises.Lies;
using C3Fusion.Exercises.World;

namespace C3Fusion.Exercises;

/// <summary>Every exercise that has a name: the recorded attacks, the other attacks, and honest troubles.</summary>
public static class Catalogue
{
    private const int Scans = 200;
    private const double AreaM = 100_000;

    /// <summary>The lies by name, each made for a seed.</summary>
    public static IReadOnlyDictionary<string, Func<long, Lie>> Lies { get; } = new SortedDictionary<string, Func<long, Lie>>(StringComparer.Ordinal)
    {
        ["bias"] = seed => Displacement.Bias(seed, 5000),
        ["bias-300"] = seed => Displacement.Bias(seed, 300),
        ["drift"] = seed => Displacement.Drift(seed, 5000),
        ["ghost"] = seed => Ghosts.Free(seed, 5, Scans, AreaM, 10, shared: false),
        ["ghost-shared"] = seed => Ghosts.Free(seed, 5, Scans, AreaM, 10, shared: true),
        ["coordinated"] = seed => Feeds.Both(
            Displacement.By((_, _, _) => Displacement.Direction(seed, "coordinated", 5000), precise: true),
            Ghosts.Free(seed, 5, Scans, AreaM, 10, shared: true)),
        ["slowdrift"] = seed => Displacement.SlowDrift(seed, 5),
        ["step-30"] = seed => Displacement.StepCommon(seed, 30, 20),
        ["step-60"] = seed => Displacement.StepCommon(seed, 60, 20),
        ["step-100"] = seed => Displacement.StepCommon(seed, 100, 20),
        ["step-150"] = seed => Displacement.StepCommon(seed, 150, 20),
        ["step-own-60"] = seed => Displacement.StepOwn(seed, 60, 20),
        ["step-own-100"] = seed => Displacement.StepOwn(seed, 100, 20),
        ["step-own-150"] = seed => Displacement.StepOwn(seed, 150, 20),
        ["step-0-100"] = seed => Displacement.StepCommon(seed, 100, 0),
        ["step-0-300"] = seed => Displacement.StepCommon(seed, 300, 0),
        ["step-0-600"] = seed => Displacement.StepCommon(seed, 600, 0),
        ["step-own-0-600"] = seed => Displacement.StepOwn(seed, 600, 0),
        ["creep-0.3"] = seed => Displacement.Creep(seed, 0.3),
        ["creep-1"] = seed => Displacement.Creep(seed, 1),
        ["drag-own"] = seed => Displacement.DragOwn(seed, 5, velocityFits: false),
        ["drag-own-velocity"] = seed => Displacement.DragOwn(seed, 5, velocityFits: true),
        ["swing-8"] = seed => Displacement.Swing(seed, 100, 8),
        ["swing-40"] = seed => Displacement.Swing(seed, 100, 40),
        ["bursts"] = seed => Displacement.Bursts(seed, 150, 3),
        ["velocity-8"] = seed => Displacement.Velocity(seed, 8),
        ["velocity-20"] = seed => Displacement.Velocity(seed, 20),
        ["single-drag"] = seed => Displacement.SingleDrag(seed, 3, 5),
        ["single-step"] = seed => Displacement.SingleStep(seed, 3, 120),
        ["height-200"] = _ => Displacement.HeightStep(200),
        ["rotation"] = _ => Displacement.Rotation(AreaM, 0.01),
        ["new-ids"] = seed => Feeds.Both(Displacement.SlowDrift(seed, 5), Feeds.NewIds()),
        ["parallel-600"] = seed => Ghosts.Parallel(seed, 600),
        ["parallel-300"] = seed => Ghosts.Parallel(seed, 300),
        ["parallel-1500"] = seed => Ghosts.Parallel(seed, 1500),
        ["keep-dead"] = _ => Ghosts.KeepDead(),
        ["flood"] = _ => Ghosts.Flood(500, AreaM),
        ["silent"] = _ => Feeds.Silent(),
        ["suppress"] = _ => Feeds.Suppress(),
        ["swapped-ids"] = _ => Feeds.SwappedIds(),
        ["frozen"] = _ => Feeds.Frozen(),
        ["replayed"] = _ => Feeds.Replayed(20),
        ["noise-5"] = _ => Feeds.Noise(5),
        ["backdated"] = _ => Feeds.Backdated(2),
        ["births-600"] = seed => Ambushes.Births(seed, 600, 15),
        ["ignored-turns"] = _ => Ambushes.IgnoredTurns(),
        ["swarm"] = seed => Ambushes.Swarm(seed, 8),
        ["on-off"] = seed => Ambushes.OnAndOff(Displacement.StepOwn(seed, 200, 20), 5, 10),
        ["same-id"] = seed => Feeds.Both(Displacement.SlowDrift(seed, 5), Ambushes.SameId()),
        ["claims-wide"] = seed => Ambushes.Claiming(1e6, Displacement.SlowDrift(seed, 5)),
        ["claims-tiny"] = seed => Ambushes.Claiming(1e-3, Displacement.StepOwn(seed, 150, 20)),
        ["late-step"] = seed => Displacement.StepOwn(seed, 300, 150),
    };

    /// <summary>An exercise in which some sensors tell a lie of the catalogue.</summary>
    public static ExerciseSettings Attack(string lie, long seed, params string[] liars)
    {
        if (lie != "honest" && !Lies.ContainsKey(lie)) throw new ArgumentException($"no lie is called {lie}", nameof(lie));
        return new ExerciseSettings
        {
            Name = lie == "honest" ? $"honest-s{seed}" : $"{lie}-{string.Concat(liars)}-s{seed}",
            Seed = seed,
            LieName = lie,
            Liars = lie == "honest" ? [] : liars,
            MakeLie = lie == "honest" ? null : () => Lies[lie](seed),
        };
    }

    /// <summary>A hundred targets instead of twenty, with the recorded clutter.</summary>
    public static ExerciseSettings Hundred(this ExerciseSettings settings) =>
        settings with { Name = "n100-" + settings.Name, Targets = 100, RadarClutter = 5, SatelliteClutter = 2 };

    /// <summary>Only n = 2f+1 sensors.</summary>
    public static ExerciseSettings FiveSensors(this ExerciseSettings settings) => settings with
    {
        Name = "n5-" + settings.Name,
        Sensors = [.. SensorSpec.Standard.Where(s => s.Id is "R1" or "R2" or "R3" or "S1" or "S2")],
    };

    /// <summary>Honest registration biases of 20 to 50 m on every sensor: an offset, for radars range and azimuth too.</summary>
    /// <param name="settings">The exercise.</param>
    /// <param name="registered">Does the roster name a bias cap that covers them?</param>
    public static ExerciseSettings RegistrationBiases(this ExerciseSettings settings, bool registered) => settings with
    {
        Name = (registered ? "bias-cap-" : "bias-nocap-") + settings.Name,
        Errors = spec => Compose(settings.Errors(spec), RegistrationBias(settings, spec)),
        Sensors = registered ? [.. settings.Sensors.Select(s => s with { BiasCapM = 80 })] : settings.Sensors,
    };

    /// <summary>Errors of one target correlated from scan to scan.</summary>
    public static ExerciseSettings Correlated(this ExerciseSettings settings, double correlation) => settings with
    {
        Name = FormattableString.Invariant($"ar{correlation}-") + settings.Name,
        Errors = spec => settings.Errors(spec) with { Correlation = correlation },
    };

    /// <summary>5 % of the reports up to 5 s later, taken in order of arrival.</summary>
    public static ExerciseSettings LateReports(this ExerciseSettings settings) =>
        settings with { Name = "late-" + settings.Name, LateShare = 0.05, Order = "rx" };

    /// <summary>As recorded, satellites 1 to 4 s late, taken in order of arrival.</summary>
    public static ExerciseSettings ByArrival(this ExerciseSettings settings) => settings with { Name = "rx-" + settings.Name, Order = "rx" };

    /// <summary>A fifth of all reports is lost.</summary>
    public static ExerciseSettings Missing(this ExerciseSettings settings) => settings with { Name = "missing-" + settings.Name, MissingShare = 0.2 };

    /// <summary>Detection probability 0.75 where 0.9 is registered.</summary>
    public static ExerciseSettings Dim(this ExerciseSettings settings) => settings with { Name = "pd75-" + settings.Name, DetectionProbability = 0.75 };

    /// <summary>Two radars measure no height.</summary>
    public static ExerciseSettings WithoutHeight(this ExerciseSettings settings, params string[] sensors) => settings with
    {
        Name = "noheight-" + settings.Name,
        Sensors = [.. settings.Sensors.Select(s => sensors.Contains(s.Id, StringComparer.Ordinal) ? s with { HasHeight = false } : s)],
    };

    /// <summary>One honest sensor (or all, for "*") has an error beyond its registration.</summary>
    public static ExerciseSettings Trouble(this ExerciseSettings settings, string name, string sensor, Func<HonestErrors, HonestErrors> error) => settings with
    {
        Name = name + "-" + settings.Name,
        Errors = spec => sensor == "*" || spec.Id == sensor ? error(settings.Errors(spec)) : settings.Errors(spec),
    };

    /// <summary>Six pairs that cross slowly through zero separation, and eight other targets.</summary>
    public static ExerciseSettings Crossing(this ExerciseSettings settings, double crossingMps) => settings with
    {
        Name = FormattableString.Invariant($"crossing{crossingMps}-") + settings.Name,
        Targets = 8,
        Pairs = 6,
        PairCrossingMps = crossingMps,
    };

    /// <summary>Six pairs side by side, and eight other targets.</summary>
    public static ExerciseSettings SideBySide(this ExerciseSettings settings, double separationM) => settings with
    {
        Name = FormattableString.Invariant($"pairs{separationM}-") + settings.Name,
        Targets = 8,
        Pairs = 6,
        PairSeparationM = separationM,
    };

    /// <summary>Real aircraft instead of drawn ones, over an area of 700 km.</summary>
    public static ExerciseSettings RealFlights(this ExerciseSettings settings, string openSkyFile) => settings with
    {
        Name = "opensky-" + settings.Name,
        RecordedTruth = RecordedFlights.Read(openSkyFile, 300, settings.Scans),
        AreaM = 350_000,
    };

    private static HonestErrors RegistrationBias(ExerciseSettings settings, SensorSpec spec)
    {
        var random = new RandomStream(settings.Seed, $"{spec.Id}/registration");
        if (spec.IsSatellite) return new HonestErrors { Offset = random.Horizontal(random.Uniform(20, 50)) };

        // The azimuth error makes as many metres at half the area's side; the three add up to 20 to 50 m typically.
        double part = random.Uniform(20, 50) / Math.Sqrt(3);
        return new HonestErrors
        {
            Offset = random.Horizontal(part),
            RangeBiasM = random.Chance(0.5) ? part : -part,
            AzimuthBiasRad = (random.Chance(0.5) ? part : -part) / (settings.AreaM / 2),
        };
    }

    private static HonestErrors Compose(HonestErrors errors, HonestErrors bias) =>
        errors with { Offset = errors.Offset + bias.Offset, RangeBiasM = bias.RangeBiasM, AzimuthBiasRad = bias.AzimuthBiasRad };
}
