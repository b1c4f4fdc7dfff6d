using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using C3Fusion.Fusion.Assignment;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Which report belongs to which track: bindings that persist, votes that correct them, optimal assignment for the rest.</summary>
internal sealed class Association
{
    /// <summary>Chi-square gates with 3 degrees of freedom, position and velocity.</summary>
    public const double PositionGate = 30;

    public const double VelocityGate = 40;

    /// <summary>Cell of the grid, m: a satellite's gate.</summary>
    private const double CellM = 1500;

    /// <summary>Scans after which a sensor's track that is not heard of no longer holds its place.</summary>
    public const int HolderSilentScans = 4;

    private readonly SensorTable _sensors;
    private readonly ScanReports _reports;
    private readonly LocalTracks _locals;
    private readonly SystemTracks _tracks;
    private readonly TrackPrediction _prediction;
    private readonly ReportDistances _distances;
    private readonly RivalVotes _votes;
    private readonly SpatialGrid _grid = new(CellM);
    private readonly GatedAssignment _assignment = new();
    private readonly List<CandidatePair> _pairs = [];
    private readonly List<int> _rows = [];
    private readonly List<int> _columns = [];
    private int[] _columnOf = [];
    private int[] _columnOfRow = [];
    private int[] _found = new int[1024];
    private double _largestVariance;

    public Association(SensorTable sensors, ScanReports reports, LocalTracks locals, SystemTracks tracks, TrackPrediction prediction)
    {
        _sensors = sensors;
        _reports = reports;
        _locals = locals;
        _tracks = tracks;
        _prediction = prediction;
        _distances = new ReportDistances(sensors, reports, tracks, prediction);
        _votes = new RivalVotes(sensors, reports, locals, tracks, prediction, _distances);
    }

    /// <summary>Close neighbours of every confirmed track, by slot.</summary>
    public int[] Rivals { get; private set; } = new int[256];

    /// <param name="twins">Merges tracks on one target before reports are given out.</param>
    /// <param name="free">Sensors that do not stand accused.</param>
    /// <param name="maxLiars">How many of those may lie.</param>
    public void Run(TwinTracks twins, ulong free, int maxLiars)
    {
        BuildGrid();
        FindRivals();
        if (twins.Merge(_prediction.Scan, Rivals, free, maxLiars))
        {
            BuildGrid();
            FindRivals();
        }

        for (int s = 0; s < _sensors.Count; s++)
        {
            if (TakeBound(s)) _votes.Run(s, Rivals);
            Assign(s, confirmed: true);
            Assign(s, confirmed: false);
        }
    }

    private void BuildGrid()
    {
        _grid.Clear(_tracks.ActiveCount);
        _largestVariance = 0;
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            _grid.Add(slot, _tracks.Filter[slot].Position);
            V variance = _tracks.Filter[slot].PositionVariance;
            _largestVariance = Math.Max(_largestVariance, Math.Max(variance.GetElement(0), variance.GetElement(1)));
        }

        _largestVariance = Math.Min(_largestVariance, 250_000);
    }

    private void FindRivals()
    {
        double reach = 5 * _sensors.MaxSigmaPosition;
        double speed = 6 * _sensors.MaxSigmaVelocity;
        int count = 0;
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            _tracks.RivalStart[slot] = count;
            if (_tracks.Life[slot].Confirmed)
            {
                ref MotionFilter filter = ref _tracks.Filter[slot];
                int found = _grid.Near(filter.Position, reach, _found);
                if (Rivals.Length < count + found)
                {
                    int[] rivals = Rivals;
                    Array.Resize(ref rivals, 2 * (count + found));
                    Rivals = rivals;
                }

                for (int f = 0; f < found; f++)
                {
                    int other = _found[f];
                    if (other == slot || !_tracks.Life[other].Confirmed) continue;
                    V p = _tracks.Filter[other].Position - filter.Position;
                    V v = _tracks.Filter[other].Velocity - filter.Velocity;
                    if (ConsistencySums.Sum(p * p) < reach * reach && ConsistencySums.Sum(v * v) < speed * speed) Rivals[count++] = other;
                }
            }

            _tracks.RivalCount[slot] = count - _tracks.RivalStart[slot];
        }
    }

    /// <summary>Gives a sensor's reports to the tracks that their local tracks are bound to.</summary>
    /// <returns>Has any of those tracks a rival?</returns>
    private bool TakeBound(int sensor)
    {
        bool contested = false;
        for (int i = _reports.SensorStart[sensor]; i < _reports.SensorStart[sensor + 1]; i++)
        {
            int report = _reports.Order[i];
            _reports.Track[report] = -1;
            int local = _reports.Local[report];
            if (local < 0) continue;
            ref LocalTrack state = ref _locals.State[local];
            int slot = state.Track;
            if (slot < 0) continue;
            (double position, double velocity) = _distances.Of(report, slot);
            if (position <= PositionGate && velocity <= VelocityGate)
            {
                Give(report, slot);
                state.OutOfGate = 0;
                contested |= _tracks.RivalCount[slot] > 0;
            }
            else
            {
                _tracks.Life[slot].Strayed |= 1UL << sensor;
                _tracks.Stray[(slot * _sensors.Count) + sensor] = report;
                if (++state.OutOfGate >= 2) _tracks.Release(ref state, local);
            }
        }

        return contested;
    }

    private void Give(int report, int slot)
    {
        _reports.Track[report] = slot;
        _tracks.SetReading(slot, _reports.Sensor[report], report);
    }

    /// <summary>Optimal assignment of a sensor's unbound reports to tracks that it has no reading of yet.</summary>
    private void Assign(int sensor, bool confirmed)
    {
        _rows.Clear();
        _columns.Clear();
        _pairs.Clear();
        if (_columnOf.Length < _tracks.Life.Length)
        {
            int grown = _columnOf.Length;
            Array.Resize(ref _columnOf, _tracks.Life.Length);
            _columnOf.AsSpan(grown).Fill(-1);
        }

        for (int i = _reports.SensorStart[sensor]; i < _reports.SensorStart[sensor + 1]; i++)
        {
            int report = _reports.Order[i];
            int local = _reports.Local[report];
            if (local < 0 || _reports.Track[report] >= 0 || _locals.State[local].Track >= 0) continue;
            Candidates(sensor, report, confirmed);
        }

        if (_rows.Count == 0) return;
        if (_columnOfRow.Length < _rows.Count) _columnOfRow = new int[2 * _rows.Count];
        _assignment.Solve(_rows.Count, _columns.Count, CollectionsMarshal.AsSpan(_pairs), _columnOfRow);
        for (int row = 0; row < _rows.Count; row++)
        {
            if (_columnOfRow[row] < 0) continue;
            int slot = _columns[_columnOfRow[row]];
            int report = _rows[row];
            _distances.Of(report, slot);
            _tracks.Bind(_locals, _reports.Local[report], slot);
            Give(report, slot);
        }

        foreach (int slot in _columns) _columnOf[slot] = -1;
    }

    private void Candidates(int sensor, int report, bool confirmed)
    {
        double age = _prediction.AgeUs(_reports.TimeUs[report]) * 1e-6;
        double scale = _reports.SigmaScale[report];
        double variance = (_sensors.PositionVariance[sensor] * scale) + _sensors.PositionBias2[sensor] + TrackPrediction.AgeVariance(age) + _largestVariance;
        V place = _reports.Position[report] + (_reports.Velocity[report] * age);
        int found = _grid.Near(place, Math.Min(Math.Sqrt(PositionGate * variance) + (5 * Math.Abs(age) * Math.Sqrt(_sensors.VelocityVariance[sensor])), 6000), _found);
        int row = -1;
        for (int f = 0; f < found; f++)
        {
            int slot = _found[f];
            if (_tracks.Life[slot].Confirmed != confirmed || _tracks.Reading[(slot * _sensors.Count) + sensor] >= 0) continue;
            (double position, double velocity) = _distances.Of(report, slot);
            if (position > PositionGate || velocity > VelocityGate) continue;
            if (row < 0)
            {
                row = _rows.Count;
                _rows.Add(report);
            }

            if (_columnOf[slot] < 0)
            {
                _columnOf[slot] = _columns.Count;
                _columns.Add(slot);
            }

            _pairs.Add(new CandidatePair(row, _columnOf[slot], PositionGate + VelocityGate - (position + velocity)));
        }
    }
}
