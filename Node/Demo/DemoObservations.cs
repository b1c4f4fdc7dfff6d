using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Demo;

/// <summary>Everything that a demo saw and that its checks judge.</summary>
internal sealed record DemoObservations
{
    /// <summary>What was asked for.</summary>
    public required DemoOptions Options { get; init; }

    /// <summary>Who is who.</summary>
    public required Roster Roster { get; init; }

    /// <summary>What every node said.</summary>
    public required DemoRecorder Recorder { get; init; }

    /// <summary>The agreed pictures, held against the truth.</summary>
    public required TruthCheck Truth { get; init; }

    /// <summary>How long it ran after its start-up, microseconds.</summary>
    public required long ElapsedUs { get; init; }

    /// <summary>Why the sensors ended before the demo did, or null.</summary>
    public required string? SensorFailure { get; init; }

    /// <summary>Scans that the broker took, by sensor.</summary>
    public required ImmutableArray<long> ScansPublished { get; init; }

    /// <summary>Scans that the broker did not take, by sensor.</summary>
    public required ImmutableArray<long> ScansLost { get; init; }

    /// <summary>The nodes whose link is jammed by schedule; empty where none is.</summary>
    public required ImmutableArray<int> Jammed { get; init; }

    /// <summary>Frames that the jammer took from each node.</summary>
    public required ImmutableArray<long> FramesJammed { get; init; }
}
