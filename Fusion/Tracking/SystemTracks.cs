using System.Numerics;
using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>What is remembered of a system track's life beside its motion.</summary>
internal struct TrackLife
{
    /// <summary>Stable number, given at birth and never again.</summary>
    public long Number;
    public int BornScan;

    /// <summary>Has it ever been published?</summary>
    public bool Confirmed;

    /// <summary>Is it published in this scan?</summary>
    public bool Published;

    /// <summary>Sensors with a reading of it now, and in the scan before.</summary>
    public ulong Now;
    public ulong Previous;

    /// <summary>Sensors with a reading two and three scans before.</summary>
    public ulong Earlier;
    public ulong Earliest;

    /// <summary>Sensors whose own track of it gave a report that its gate refused in this scan (<see cref="SystemTracks.Stray"/>).</summary>
    public ulong Strayed;

    /// <summary>Those of <see cref="Now"/> whose reading is as recent as can be expected, not one that came late.</summary>
    public ulong Fresh;

    /// <summary>Sensors with at least one reading, and at least two.</summary>
    public ulong Once;
    public ulong Twice;

    /// <summary>Sensors whose reading now went into the estimate.</summary>
    public ulong Used;

    /// <summary>Sensors that its windows speak against.</summary>
    public ulong Suspects;

    /// <summary>Components that too few of its sensors measure to tell liars from honest: they decide neither association nor accusation.</summary>
    public MeasuredAxes Undecided;

    /// <summary>Are its sensors split, so that more than f are wrong (<see cref="Division"/>)? And for how many scans running has it been denied?</summary>
    public bool Split;
    public int Denied;

    /// <summary>Scans running without enough voices.</summary>
    public int Failing;

    /// <summary>Number of the older track that seems to be on the same target, 0 if none, and for how many scans running.</summary>
    public long Twin;
    public int TwinScans;
}

/// <summary>A box, per axis.</summary>
internal struct TrackBox
{
    public Vector256<double> Low;
    public Vector256<double> High;
}

/// <summary>The last reading of one sensor as reported, carried to the present: position, m, and half width of its interval per axis (infinite where not measured).</summary>
internal struct CarriedReading
{
    public int Scan;
    public MeasuredAxes Axes;
    public Vector256<double> Position;
    public Vector256<double> HalfWidth;

    /// <summary>The velocity that carries it, m/s, and the half width of its interval.</summary>
    public Vector256<double> Velocity;
    public Vector256<double> VelocityHalf;

    /// <summary>For how long it has been carried, s.</summary>
    public double AgeS;

    /// <summary>The reading minus the posterior of its scan, m.</summary>
    public Vector256<double> Residual;
}

/// <summary>The system tracks, struct of arrays over slots; slots are reused, numbers never.</summary>
internal sealed class SystemTracks
{
    /// <summary>Posterior states that are kept per track, for reports that arrive late.</summary>
    public const int HistoryLength = 8;

    private readonly int _sensorCount;
    private int[] _free = [];
    private int _freeCount;
    private int _used;
    private long _nextNumber = 1;

    public SystemTracks(int sensorCount)
    {
        _sensorCount = sensorCount;
        Grow(32);
    }

    private SystemTracks(SystemTracks other)
    {
        _sensorCount = other._sensorCount;
        _free = (int[])other._free.Clone();
        _freeCount = other._freeCount;
        _used = other._used;
        _nextNumber = other._nextNumber;
        Active = (int[])other.Active.Clone();
        ActiveCount = other.ActiveCount;
        Filter = (MotionFilter[])other.Filter.Clone();
        Life = (TrackLife[])other.Life.Clone();
        HardBox = (TrackBox[])other.HardBox.Clone();
        StatisticalBox = (TrackBox[])other.StatisticalBox.Clone();
        Reading = (int[])other.Reading.Clone();
        Stray = new int[Reading.Length];
        Holder = (int[])other.Holder.Clone();
        Carried = (CarriedReading[])other.Carried.Clone();
        Residuals = (Vector256<double>[])other.Residuals.Clone();
        HistoryPosition = (Vector256<double>[])other.HistoryPosition.Clone();
        HistoryVelocity = (Vector256<double>[])other.HistoryVelocity.Clone();
        RivalStart = (int[])other.RivalStart.Clone();
        RivalCount = (int[])other.RivalCount.Clone();
    }

    /// <summary>Slots in use, ascending by number.</summary>
    public int[] Active { get; private set; } = [];

    public int ActiveCount { get; private set; }

    public MotionFilter[] Filter { get; private set; } = [];

    public TrackLife[] Life { get; private set; } = [];

    public TrackBox[] HardBox { get; private set; } = [];

    public TrackBox[] StatisticalBox { get; private set; } = [];

    /// <summary>Per slot and sensor: the report that is this sensor's reading of the track in this scan, or -1.</summary>
    public int[] Reading { get; private set; } = [];

    /// <summary>Per slot and sensor: the report that was refused, valid where <see cref="TrackLife.Strayed"/> says so.</summary>
    public int[] Stray { get; private set; } = [];

    /// <summary>Per slot and sensor: the local track that is bound to it, or -1.</summary>
    public int[] Holder { get; private set; } = [];

    /// <summary>Per slot and sensor: its last reading, for the hard box.</summary>
    public CarriedReading[] Carried { get; private set; } = [];

    /// <summary>Per slot and sensor: the block of windowed residuals (<see cref="ResidualWindows"/>).</summary>
    public Vector256<double>[] Residuals { get; private set; } = [];

    public Vector256<double>[] HistoryPosition { get; private set; } = [];

    public Vector256<double>[] HistoryVelocity { get; private set; } = [];

    /// <summary>Per slot: where its close neighbours begin in the list of rivals, and how many there are.</summary>
    public int[] RivalStart { get; private set; } = [];

    public int[] RivalCount { get; private set; } = [];

    public int Create(int scan, in MotionFilter filter)
    {
        if (_freeCount == 0 && _used == Life.Length) Grow(Life.Length * 2);
        int slot = _freeCount > 0 ? _free[--_freeCount] : _used++;
        Active[ActiveCount++] = slot;
        Filter[slot] = filter;
        Life[slot] = new TrackLife { Number = _nextNumber++, BornScan = scan };
        RivalCount[slot] = 0;
        Reading.AsSpan(slot * _sensorCount, _sensorCount).Fill(-1);
        Holder.AsSpan(slot * _sensorCount, _sensorCount).Fill(-1);
        Carried.AsSpan(slot * _sensorCount, _sensorCount).Fill(new CarriedReading { Scan = -1 });
        HardBox[slot] = default;
        StatisticalBox[slot] = default;
        Residuals.AsSpan(slot * _sensorCount * ResidualWindows.BlockLength, _sensorCount * ResidualWindows.BlockLength).Clear();
        return slot;
    }

    /// <summary>Takes dead tracks (a failing count above the limit is set by the life cycle as Number = 0) out of the active list.</summary>
    public void RemoveDead(LocalTracks locals)
    {
        int kept = 0;
        for (int i = 0; i < ActiveCount; i++)
        {
            int slot = Active[i];
            if (Life[slot].Number != 0)
            {
                Active[kept++] = slot;
                continue;
            }

            for (int s = 0; s < _sensorCount; s++)
            {
                int local = Holder[(slot * _sensorCount) + s];
                if (local >= 0) locals.State[local].Track = -1;
            }

            _free[_freeCount++] = slot;
        }

        ActiveCount = kept;
    }

    /// <summary>Binds a local track to a slot, in place of whichever held it.</summary>
    public void Bind(LocalTracks locals, int local, int slot)
    {
        ref LocalTrack state = ref locals.State[local];
        Release(ref state, local);
        int place = (slot * _sensorCount) + state.Sensor;
        int before = Holder[place];
        if (before >= 0) locals.State[before].Track = -1;
        Holder[place] = local;
        state.Track = slot;
        state.OutOfGate = 0;
        state.LoneScans = 0;
    }

    /// <summary>Unbinds a local track.</summary>
    public void Release(ref LocalTrack state, int local)
    {
        if (state.Track < 0) return;
        int place = (state.Track * _sensorCount) + state.Sensor;
        if (Holder[place] == local) Holder[place] = -1;
        state.Track = -1;
        state.OutOfGate = 0;
    }

    public Span<int> ReadingsOf(int slot) => Reading.AsSpan(slot * _sensorCount, _sensorCount);

    public Span<Vector256<double>> ResidualsOf(int slot, int sensor) =>
        Residuals.AsSpan(((slot * _sensorCount) + sensor) * ResidualWindows.BlockLength, ResidualWindows.BlockLength);

    public void SetReading(int slot, int sensor, int report)
    {
        Reading[(slot * _sensorCount) + sensor] = report;
        if (report >= 0) Life[slot].Now |= 1UL << sensor;
        else Life[slot].Now &= ~(1UL << sensor);
    }

    public int VoicesNow(int slot, ulong free) => BitOperations.PopCount(Life[slot].Now & free);

    public SystemTracks Copy() => new(this);

    private void Grow(int capacity)
    {
        Active = Resized(Active, capacity);
        Filter = Resized(Filter, capacity);
        Life = Resized(Life, capacity);
        HardBox = Resized(HardBox, capacity);
        StatisticalBox = Resized(StatisticalBox, capacity);
        Reading = Resized(Reading, capacity * _sensorCount);
        Stray = Resized(Stray, capacity * _sensorCount);
        Holder = Resized(Holder, capacity * _sensorCount);
        Carried = Resized(Carried, capacity * _sensorCount);
        Residuals = Resized(Residuals, capacity * _sensorCount * ResidualWindows.BlockLength);
        HistoryPosition = Resized(HistoryPosition, capacity * HistoryLength);
        HistoryVelocity = Resized(HistoryVelocity, capacity * HistoryLength);
        RivalStart = Resized(RivalStart, capacity);
        RivalCount = Resized(RivalCount, capacity);
        _free = Resized(_free, capacity);
    }

    private static T[] Resized<T>(T[] array, int capacity)
    {
        Array.Resize(ref array, capacity);
        return array;
    }
}
