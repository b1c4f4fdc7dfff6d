using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>The errors of every sensor as plain arrays: as registered, and as <see cref="SensorCalibration"/> has found them to be.</summary>
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
        MeanVariance = new double[Count * ResidualWindows.Count];
        Array.Fill(MeanVariance, 1);
        ClockErrorS = new double[Count];
        for (int i = 0; i < Count; i++)
        {
            SensorModel model = Models[i];
            if (!(model.SigmaPositionM > 0) || !(model.SigmaVelocityMps > 0))
                throw new ArgumentException($"sensor {model.Id}: registered sigmas must be above 0", nameof(sensors));
            PositionVariance[i] = model.SigmaPositionM * model.SigmaPositionM;
            VelocityVariance[i] = model.SigmaVelocityMps * model.SigmaVelocityMps;
            double bias = RegisteredBias(i);
            double velocityBias = VelocityBias(i);
            double creep = Math.Max(2, 0.05 * model.SigmaPositionM);
            PositionBias2[i] = bias * bias;
            VelocityBias2[i] = velocityBias * velocityBias;
            PositionCreep2[i] = creep * creep;
            MaxSigmaPosition = Math.Max(MaxSigmaPosition, model.SigmaPositionM);
            MaxSigmaVelocity = Math.Max(MaxSigmaVelocity, model.SigmaVelocityMps);
        }

        All = Count == 64 ? ulong.MaxValue : (1UL << Count) - 1;
    }

    private SensorTable(SensorTable other)
        : this(other.Models)
    {
        other.PositionVariance.CopyTo(PositionVariance, 0);
        other.VelocityVariance.CopyTo(VelocityVariance, 0);
        other.PositionBias2.CopyTo(PositionBias2, 0);
        other.MeanVariance.CopyTo(MeanVariance, 0);
        other.ClockErrorS.CopyTo(ClockErrorS, 0);
    }

    public IReadOnlyList<SensorModel> Models { get; }

    public int Count { get; }

    /// <summary>The set of all sensors.</summary>
    public ulong All { get; }

    /// <summary>σ² per position axis, m²; the registered one times what the noise was found to be.</summary>
    public double[] PositionVariance { get; }

    /// <summary>σ² per velocity axis, m²/s².</summary>
    public double[] VelocityVariance { get; }

    /// <summary>Square of the registration error that is allowed in position, m².</summary>
    public double[] PositionBias2 { get; }

    /// <summary>Square of the registration error that is allowed in velocity, m²/s².</summary>
    public double[] VelocityBias2 { get; }

    /// <summary>Square of the change of the registration error that is allowed between two windows, m².</summary>
    public double[] PositionCreep2 { get; }

    /// <summary>Square of the registration error that no sensor is accused for, whatever the roster says, m²: honest sensors are tens of metres off.</summary>
    public static double UnregisteredBias2 => 35 * 35;

    /// <summary>Square of the change of the velocity error that is allowed between two windows, m²/s².</summary>
    public static double VelocityCreep2 => 0.25;

    /// <summary>Per sensor and window: variance of a windowed mean over that for errors without correlation in time.</summary>
    public double[] MeanVariance { get; }

    /// <summary>By how much later than stamped each sensor's reports hold, s.</summary>
    public double[] ClockErrorS { get; }

    public double MaxSigmaPosition { get; }

    public double MaxSigmaVelocity { get; }

    /// <summary>Registration error that is allowed in position before anything is known, m.</summary>
    public double RegisteredBias(int sensor) => Math.Max(Math.Max(8, 0.15 * Models[sensor].SigmaPositionM), Models[sensor].BiasCapM);

    /// <summary>Registration error that is allowed in velocity, m/s.</summary>
    public double VelocityBias(int sensor) => Math.Max(0.5, 0.05 * Models[sensor].SigmaVelocityMps);

    public SensorTable Copy() => new(this);

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
