using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>The registered errors of every sensor as plain arrays, with what the tracker derives from them.</summary>
internal sealed class SensorTable
{
    /// <summary>Most sensors: sensor sets are bit masks.</summary>
    public const int MaxSensors = 64;

    public SensorTable(IReadOnlyList<SensorModel> sensors)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sensors.Count, MaxSensors, nameof(sensors));
        Models = [.. sensors];
        Count = sensors.Count;
        PositionVariance = new double[Count];
        VelocityVariance = new double[Count];
        PositionBias2 = new double[Count];
        VelocityBias2 = new double[Count];
        PositionCreep2 = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            SensorModel model = Models[i];
            if (!(model.SigmaPositionM > 0) || !(model.SigmaVelocityMps > 0))
                throw new ArgumentException($"sensor {model.Id}: registered sigmas must be above 0", nameof(sensors));
            PositionVariance[i] = model.SigmaPositionM * model.SigmaPositionM;
            VelocityVariance[i] = model.SigmaVelocityMps * model.SigmaVelocityMps;
            double bias = Math.Max(Math.Max(8, 0.15 * model.SigmaPositionM), model.BiasCapM);
            double velocityBias = Math.Max(0.5, 0.05 * model.SigmaVelocityMps);
            double creep = Math.Max(2, 0.05 * model.SigmaPositionM);
            PositionBias2[i] = bias * bias;
            VelocityBias2[i] = velocityBias * velocityBias;
            PositionCreep2[i] = creep * creep;
            MaxSigmaPosition = Math.Max(MaxSigmaPosition, model.SigmaPositionM);
            MaxSigmaVelocity = Math.Max(MaxSigmaVelocity, model.SigmaVelocityMps);
        }

        All = Count == 64 ? ulong.MaxValue : (1UL << Count) - 1;
    }

    public IReadOnlyList<SensorModel> Models { get; }

    public int Count { get; }

    /// <summary>The set of all sensors.</summary>
    public ulong All { get; }

    /// <summary>σ² per position axis, m².</summary>
    public double[] PositionVariance { get; }

    /// <summary>σ² per velocity axis, m²/s².</summary>
    public double[] VelocityVariance { get; }

    /// <summary>Square of the registration error that is allowed in position, m².</summary>
    public double[] PositionBias2 { get; }

    /// <summary>Square of the registration error that is allowed in velocity, m²/s².</summary>
    public double[] VelocityBias2 { get; }

    /// <summary>Square of the change of the registration error that is allowed between two windows, m².</summary>
    public double[] PositionCreep2 { get; }

    /// <summary>Square of the change of the velocity error that is allowed between two windows, m²/s².</summary>
    public static double VelocityCreep2 => 0.25;

    public double MaxSigmaPosition { get; }

    public double MaxSigmaVelocity { get; }

    /// <summary>Does the roster say that this sensor should see that place?</summary>
    public bool Covers(int sensor, Vector256<double> position)
    {
        SensorModel model = Models[sensor];
        if (model.CoverageRangeM <= 0) return true;
        double dx = position.GetElement(0) - model.CoverageCentre.X;
        double dy = position.GetElement(1) - model.CoverageCentre.Y;
        return (dx * dx) + (dy * dy) <= model.CoverageRangeM * model.CoverageRangeM;
    }
}
