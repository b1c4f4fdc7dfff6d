using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>The reports of the open scan, struct of arrays, brought into an order that does not depend on their arrival.</summary>
internal sealed class ScanReports
{
    private readonly int[] _perSensor;
    private ulong[] _sortKeys = new ulong[256];
    private int[] _sortItems = new int[256];
    private readonly Comparison<int> _compare;

    public ScanReports(int sensorCount)
    {
        _compare = Compare;
        _perSensor = new int[sensorCount];
        SensorStart = new int[sensorCount + 1];
        Grow(256);
    }

    private ScanReports(ScanReports other)
    {
        _compare = Compare;
        _perSensor = (int[])other._perSensor.Clone();
        SensorStart = (int[])other.SensorStart.Clone();
        Grow(Math.Max(256, other.Count));
        Count = other.Count;
        Array.Copy(other.Sensor, Sensor, Count);
        Array.Copy(other.Key, Key, Count);
        Array.Copy(other.TimeUs, TimeUs, Count);
        Array.Copy(other.Position, Position, Count);
        Array.Copy(other.Velocity, Velocity, Count);
        Array.Copy(other.Axes, Axes, Count);
        Array.Copy(other.SigmaScale, SigmaScale, Count);
    }

    public int Count { get; private set; }

    public int[] Sensor { get; private set; } = [];

    public ulong[] Key { get; private set; } = [];

    public long[] TimeUs { get; private set; } = [];

    public Vector256<double>[] Position { get; private set; } = [];

    public Vector256<double>[] Velocity { get; private set; } = [];

    public MeasuredAxes[] Axes { get; private set; } = [];

    /// <summary>Square of (claimed sigma / registered sigma), at least 1.</summary>
    public double[] SigmaScale { get; private set; } = [];

    /// <summary>Report indices by sensor, local track and time; <see cref="SensorStart"/> says where each sensor begins.</summary>
    public int[] Order { get; private set; } = [];

    public int[] SensorStart { get; }

    /// <summary>Index of the local track, set by the local track table.</summary>
    public int[] Local { get; private set; } = [];

    /// <summary>Slot of the system track that the report was given to, or -1.</summary>
    public int[] Track { get; private set; } = [];

    /// <summary>Report minus the track's prediction at the report's time, m.</summary>
    public Vector256<double>[] Innovation { get; private set; } = [];

    /// <summary>Reported velocity minus the track's, m/s.</summary>
    public Vector256<double>[] VelocityInnovation { get; private set; } = [];

    /// <summary>The registration error that was taken out of the position, m.</summary>
    public Vector256<double>[] Correction { get; private set; } = [];

    /// <summary>Scan end minus time of validity, s.</summary>
    public double[] Age { get; private set; } = [];

    public void Clear()
    {
        Count = 0;
        Array.Clear(_perSensor);
    }

    public int CountOf(int sensor) => _perSensor[sensor];

    public void CountOnly(int sensor) => _perSensor[sensor]++;

    public void Add(in TrackReport report, MeasuredAxes axes, double sigmaScale)
    {
        if (Count == Sensor.Length) Grow(Count * 2);
        int i = Count++;
        Sensor[i] = report.Sensor;
        Key[i] = report.LocalTrack;
        TimeUs[i] = report.TimeUs;
        Axes[i] = axes;
        SigmaScale[i] = sigmaScale;
        Correction[i] = Vector256<double>.Zero;
        Vector256<double> position = AxisMask.ToVector(report.Position);
        Vector256<double> velocity = AxisMask.ToVector(report.Velocity);
        Position[i] = Vector256.ConditionalSelect(Vector256.Equals(AxisMask.Position(axes), Vector256<double>.One), position, Vector256<double>.Zero);
        Velocity[i] = Vector256.ConditionalSelect(Vector256.Equals(AxisMask.Velocity(axes), Vector256<double>.One), velocity, Vector256<double>.Zero);
    }

    /// <summary>Takes out reports whose time does not belong to the scan, now that its end is known.</summary>
    /// <returns>How many were too early and too late.</returns>
    public (long Late, long Future) Trim(long earliestUs, long latestUs)
    {
        long late = 0;
        long future = 0;
        int kept = 0;
        for (int i = 0; i < Count; i++)
        {
            if (TimeUs[i] < earliestUs) late++;
            else if (TimeUs[i] > latestUs) future++;
            else if (kept++ != i) Move(i, kept - 1);
        }

        Count = kept;
        return (late, future);
    }

    /// <summary>Sorts by (sensor, local track, time, content). Sensors that offered more than <paramref name="limit"/> lose their whole scan.</summary>
    /// <returns>How many reports the floods have cost.</returns>
    public long Sort(int limit)
    {
        long voided = 0;
        Span<int> present = stackalloc int[SensorTable.MaxSensors];
        present.Clear();
        for (int i = 0; i < Count; i++) present[Sensor[i]]++;
        int total = 0;
        for (int s = 0; s < _perSensor.Length; s++)
        {
            SensorStart[s] = total;
            if (_perSensor[s] > limit) voided += present[s];
            else total += present[s];
        }

        SensorStart[_perSensor.Length] = total;
        Span<int> next = stackalloc int[SensorTable.MaxSensors];
        SensorStart.AsSpan(0, _perSensor.Length).CopyTo(next);
        for (int i = 0; i < Count; i++)
        {
            int s = Sensor[i];
            if (_perSensor[s] <= limit) Order[next[s]++] = i;
        }

        for (int s = 0; s < _perSensor.Length; s++) SortSensor(SensorStart[s], SensorStart[s + 1]);
        return voided;
    }

    /// <summary>The order of two reports with the same sensor and local track: time, then content.</summary>
    private int Compare(int a, int b)
    {
        int order = TimeUs[a].CompareTo(TimeUs[b]);
        for (int axis = 0; axis < 3 && order == 0; axis++) order = Position[a].GetElement(axis).CompareTo(Position[b].GetElement(axis));
        for (int axis = 0; axis < 3 && order == 0; axis++) order = Velocity[a].GetElement(axis).CompareTo(Velocity[b].GetElement(axis));
        if (order == 0) order = Axes[a].CompareTo(Axes[b]);
        return order == 0 ? SigmaScale[a].CompareTo(SigmaScale[b]) : order;
    }

    public ScanReports Copy() => new(this);

    private void Move(int from, int to)
    {
        Sensor[to] = Sensor[from];
        Key[to] = Key[from];
        TimeUs[to] = TimeUs[from];
        Position[to] = Position[from];
        Velocity[to] = Velocity[from];
        Axes[to] = Axes[from];
        SigmaScale[to] = SigmaScale[from];
    }

    private void SortSensor(int from, int to)
    {
        bool sorted = true;
        for (int i = from + 1; i < to && sorted; i++) sorted = Key[Order[i - 1]] < Key[Order[i]];
        if (sorted) return;
        int count = to - from;
        if (_sortKeys.Length < count)
        {
            _sortKeys = new ulong[Order.Length];
            _sortItems = new int[Order.Length];
        }

        for (int i = 0; i < count; i++)
        {
            _sortItems[i] = Order[from + i];
            _sortKeys[i] = Key[_sortItems[i]];
        }

        _sortKeys.AsSpan(0, count).Sort(_sortItems.AsSpan(0, count));
        _sortItems.AsSpan(0, count).CopyTo(Order.AsSpan(from, count));
        for (int start = 0; start < count;)
        {
            int end = start + 1;
            while (end < count && _sortKeys[end] == _sortKeys[start]) end++;
            if (end > start + 1) Order.AsSpan(from + start, end - start).Sort(_compare);
            start = end;
        }
    }

    private void Grow(int capacity)
    {
        Sensor = Resized(Sensor, capacity);
        Key = Resized(Key, capacity);
        TimeUs = Resized(TimeUs, capacity);
        Position = Resized(Position, capacity);
        Velocity = Resized(Velocity, capacity);
        Axes = Resized(Axes, capacity);
        SigmaScale = Resized(SigmaScale, capacity);
        Order = Resized(Order, capacity);
        Local = Resized(Local, capacity);
        Track = Resized(Track, capacity);
        Innovation = Resized(Innovation, capacity);
        VelocityInnovation = Resized(VelocityInnovation, capacity);
        Correction = Resized(Correction, capacity);
        Age = Resized(Age, capacity);
    }

    private static T[] Resized<T>(T[] array, int capacity)
    {
        Array.Resize(ref array, capacity);
        return array;
    }
}
