using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Sim.Clusters;

/// <summary>What the checkers of a simulated cluster saw. Of the honest nodes alone, where nothing else is said.</summary>
public sealed record ClusterReport
{
    /// <summary>Slots applied by every honest node.</summary>
    public required int Slots { get; init; }

    /// <summary>Slots that some honest node holds as final under any timing.</summary>
    public required int SlotsFinal { get; init; }

    /// <summary>Times an honest node abstained in a slot.</summary>
    public required int Abstentions { get; init; }

    /// <summary>Every breach of what must hold, in words; empty where all held.</summary>
    public required ImmutableArray<string> Failures { get; init; }

    /// <summary>Sensors that stand accused in the agreed picture at the end (lies and contradictions, not mere faults).</summary>
    public required ImmutableArray<string> Accused { get; init; }

    /// <summary>Sensors that stand outside their registration at the end.</summary>
    public required ImmutableArray<string> OutsideRegistration { get; init; }

    /// <summary>Nodes against which there is transferable proof.</summary>
    public required ImmutableArray<string> Guilty { get; init; }

    /// <summary>Sensors against which there is transferable proof of two contents under one number.</summary>
    public required ImmutableArray<string> GuiltySensors { get; init; }

    /// <summary>Alarms raised, each kind and subject once.</summary>
    public required ImmutableArray<string> Alarms { get; init; }

    /// <summary>Plans that came into force.</summary>
    public required int PlansCommitted { get; init; }

    /// <summary>Lines of Assured tracks in the agreed picture.</summary>
    public required long AssuredLines { get; init; }

    /// <summary>Those within 1 km of a target that is there now.</summary>
    public required long AssuredMatched { get; init; }

    /// <summary>Those of them whose hard box contains that target.</summary>
    public required long AssuredContained { get; init; }

    /// <summary>Published lines (Assured or Supported).</summary>
    public required long PublishedLines { get; init; }

    /// <summary>Published lines farther than 1 km from every target of the last 10 s: false tracks.</summary>
    public required long FalseLines { get; init; }

    /// <summary>Assured lines farther than 1 km from every target of the last 10 s: never.</summary>
    public required long AssuredFalseLines { get; init; }

    /// <summary>Targets that were there at the end without a published track within 1 km.</summary>
    public required int MissedAtEnd { get; init; }

    /// <summary>Mean distance of published lines to their target, m; NaN where there is none.</summary>
    public required double MeanErrorM { get; init; }

    /// <summary>Mean width of the hard boxes of Assured lines over the axes, m; NaN where there is none.</summary>
    public required double MeanWidthM { get; init; }

    /// <summary>Messages of peers that some node refused.</summary>
    public required int PeerRefusals { get; init; }

    /// <summary>Hash of the agreed state after the last slot that all honest nodes applied: two equal runs have equal ones.</summary>
    public required Hash256 StateHash { get; init; }
}
