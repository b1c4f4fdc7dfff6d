using C3Fusion.Exercises.World;
using C3Fusion.Fusion;

namespace C3Fusion.Exercises.Lies;

/// <summary>One scan of one liar: its honest readings, to be changed as it likes, and all that an all-knowing liar knows.</summary>
public sealed class LiarScan
{
    /// <summary>The scan, which is also its time in s.</summary>
    public required int Scan { get; init; }

    /// <summary>Which of the liars this is, from 0.</summary>
    public required int Liar { get; init; }

    /// <summary>What the roster registers of it.</summary>
    public required SensorSpec Spec { get; init; }

    /// <summary>All true paths.</summary>
    public required IReadOnlyList<TargetPath> Targets { get; init; }

    /// <summary>Its honest readings of this scan; what is left here is sent.</summary>
    public required List<Reading> Readings { get; init; }

    /// <summary>Its own track numbers.</summary>
    public required LocalTrackIds Ids { get; init; }

    /// <summary>Its own random numbers.</summary>
    public required RandomStream Random { get; init; }

    /// <summary>The 1-sigma that it claims, m.</summary>
    public double ClaimedSigmaM { get; set; }

    /// <summary>Replaces each reading of a target.</summary>
    public void Change(Func<Reading, Reading> lie)
    {
        for (int i = 0; i < Readings.Count; i++)
        {
            if (Readings[i].IsOfTarget) Readings[i] = lie(Readings[i]);
        }
    }

    /// <summary>A noisy reading of something that the liar makes up.</summary>
    public Reading MakeUp(int thing, Enu position, Enu velocity) => new(
        thing,
        Ids.Of(thing, Scan),
        position,
        velocity,
        position + Random.Normal3(Spec.SigmaPositionM),
        velocity + Random.Normal3(Spec.SigmaVelocityMps));
}

/// <summary>A lie: changes what one liar sends in one scan. Called for every liar and scan, in order of time.</summary>
public delegate void Lie(LiarScan scan);
