using C3Fusion.Exercises.Lies;
using C3Fusion.Exercises.World;

namespace C3Fusion.Exercises;

/// <summary>All that determines an exercise. The same settings give the same files, byte for byte.</summary>
public sealed record ExerciseSettings
{
    /// <summary>Name, used for the folder.</summary>
    public required string Name { get; init; }

    /// <summary>Seed of all random numbers. Truth and honest errors do not depend on who lies or how.</summary>
    public long Seed { get; init; } = 20260101;

    /// <summary>Number of targets of the usual kind.</summary>
    public int Targets { get; init; } = 20;

    /// <summary>Number of pairs that fly side by side or cross; their targets come first.</summary>
    public int Pairs { get; init; }

    /// <summary>Separation of parallel pairs, m.</summary>
    public double PairSeparationM { get; init; }

    /// <summary>Relative lateral speed of crossing pairs, m/s; 0 for parallel ones.</summary>
    public double PairCrossingMps { get; init; }

    /// <summary>Truth from elsewhere instead of drawn targets.</summary>
    public IReadOnlyList<TargetPath>? RecordedTruth { get; init; }

    /// <summary>Length, scans of 1 s.</summary>
    public int Scans { get; init; } = 200;

    /// <summary>Side of the area, m.</summary>
    public double AreaM { get; init; } = 100_000;

    /// <summary>The roster's sensors.</summary>
    public IReadOnlyList<SensorSpec> Sensors { get; init; } = SensorSpec.Standard;

    /// <summary>Real detection probability.</summary>
    public double DetectionProbability { get; init; } = 0.9;

    /// <summary>Registered detection probability.</summary>
    public double RegisteredDetectionProbability { get; init; } = 0.9;

    /// <summary>Clutter per scan of a radar; a satellite has half of it where that is 2, as recorded.</summary>
    public double RadarClutter { get; init; } = 2;

    /// <summary>Clutter per scan of a satellite.</summary>
    public double SatelliteClutter { get; init; } = 1;

    /// <summary>Share of all reports that is lost.</summary>
    public double MissingShare { get; init; }

    /// <summary>Share of all reports that comes up to <see cref="LateUpToS"/> later.</summary>
    public double LateShare { get; init; }

    /// <summary>Largest extra delay, s.</summary>
    public double LateUpToS { get; init; } = 5;

    /// <summary>Do satellites report 1 to 4 s late? Radars take 0.05 to 0.3 s.</summary>
    public bool SatellitesAreLate { get; init; } = true;

    /// <summary>Real errors of a sensor beyond its registration.</summary>
    public Func<SensorSpec, HonestErrors> Errors { get; init; } = _ => HonestErrors.None;

    /// <summary>f: how many liars the tracker is told to expect.</summary>
    public int FaultBound { get; init; } = 2;

    /// <summary>Ids of the sensors that lie.</summary>
    public IReadOnlyList<string> Liars { get; init; } = [];

    /// <summary>Name of the lie.</summary>
    public string LieName { get; init; } = "honest";

    /// <summary>Makes the lie; it may keep state over the scans of one exercise.</summary>
    public Func<Lie>? MakeLie { get; init; }

    /// <summary>By what the tracker takes reports: "t" or "rx".</summary>
    public string Order { get; init; } = "t";
}
