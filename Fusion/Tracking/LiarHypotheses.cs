using System.Numerics;
using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Weighted sums of offsets over sensors, per axis: all that a chi-square of mutual consistency needs.</summary>
/// <remarks>With precisions p and offsets o: A = Σp, B = Σpo, C = Σpo², and the sum of squares about their mean is C - B²/A.</remarks>
internal struct ConsistencySums
{
    public Vector256<double> A;
    public Vector256<double> B;
    public Vector256<double> C;

    public void Add(Vector256<double> offset, Vector256<double> precision)
    {
        Vector256<double> weighted = precision * offset;
        A += precision;
        B += weighted;
        C += weighted * offset;
    }

    /// <summary>Chi-square per axis; 0 where fewer than one offset remains (what rounding left of A counts as none).</summary>
    public static Vector256<double> ChiSquare(Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> full)
    {
        Vector256<double> some = Vector256.GreaterThan(a, full * 1e-9);
        Vector256<double> chi = c - (b * b / Vector256.ConditionalSelect(some, a, Vector256<double>.One));
        return Vector256.ConditionalSelect(some, Vector256.Max(chi, Vector256<double>.Zero), Vector256<double>.Zero);
    }

    public readonly double Total => Sum(ChiSquare(A, B, C, A));

    public static double Sum(Vector256<double> v) => v.GetElement(0) + v.GetElement(1) + v.GetElement(2);
}

/// <summary>Every set of at most r sensors that may be lying, in the order of size and then of sensor numbers.</summary>
/// <remarks>
/// Solution separation as in receiver autonomous integrity monitoring: "the sensors outside L are mutually consistent".
/// Each set knows its parent (the set without its last member), so the sums of all of them follow from the full sums by
/// one subtraction each. Where there would be more than <see cref="MaxSets"/>, only the sensors of a pool are considered.
/// </remarks>
internal sealed class LiarHypotheses
{
    /// <summary>Most sets: 12 sensors of which up to 3 lie, or 10 of which up to 4, are enumerated in full.</summary>
    public const int MaxSets = 512;

    private readonly int[] _pool = new int[SensorTable.MaxSensors];
    private int _poolCount;

    public int Count { get; private set; }

    /// <summary>Does the list hold every set of at most r free sensors?</summary>
    public bool IsComplete { get; private set; }

    public ulong[] Set { get; } = new ulong[MaxSets];

    public int[] Parent { get; } = new int[MaxSets];

    public int[] Last { get; } = new int[MaxSets];

    public int[] Size { get; } = new int[MaxSets];

    public void BuildAll(ulong free, int maxLiars)
    {
        _poolCount = 0;
        for (ulong rest = free; rest != 0; rest &= rest - 1) _pool[_poolCount++] = BitOperations.TrailingZeroCount(rest);
        IsComplete = CountOfSets(_poolCount, maxLiars) <= MaxSets;
        if (!IsComplete) _poolCount = 0;
        Enumerate(maxLiars);
    }

    /// <summary>Sets over the most suspect sensors only, given from the most suspect on.</summary>
    public void BuildFrom(ReadOnlySpan<int> suspects, int maxLiars)
    {
        _poolCount = suspects.Length;
        while (CountOfSets(_poolCount, maxLiars) > MaxSets) _poolCount--;
        suspects[.._poolCount].CopyTo(_pool);
        _pool.AsSpan(0, _poolCount).Sort();
        Enumerate(maxLiars);
    }

    private static long CountOfSets(int n, int r)
    {
        long total = 1;
        long term = 1;
        for (int k = 1; k <= r && k <= n && total <= MaxSets; k++)
        {
            term = term * (n - k + 1) / k;
            total += term;
        }

        return total;
    }

    private void Enumerate(int maxLiars)
    {
        Set[0] = 0;
        Parent[0] = 0;
        Last[0] = -1;
        Size[0] = 0;
        Count = 1;
        int levelStart = 0;
        for (int size = 1; size <= maxLiars && size <= _poolCount; size++)
        {
            int levelEnd = Count;
            for (int parent = levelStart; parent < levelEnd; parent++)
            {
                for (int j = 0; j < _poolCount; j++)
                {
                    if (_pool[j] <= Last[parent]) continue;
                    Set[Count] = Set[parent] | (1UL << _pool[j]);
                    Parent[Count] = parent;
                    Last[Count] = _pool[j];
                    Size[Count] = size;
                    Count++;
                }
            }

            levelStart = levelEnd;
        }
    }
}
