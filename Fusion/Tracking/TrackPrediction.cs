using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Where each track was at the time of a report: the posterior of the scan in question for a late one, the prediction else.</summary>
internal sealed class TrackPrediction
{
    /// <summary>1-sigma of the acceleration that a reading is exposed to while it is carried over time, m/s².</summary>
    private const double AccelerationSigma = 5;

    /// <summary>By how much measured velocities are taken to lag behind in a turn, s: local trackers smooth over past readings.</summary>
    public const double VelocityLagS = 0.25;

    private readonly SensorTable _sensors;
    private readonly SystemTracks _tracks;
    private readonly long[] _endUs = new long[SystemTracks.HistoryLength];
    private long _nowUs;
    private long _lastUs;

    public TrackPrediction(SensorTable sensors, SystemTracks tracks) => (_sensors, _tracks) = (sensors, tracks);

    private TrackPrediction(TrackPrediction other, SensorTable sensors, SystemTracks tracks)
    {
        (_sensors, _tracks) = (sensors, tracks);
        _endUs = (long[])other._endUs.Clone();
        (Scan, _nowUs, _lastUs) = (other.Scan, other._nowUs, other._lastUs);
    }

    public int Scan { get; private set; }

    public void Begin(int scan, long lastUs, long nowUs)
    {
        Scan = scan;
        _lastUs = lastUs;
        _nowUs = nowUs;
        _endUs[scan % SystemTracks.HistoryLength] = nowUs;
    }

    /// <summary>Fills age and innovations of a report against a track.</summary>
    public void Innovate(ScanReports reports, int report, int slot)
    {
        double clock = _sensors.ClockErrorS[reports.Sensor[report]];
        double age = ((_nowUs - reports.TimeUs[report]) * 1e-6) - clock;
        ref MotionFilter filter = ref _tracks.Filter[slot];
        V velocity = filter.Velocity;
        V position = filter.Position - (velocity * age);
        if (reports.TimeUs[report] <= _lastUs) FromHistory(slot, reports.TimeUs[report], clock, ref position, ref velocity);
        MeasuredAxes axes = reports.Axes[report];
        reports.Age[report] = age;
        reports.Innovation[report] = (reports.Position[report] - position) * AxisMask.Position(axes);
        double lag = VelocityLagS * filter.TurnRate;
        V lagging = Vector256.Create(lag * velocity.GetElement(1), -lag * velocity.GetElement(0), 0, 0);
        reports.VelocityInnovation[report] = (reports.Velocity[report] - velocity - lagging) * AxisMask.Velocity(axes);
    }

    public long AgeUs(long timeUs) => _nowUs - timeUs;

    /// <summary>Time since the scan before, s.</summary>
    public double PeriodS => (_nowUs - _lastUs) * 1e-6;

    /// <summary>Posterior velocity of the scan before, m/s.</summary>
    public V VelocityBefore(int slot) =>
        _tracks.HistoryVelocity[(slot * SystemTracks.HistoryLength) + ((Scan - 1) % SystemTracks.HistoryLength)];

    /// <summary>Variance that carrying a reading over its age adds, m².</summary>
    public static double AgeVariance(double age)
    {
        double shift = AccelerationSigma * age * age / 2;
        return shift * shift;
    }

    /// <summary>Remembers the posterior states of this scan.</summary>
    public void Remember()
    {
        int at = Scan % SystemTracks.HistoryLength;
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            _tracks.HistoryPosition[(slot * SystemTracks.HistoryLength) + at] = _tracks.Filter[slot].Position;
            _tracks.HistoryVelocity[(slot * SystemTracks.HistoryLength) + at] = _tracks.Filter[slot].Velocity;
        }
    }

    public TrackPrediction Copy(SensorTable sensors, SystemTracks tracks) => new(this, sensors, tracks);

    private void FromHistory(int slot, long timeUs, double clock, ref V position, ref V velocity)
    {
        int oldest = Math.Max(_tracks.Life[slot].BornScan, Scan - SystemTracks.HistoryLength + 1);
        int scan = Scan - 1;
        if (scan < oldest) return;
        while (scan > oldest && _endUs[(scan - 1) % SystemTracks.HistoryLength] >= timeUs) scan--;
        int at = scan % SystemTracks.HistoryLength;
        velocity = _tracks.HistoryVelocity[(slot * SystemTracks.HistoryLength) + at];
        position = _tracks.HistoryPosition[(slot * SystemTracks.HistoryLength) + at] - (velocity * (((_endUs[at] - timeUs) * 1e-6) - clock));
    }
}
