using System.Numerics;
using System.Runtime.Intrinsics;
using C3Fusion.Fusion.Estimators;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>The intervals that sensors give of one place, per axis in the columns that the interval estimators take; reused, without allocation.</summary>
internal sealed class IntervalColumns
{
    private const int Axes = 3;
    private readonly double[] _low = new double[Axes * SensorTable.MaxSensors];
    private readonly double[] _high = new double[Axes * SensorTable.MaxSensors];
    private readonly byte[] _sensor = new byte[Axes * SensorTable.MaxSensors];
    private readonly int[] _count = new int[Axes];

    public void Clear() => Array.Clear(_count);

    /// <summary>Adds a sensor's interval on every axis where its half width is finite.</summary>
    public void Add(int sensor, V centre, V half)
    {
        for (int axis = 0; axis < Axes; axis++)
        {
            double h = half.GetElement(axis);
            if (!(h < double.PositiveInfinity)) continue;
            int at = (axis * SensorTable.MaxSensors) + _count[axis]++;
            _low[at] = centre.GetElement(axis) - h;
            _high[at] = centre.GetElement(axis) + h;
            _sensor[at] = (byte)sensor;
        }
    }

    /// <summary>Intervals on each axis.</summary>
    public V Counts => Vector256.Create(_count[0], _count[1], _count[2], 0.0);

    /// <summary>M_f per axis, the hull of the points in all but f of the intervals; low above high where there are none, or no more than f intervals.</summary>
    /// <remarks>Like <see cref="IntervalFusion.Marzullo"/>, and for fewer than 2f+1 intervals too: what f lies leave possible, though it bounds no longer the truth.</remarks>
    public void Hull(int f, out V low, out V high)
    {
        Interval east = Hull(0, f);
        Interval north = Hull(1, f);
        Interval up = Hull(2, f);
        low = Vector256.Create(east.Low, north.Low, up.Low, 0);
        high = Vector256.Create(east.High, north.High, up.High, 0);
    }

    /// <summary>The sensors whose interval meets no region of C_f on some axis: n - m_i > f. Certainly faulty while at most f are.</summary>
    public ulong Contradicted(int f)
    {
        ulong contradicted = 0;
        for (int axis = 0; axis < Axes; axis++)
        {
            if (!AllMeet(axis)) contradicted |= Contradicted(axis, f);
        }

        return contradicted;
    }

    private ulong Contradicted(int axis, int f)
    {
        int n = _count[axis];
        int from = axis * SensorTable.MaxSensors;
        Span<Interval> intervals = stackalloc Interval[SensorTable.MaxSensors];
        Span<Interval> regions = stackalloc Interval[SensorTable.MaxSensors];
        for (int i = 0; i < n; i++) intervals[i] = new Interval(_low[from + i], _high[from + i]);
        ulong contradicted = 0;
        for (ulong rest = IntervalFusion.Fuse(intervals[..n], f, regions).Accused; rest != 0; rest &= rest - 1)
            contradicted |= 1UL << _sensor[from + BitOperations.TrailingZeroCount(rest)];
        return contradicted;
    }

    /// <summary>Have all intervals a common point? Then nobody is contradicted, whatever f.</summary>
    private bool AllMeet(int axis)
    {
        int from = axis * SensorTable.MaxSensors;
        double low = double.NegativeInfinity;
        double high = double.PositiveInfinity;
        for (int i = from; i < from + _count[axis]; i++)
        {
            low = Math.Max(low, _low[i]);
            high = Math.Min(high, _high[i]);
        }

        return low <= high;
    }

    private Interval Hull(int axis, int f)
    {
        int n = _count[axis];
        if (n <= f) return new Interval(double.PositiveInfinity, double.NegativeInfinity);
        Span<double> lows = _low.AsSpan(axis * SensorTable.MaxSensors, SensorTable.MaxSensors);
        Span<double> highs = _high.AsSpan(axis * SensorTable.MaxSensors, SensorTable.MaxSensors);
        for (int i = n; i % Vector<double>.Count != 0; i++)
        {
            lows[i] = double.PositiveInfinity;
            highs[i] = double.NegativeInfinity;
        }

        return CoverageCount.HullOfCovered(lows, highs, n, n - f);
    }
}
