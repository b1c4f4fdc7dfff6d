using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>How far a report is from a track.</summary>
internal sealed class ReportDistances(SensorTable sensors, ScanReports reports, SystemTracks tracks, TrackPrediction prediction)
{
    /// <summary>Squared distance of the report's innovation in position and in velocity, in variances of reading, registration and track.</summary>
    public (double Position, double Velocity) Of(int report, int slot)
    {
        prediction.Innovate(reports, report, slot);
        int s = reports.Sensor[report];
        ref MotionFilter filter = ref tracks.Filter[slot];
        double scale = reports.SigmaScale[report];
        double position = (sensors.PositionVariance[s] * scale) + sensors.PositionBias2[s] + TrackPrediction.AgeVariance(reports.Age[report]);
        double velocity = (sensors.VelocityVariance[s] * scale) + sensors.VelocityBias2[s];
        MeasuredAxes decided = reports.Axes[report] & ~tracks.Life[slot].Undecided;
        V p = reports.Innovation[report] * AxisMask.Position(decided);
        V v = reports.VelocityInnovation[report] * AxisMask.Velocity(decided);
        return (ConsistencySums.Sum(p * p / (filter.PositionVariance + Vector256.Create(position))),
            ConsistencySums.Sum(v * v / (filter.VelocityVariance + Vector256.Create(velocity))));
    }
}
