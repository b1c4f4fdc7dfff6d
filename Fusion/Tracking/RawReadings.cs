using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Readings as they were reported, with the interval that the roster's bounds give them now: the ground of the hard box.</summary>
/// <remarks>
/// A reading of age τ is carried to the present by its own velocity: p + vτ, ± (bound_k σ_p + b + bound_k σ_v τ + a τ²/2), b the
/// registered bias cap (at least what any sensor is allowed) and a the acceleration bound. Nothing that was learnt moves
/// or narrows it; what was learnt of registration and clock widens it. A reading without velocity is carried by the
/// track's, ± 4 of the filter's sigmas: there, and there alone, the interval rests on an estimate.
/// </remarks>
internal sealed class RawReadings
{
    private const double FilterSigmas = 4;

    private readonly SensorTable _sensors;
    private readonly ScanReports _reports;
    private readonly SystemTracks _tracks;
    private readonly TrackerOptions _options;

    public RawReadings(SensorTable sensors, ScanReports reports, SystemTracks tracks, TrackerOptions options) =>
        (_sensors, _reports, _tracks, _options) = (sensors, reports, tracks, options);

    /// <summary>Takes a report of this scan.</summary>
    public void Take(ref CarriedReading carried, int report, int slot, long nowUs, int scan)
    {
        int sensor = _reports.Sensor[report];
        SensorModel model = _sensors.Models[sensor];
        MeasuredAxes axes = _reports.Axes[report];
        V ownVelocity = AxisMask.Velocity(axes);
        V hasVelocity = Vector256.GreaterThan(ownVelocity, V.Zero);
        double claimed = Math.Sqrt(_reports.SigmaScale[report]);
        ref MotionFilter filter = ref _tracks.Filter[slot];
        carried.Velocity = Vector256.ConditionalSelect(hasVelocity, _reports.Velocity[report], filter.Velocity);
        carried.VelocityHalf = Vector256.ConditionalSelect(
            hasVelocity,
            Vector256.Create((model.BoundK * model.SigmaVelocityMps * claimed) + _sensors.VelocityBias(sensor)),
            Vector256.Sqrt(filter.VelocityVariance) * FilterSigmas);
        carried.Scan = scan;
        carried.Axes = axes;
        carried.Residual = _reports.Innovation[report];
        carried.AgeS = 0;
        V learnt = Vector256.Abs(_reports.Correction[report]) + (Vector256.Abs(carried.Velocity) * Math.Abs(_sensors.ClockErrorS[sensor]));
        V measured = Vector256.GreaterThan(AxisMask.Position(axes), V.Zero);
        carried.Position = _reports.Position[report] + _reports.Correction[report];
        carried.HalfWidth = Vector256.ConditionalSelect(
            measured,
            Vector256.Create((model.BoundK * model.SigmaPositionM * claimed) + _sensors.RegisteredBias(sensor)) + learnt,
            Vector256.Create(double.PositiveInfinity));
        Age(ref carried, (nowUs - _reports.TimeUs[report]) * 1e-6);
    }

    /// <summary>Carries a reading over another <paramref name="dt"/> seconds, forwards or back.</summary>
    public void Age(ref CarriedReading carried, double dt)
    {
        double before = Math.Abs(carried.AgeS);
        carried.AgeS += dt;
        double after = Math.Abs(carried.AgeS);
        carried.Position += carried.Velocity * dt;
        carried.HalfWidth += (carried.VelocityHalf * (after - before)) + Vector256.Create(_options.MaxAccelerationMps2 * ((after * after) - (before * before)) / 2);
    }
}
