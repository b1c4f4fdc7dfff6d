using C3Fusion.Fusion;
using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Exercises.World;

/// <summary>What an honest sensor's errors really are, beside its registered white noise.</summary>
public sealed record HonestErrors
{
    /// <summary>No error beyond the registered noise.</summary>
    public static HonestErrors None { get; } = new();

    /// <summary>Constant offset of positions, m.</summary>
    public Enu Offset { get; init; }

    /// <summary>Range offset as seen from the site, m.</summary>
    public double RangeBiasM { get; init; }

    /// <summary>Azimuth offset about the site, rad, counter-clockwise.</summary>
    public double AzimuthBiasRad { get; init; }

    /// <summary>Its clock is behind by this, s: a report stamped t shows where the target was at t + this.</summary>
    public double ClockErrorS { get; init; }

    /// <summary>Real noise over registered noise.</summary>
    public double NoiseFactor { get; init; } = 1;

    /// <summary>Correlation of the errors of one target from one second to the next (first-order autoregression); the sigma stays.</summary>
    public double Correlation { get; init; }

    /// <summary>From this scan on, for <see cref="FrozenScans"/>, every report repeats the last one before.</summary>
    public int FrozenFrom { get; init; } = int.MaxValue;

    /// <summary>Length of the freeze, scans.</summary>
    public int FrozenScans { get; init; } = 20;

    /// <summary>The biased position.</summary>
    public Enu Distort(Enu position, Enu site)
    {
        if (RangeBiasM != 0 || AzimuthBiasRad != 0)
        {
            double east = position.X - site.X, north = position.Y - site.Y;
            double range = Math.Sqrt((east * east) + (north * north));
            double stretch = range < 1 ? 1 : (range + RangeBiasM) / range;
            double c = DeterministicMath.Cos(AzimuthBiasRad), s = DeterministicMath.Sin(AzimuthBiasRad);
            position = new Enu(site.X + (stretch * ((c * east) - (s * north))), site.Y + (stretch * ((s * east) + (c * north))), position.Z);
        }

        return position + Offset;
    }
}
