using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Moves each track by the inverse-variance mean of the readings that are not excluded, and feeds its windows.</summary>
internal sealed class TrackUpdate
{
    private const double ReadingPenalty = 25;
    private const double ClearDistance = 16;

    private readonly SensorTable _sensors;
    private readonly ScanReports _reports;
    private readonly SystemTracks _tracks;
    private readonly TrackPrediction _prediction;
    private readonly Association _association;
    private readonly Exclusion _exclusion;

    public TrackUpdate(SensorTable sensors, ScanReports reports, SystemTracks tracks, TrackPrediction prediction, Association association, Exclusion exclusion)
    {
        (_sensors, _reports, _tracks, _prediction, _association, _exclusion) = (sensors, reports, tracks, prediction, association, exclusion);
    }

    /// <param name="slot">The track.</param>
    /// <param name="hypotheses">Sets of sensors that may lie.</param>
    /// <param name="maxLiars">Their largest size.</param>
    /// <param name="accused">Sensors that stand accused.</param>
    /// <param name="suspects">Sensors under suspicion over all targets.</param>
    public void Update(int slot, LiarHypotheses hypotheses, int maxLiars, ulong accused, ulong suspects)
    {
        ref TrackLife life = ref _tracks.Life[slot];
        if (life.BornScan == _prediction.Scan || life.Now == 0)
        {
            if (life.Now == 0) life.Used = 0;
            return;
        }

        Span<int> readings = _tracks.ReadingsOf(slot);
        _exclusion.Clear();
        for (int s = 0; s < readings.Length; s++)
        {
            int report = readings[s];
            if (report < 0 || (accused >> s & 1) != 0) continue;
            Variances(report, s, out double position, out double velocity);
            MeasuredAxes axes = _reports.Axes[report];
            _exclusion.Add(
                s,
                _reports.Innovation[report],
                AxisMask.Position(axes) / Vector256.Create(position + _sensors.PositionBias2[s]),
                _reports.VelocityInnovation[report],
                AxisMask.Velocity(axes) / Vector256.Create(velocity + _sensors.VelocityBias2[s]));
        }

        ulong now = _exclusion.Best(hypotheses, maxLiars, ReadingPenalty, out _);
        ulong used = life.Now & ~(accused | suspects | now | life.Suspects);
        if (used == 0) used = life.Now & ~(accused | now);
        life.Used = used;
        if (used == 0) return;
        var z = default(MeasurementInformation);
        double correlatedPosition = 0;
        double correlatedVelocity = 0;
        double weights = 0;
        for (int s = 0; s < readings.Length; s++)
        {
            if ((used >> s & 1) == 0) continue;
            int report = readings[s];
            Variances(report, s, out double position, out double velocity);
            MeasuredAxes axes = _reports.Axes[report];
            z.AddPosition(_reports.Innovation[report], AxisMask.Position(axes) / Vector256.Create(position), _reports.Age[report]);
            z.AddVelocity(_reports.VelocityInnovation[report], AxisMask.Velocity(axes) / Vector256.Create(velocity));
            weights += 1 / position;
            correlatedVelocity += _sensors.MeanVariance[s * ResidualWindows.Count] / position;
            correlatedPosition += _sensors.MeanVariance[(s * ResidualWindows.Count) + 1] / position;
        }

        ref MotionFilter filter = ref _tracks.Filter[slot];
        // Velocities are averaged over about four scans, positions over about twelve: as the windows 1/4 and 1/12 are.
        filter.PositionCorrelation = correlatedPosition / weights;
        filter.VelocityCorrelation = correlatedVelocity / weights;
        V before = filter.Position;
        V velocityBefore = filter.Velocity;
        filter.Update(z);
        filter.LearnTurn(_prediction.VelocityBefore(slot), _prediction.PeriodS);
        V moved = filter.Position - before;
        V turned = filter.Velocity - velocityBefore;
        for (int s = 0; s < readings.Length; s++)
        {
            int report = readings[s];
            if (report < 0) continue;
            MeasuredAxes axes = _reports.Axes[report];
            _reports.Innovation[report] -= (moved - (turned * _reports.Age[report])) * AxisMask.Position(axes);
            _reports.VelocityInnovation[report] -= turned * AxisMask.Velocity(axes);
        }
    }

    /// <summary>Ages the windows of a track and adds the residuals of this scan that are surely its own.</summary>
    public void FeedWindows(int slot, SensorCalibration calibration, Registration registration)
    {
        Span<int> readings = _tracks.ReadingsOf(slot);
        for (int s = 0; s < readings.Length; s++)
        {
            Span<V> block = _tracks.ResidualsOf(slot, s);
            ResidualWindows.Decay(block);
            int report = readings[s];
            if (report < 0 || !IsClear(slot, s)) continue;
            MeasuredAxes axes = _reports.Axes[report];
            calibration.Add(slot, s, report, _prediction.Scan);
            registration.Add(slot, s, report);
            ResidualWindows.Add(block, _reports.Innovation[report], AxisMask.Position(axes), _reports.VelocityInnovation[report], AxisMask.Velocity(axes));
        }
    }

    /// <summary>No other published track is so near that this sensor could have meant it.</summary>
    private bool IsClear(int slot, int sensor)
    {
        ref MotionFilter filter = ref _tracks.Filter[slot];
        for (int r = 0; r < _tracks.RivalCount[slot]; r++)
        {
            ref MotionFilter other = ref _tracks.Filter[_association.Rivals[_tracks.RivalStart[slot] + r]];
            V p = other.Position - filter.Position;
            V v = other.Velocity - filter.Velocity;
            double d2 = ConsistencySums.Sum(p * p / (filter.PositionVariance + other.PositionVariance + Vector256.Create(_sensors.PositionVariance[sensor])))
                + ConsistencySums.Sum(v * v / (filter.VelocityVariance + other.VelocityVariance + Vector256.Create(_sensors.VelocityVariance[sensor])));
            if (d2 < ClearDistance) return false;
        }

        return true;
    }

    private void Variances(int report, int sensor, out double position, out double velocity)
    {
        double scale = _reports.SigmaScale[report];
        position = (_sensors.PositionVariance[sensor] * scale) + TrackPrediction.AgeVariance(_reports.Age[report]);
        velocity = _sensors.VelocityVariance[sensor] * scale;
    }
}
