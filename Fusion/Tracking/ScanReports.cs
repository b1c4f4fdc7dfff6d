using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>The reports of the open scan, struct of arrays, brought into an order that does not depend on their arrival.</summary>
internal sealed class ScanReports
{
    private readonly int[] _perSensor;
    private ulong[] _sortKeys = new ulong[256];
    private int[] _sortItems = new int[256];

    public ScanReports(int sensorCount)
    {
        _perSensor = new int[sensorCount];
        SensorStart = new int[sensorCount + 1];
        Grow(256);
    }

    private ScanReports(ScanReports other)
    {
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
        Vector256<double> position = AxisMask.ToVector(report.Position);
        Vector256<double> velocity = AxisMask.ToVector(report.Velocity);
        Position[i] = Vector256.ConditionalSelect(Vector256.Equals(AxisMask.Position(axes), Vector256<double>.One), position, Vector256<double>.Zero);
        Velocity[i] = Vector256.ConditionalSelect(Vector256.Equals(AxisMask.Velocity(axes), Vector256<double>.One), velocity, Vector256<double>.Zero);
    }

    /// <summary>Sorts by (sensor, local track, time, content). Sensors whose count is above <paramref name="limit"/> lose their whole scan.</summary>
    /// <returns>How many reports the floods have cost.</returns>
    public long Sort(int limit)
    {
        long voided = 0;
        int total = 0;
        for (int s = 0; s < _perSensor.Length; s++)
        {
            SensorStart[s] = total;
            if (_perSensor[s] > limit) voided += limit;
            else total += _perSensor[s];
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

    /// <summary>Takes a report out of the order (it is refused after all). Call from the highest position down.</summary>
    public void RemoveAt(int sensor, int position)
    {
        Array.Copy(Order, position + 1, Order, position, SensorStart[^1] - position - 1);
        for (int s = sensor + 1; s < SensorStart.Length; s++) SensorStart[s]--;
    }

    /// <summary>The order of two reports with the same sensor and local track: time, then content.</summary>
    public int Compare(int a, int b)
    {
        int order = TimeUs[a].CompareTo(TimeUs[b]);
        for (int axis = 0; axis < 3 && order == 0; axis++) order = Position[a].GetElement(axis).CompareTo(Position[b].GetElement(axis));
        for (int axis = 0; axis < 3 && order == 0; axis++) order = Velocity[a].GetElement(axis).CompareTo(Velocity[b].GetElement(axis));
        if (order == 0) order = Axes[a].CompareTo(Axes[b]);
        return order == 0 ? SigmaScale[a].CompareTo(SigmaScale[b]) : order;
    }

    public ScanReports Copy() => new(this);

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
        for (int i = 0; i < count; i++)
        {
            int item = _sortItems[i];
            int j = from + i;
            while (j > from && Key[Order[j - 1]] == Key[item] && Compare(Order[j - 1], item) > 0)
            {
                Order[j] = Order[j - 1];
                j--;
            }

            Order[j] = item;
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
        Age = Resized(Age, capacity);
    }

    private static T[] Resized<T>(T[] array, int capacity)
    {
        Array.Resize(ref array, capacity);
        return array;
    }
}
