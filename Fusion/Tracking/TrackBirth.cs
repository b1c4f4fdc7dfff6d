using System.Numerics;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>New tracks from the reports that no track has taken: the best corroborated cluster first, f+1 voices at least.</summary>
/// <remarks>
/// Every report is tried as the seed of a cluster. Taking the most precise sensors as seeds instead lets two precise liars
/// draw in a satellite as their third voice.
/// </remarks>
internal sealed class TrackBirth
{
    private const double Gate = 30;
    private const double VoiceScore = 25;
    private const double CellM = 1500;

    private readonly SensorTable _sensors;
    private readonly ScanReports _reports;
    private readonly LocalTracks _locals;
    private readonly SystemTracks _tracks;
    private readonly TrackPrediction _prediction;
    private readonly Exclusion _exclusion;
    private readonly TrackerOptions _options;
    private readonly SpatialGrid _grid = new(CellM);
    private readonly PriorityQueue<int, (double Score, int Seed)> _queue = new();
    private readonly List<int> _loose = [];
    private int[] _members = [];
    private ulong[] _dropped = [];
    private bool[] _taken = [];
    private V[] _place = [];
    private V[] _variance = [];
    private readonly int[] _found = new int[4096];
    private double _largestSigma2;

    public TrackBirth(SensorTable sensors, TrackerOptions options, ScanReports reports, LocalTracks locals, SystemTracks tracks, TrackPrediction prediction, Exclusion exclusion)
    {
        (_sensors, _options, _reports, _locals, _tracks, _prediction, _exclusion) = (sensors, options, reports, locals, tracks, prediction, exclusion);
    }

    public void Run(LiarHypotheses hypotheses, ulong free, int maxLiars)
    {
        Collect(free);
        _queue.Clear();
        for (int seed = 0; seed < _loose.Count; seed++) Propose(seed, hypotheses, maxLiars);
        while (_queue.TryDequeue(out int seed, out _))
        {
            if (_taken[seed]) continue;
            if (IsStale(seed))
            {
                Propose(seed, hypotheses, maxLiars);
                continue;
            }

            if (_tracks.ActiveCount >= _options.MaxTracks) return;
            Bear(seed);
        }
    }

    private void Collect(ulong free)
    {
        _loose.Clear();
        for (int s = 0; s < _sensors.Count; s++)
        {
            if ((free >> s & 1) == 0) continue;
            for (int i = _reports.SensorStart[s]; i < _reports.SensorStart[s + 1]; i++)
            {
                int report = _reports.Order[i];
                if (_reports.Local[report] >= 0 && _reports.Track[report] < 0) _loose.Add(report);
            }
        }

        if (_dropped.Length < _loose.Count)
        {
            int capacity = 2 * _loose.Count;
            _members = new int[capacity * _sensors.Count];
            _dropped = new ulong[capacity];
            _taken = new bool[capacity];
            _place = new V[capacity];
            _variance = new V[capacity];
        }

        _grid.Clear(_loose.Count);
        _largestSigma2 = 0;
        for (int i = 0; i < _loose.Count; i++)
        {
            int report = _loose[i];
            int s = _reports.Sensor[report];
            double age = _prediction.AgeUs(_reports.TimeUs[report]) * 1e-6;
            bool hasVelocity = _reports.Axes[report].HasFlag(MeasuredAxes.HorizontalVelocity);
            double scale = _reports.SigmaScale[report];
            double variance = (_sensors.PositionVariance[s] * scale) + _sensors.PositionBias2[s] + TrackPrediction.AgeVariance(age)
                + ((hasVelocity ? _sensors.VelocityVariance[s] : 40_000) * age * age);
            _taken[i] = false;
            _place[i] = _reports.Position[report] + (_reports.Velocity[report] * age);
            _variance[i] = Vector256.Create(variance);
            _largestSigma2 = Math.Max(_largestSigma2, variance);
            _grid.Add(i, _place[i]);
        }
    }

    private bool IsStale(int seed)
    {
        for (int s = 0; s < _sensors.Count; s++)
        {
            int member = _members[(seed * _sensors.Count) + s];
            if (member >= 0 && _taken[member]) return true;
        }

        return false;
    }

    /// <summary>Builds the cluster about a seed and queues it if f+1 sensors of it agree.</summary>
    private void Propose(int seed, LiarHypotheses hypotheses, int maxLiars)
    {
        int n = _sensors.Count;
        Span<int> members = _members.AsSpan(seed * n, n);
        members.Fill(-1);
        Span<double> nearest = stackalloc double[n];
        nearest.Fill(double.PositiveInfinity);
        int found = _grid.Near(_place[seed], Math.Sqrt(Gate * (_variance[seed].GetElement(0) + _largestSigma2)), _found);
        int voices = 1;
        int own = _reports.Sensor[_loose[seed]];
        for (int f = 0; f < found; f++)
        {
            int other = _found[f];
            int s = _reports.Sensor[_loose[other]];
            if (s == own || _taken[other]) continue;
            double d2 = Distance(seed, other);
            if (d2 >= nearest[s]) continue;
            if (members[s] < 0) voices++;
            nearest[s] = d2;
            members[s] = other;
        }

        members[own] = seed;
        if (voices <= _options.FaultBound) return;
        _exclusion.Clear();
        for (int s = 0; s < n; s++)
        {
            if (members[s] < 0) continue;
            MeasuredAxes axes = _reports.Axes[_loose[members[s]]];
            V mask = AxisMask.Position(axes);
            V velocityMask = AxisMask.Velocity(axes);
            _exclusion.Add(
                s,
                (_place[members[s]] - _place[seed]) * mask,
                mask / _variance[members[s]],
                (_reports.Velocity[_loose[members[s]]] - _reports.Velocity[_loose[seed]]) * velocityMask,
                velocityMask / Vector256.Create(VelocityVariance(members[s])));
        }

        ulong dropped = _exclusion.Best(hypotheses, maxLiars, VoiceScore, out double chiSquare);
        voices -= BitOperations.PopCount(dropped);
        if (voices <= _options.FaultBound || (dropped >> own & 1) != 0) return;
        _dropped[seed] = dropped;
        _queue.Enqueue(seed, (chiSquare - (VoiceScore * voices), seed));
    }

    private double VelocityVariance(int loose)
    {
        int report = _loose[loose];
        int s = _reports.Sensor[report];
        return (_sensors.VelocityVariance[s] * _reports.SigmaScale[report]) + _sensors.VelocityBias2[s];
    }

    private double Distance(int a, int b)
    {
        MeasuredAxes axes = _reports.Axes[_loose[a]] & _reports.Axes[_loose[b]];
        V p = (_place[a] - _place[b]) * AxisMask.Position(axes);
        double position = ConsistencySums.Sum(p * p / (_variance[a] + _variance[b]));
        if (position > Gate) return double.PositiveInfinity;
        V v = (_reports.Velocity[_loose[a]] - _reports.Velocity[_loose[b]]) * AxisMask.Velocity(axes);
        double velocity = ConsistencySums.Sum(v * v / Vector256.Create(VelocityVariance(a) + VelocityVariance(b)));
        return velocity > Gate ? double.PositiveInfinity : position + velocity;
    }

    private void Bear(int seed)
    {
        int n = _sensors.Count;
        V a = V.Zero;
        V b = V.Zero;
        V av = V.Zero;
        V bv = V.Zero;
        for (int s = 0; s < n; s++)
        {
            int member = _members[(seed * n) + s];
            if (member < 0 || (_dropped[seed] >> s & 1) != 0) continue;
            int report = _loose[member];
            V precision = AxisMask.Position(_reports.Axes[report]) / _variance[member];
            V velocityPrecision = AxisMask.Velocity(_reports.Axes[report]) / Vector256.Create(VelocityVariance(member));
            a += precision;
            b += precision * _place[member];
            av += velocityPrecision;
            bv += velocityPrecision * _reports.Velocity[report];
        }

        V known = Vector256.GreaterThan(a, V.Zero);
        V knownVelocity = Vector256.GreaterThan(av, V.Zero);
        V lanes = AxisMask.All;
        V variance = Vector256.ConditionalSelect(known, V.One / Vector256.ConditionalSelect(known, a, V.One), lanes * 1e8);
        V velocityVariance = Vector256.ConditionalSelect(knownVelocity, V.One / Vector256.ConditionalSelect(knownVelocity, av, V.One), lanes * 40_000);
        int slot = _tracks.Create(_prediction.Scan, MotionFilter.Start(
            Vector256.ConditionalSelect(known, b * variance, V.Zero),
            Vector256.ConditionalSelect(knownVelocity, bv * velocityVariance, V.Zero),
            variance,
            velocityVariance));
        for (int s = 0; s < n; s++)
        {
            int member = _members[(seed * n) + s];
            if (member < 0 || (_dropped[seed] >> s & 1) != 0) continue;
            int report = _loose[member];
            _taken[member] = true;
            _tracks.Bind(_locals, _reports.Local[report], slot);
            _reports.Track[report] = slot;
            _tracks.SetReading(slot, s, report);
            _prediction.Innovate(_reports, report, slot);
        }

        _tracks.Life[slot].Used = _tracks.Life[slot].Now;
    }
}
