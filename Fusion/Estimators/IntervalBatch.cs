using System.Numerics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>Interval fusion of many targets at once, one vector lane per target: for replays and campaigns.</summary>
/// <remarks>
/// Columns: sensor s of target t stands at [s * count + t]. Every target has all n readings. The results are those of
/// <see cref="IntervalFusion"/> and <see cref="TrimmedMean"/> as numbers; the sign of a zero end may differ, and the
/// trimmed mean is a plain sum, right to n ulp of its largest term. Lanes do not mix, so the width of the machine's
/// vectors cannot reach a result. No allocation.
/// </remarks>
public static class IntervalBatch
{
    /// <summary>Where <see cref="Fuse"/> writes; each column has one entry per target, NaN where there is no value. An empty column is not computed.</summary>
    public readonly ref struct Columns
    {
        /// <summary>Lower ends of M_f.</summary>
        public Span<double> MarzulloLow { get; init; }

        /// <summary>Upper ends of M_f.</summary>
        public Span<double> MarzulloHigh { get; init; }

        /// <summary>Lower ends of F_f.</summary>
        public Span<double> FaultTolerantLow { get; init; }

        /// <summary>Upper ends of F_f.</summary>
        public Span<double> FaultTolerantHigh { get; init; }

        /// <summary>Trimmed means of the midpoints, clamped into M_f.</summary>
        public Span<double> TrimmedMean { get; init; }

        /// <summary>Largest coverages; 0 for a target with an invalid interval, whose other entries are NaN.</summary>
        public Span<double> MaxOverlap { get; init; }
    }

    /// <summary>Fuses <paramref name="count"/> targets of <paramref name="n"/> sensors.</summary>
    /// <param name="lows">n columns of lower ends.</param>
    /// <param name="highs">n columns of upper ends.</param>
    /// <param name="n">Number of sensors, 1 to 64, at least 2f+1.</param>
    /// <param name="count">Number of targets.</param>
    /// <param name="f">Fault bound.</param>
    /// <param name="result">Receives the columns.</param>
    /// <exception cref="ArgumentException">Columns of the wrong length, or n and f out of range.</exception>
    public static void Fuse(ReadOnlySpan<double> lows, ReadOnlySpan<double> highs, int n, int count, int f, Columns result)
    {
        PointRules.CheckCount(n, f);
        if (count < 0 || lows.Length != (long)n * count || highs.Length != lows.Length) throw new ArgumentException("n x count lows and highs are needed", nameof(lows));
        CheckColumns(result, count);

        int width = Vector<double>.Count;
        Span<double> block = stackalloc double[width];
        Span<Vector<double>> low = stackalloc Vector<double>[IntervalFusion.MaxSensors];
        Span<Vector<double>> high = stackalloc Vector<double>[IntervalFusion.MaxSensors];
        low = low[..n];
        high = high[..n];
        for (int at = 0; at < count; at += width)
        {
            int lanes = Math.Min(width, count - at);
            for (int s = 0; s < n; s++)
            {
                low[s] = Load(lows.Slice((s * count) + at, lanes), block);
                high[s] = Load(highs.Slice((s * count) + at, lanes), block);
            }

            FuseLanes(low, high, f, at, lanes, result);
        }
    }

    private static void FuseLanes(Span<Vector<double>> low, Span<Vector<double>> high, int f, int at, int lanes, Columns result)
    {
        int n = low.Length;
        var nan = new Vector<double>(double.NaN);
        var enough = new Vector<double>(n - f);
        var infinity = new Vector<double>(double.PositiveInfinity);
        Vector<double> hullLow = infinity;
        Vector<double> hullHigh = -infinity;
        Vector<double> most = Vector<double>.Zero;
        Vector<long> valid = Vector<long>.AllBitsSet;
        for (int j = 0; j < n; j++)
        {
            Vector<double> pointLow = low[j];
            Vector<double> pointHigh = high[j];
            valid &= Vector.GreaterThan(pointLow, -infinity) & Vector.LessThanOrEqual(pointLow, pointHigh) & Vector.LessThan(pointHigh, infinity);
            Vector<long> atLow = Vector<long>.Zero;
            Vector<long> atHigh = Vector<long>.Zero;
            for (int i = 0; i < n; i++)
            {
                atLow -= CoverageCount.Contains(low[i], high[i], pointLow);
                atHigh -= CoverageCount.Contains(low[i], high[i], pointHigh);
            }

            Vector<double> depthLow = Vector.ConvertToDouble(atLow);
            most = Vector.Max(most, depthLow);
            hullLow = Vector.Min(hullLow, Vector.ConditionalSelect(Vector.GreaterThanOrEqual(depthLow, enough), pointLow, infinity));
            hullHigh = Vector.Max(hullHigh, Vector.ConditionalSelect(Vector.GreaterThanOrEqual(Vector.ConvertToDouble(atHigh), enough), pointHigh, -infinity));
        }

        Vector<long> agrees = valid & Vector.LessThanOrEqual(hullLow, hullHigh);
        hullLow = Vector.ConditionalSelect(agrees, hullLow, nan);
        hullHigh = Vector.ConditionalSelect(agrees, hullHigh, nan);
        Store(hullLow, result.MarzulloLow, at, lanes);
        Store(hullHigh, result.MarzulloHigh, at, lanes);
        Store(Vector.ConditionalSelect(valid, most, Vector<double>.Zero), result.MaxOverlap, at, lanes);
        if (!result.TrimmedMean.IsEmpty)
        {
            Vector<double> mean = TrimmedMeanOf(low, high, f);
            // Comparisons with NaN are false: a hull that does not exist gives NaN by the last select.
            mean = Vector.ConditionalSelect(Vector.LessThan(mean, hullLow), hullLow, mean);
            mean = Vector.ConditionalSelect(Vector.GreaterThan(mean, hullHigh), hullHigh, mean);
            Store(Vector.ConditionalSelect(agrees, mean, nan), result.TrimmedMean, at, lanes);
        }

        if (result.FaultTolerantLow.IsEmpty && result.FaultTolerantHigh.IsEmpty) return;
        Sort(low);
        Sort(high);
        Vector<double> innerLow = low[n - 1 - f];
        Vector<double> innerHigh = high[f];
        Vector<long> ordered = valid & Vector.LessThanOrEqual(innerLow, innerHigh);
        Store(Vector.ConditionalSelect(ordered, innerLow, nan), result.FaultTolerantLow, at, lanes);
        Store(Vector.ConditionalSelect(ordered, innerHigh, nan), result.FaultTolerantHigh, at, lanes);
    }

    private static Vector<double> TrimmedMeanOf(ReadOnlySpan<Vector<double>> low, ReadOnlySpan<Vector<double>> high, int f)
    {
        int n = low.Length;
        Span<Vector<double>> middle = stackalloc Vector<double>[IntervalFusion.MaxSensors];
        middle = middle[..n];
        var half = new Vector<double>(0.5);
        // Halves before the sum of kept ones, offsets from the first kept: neither overflows for finite ends.
        for (int i = 0; i < n; i++) middle[i] = (low[i] * half) + (high[i] * half);
        Sort(middle);
        Vector<double> origin = middle[f];
        var share = new Vector<double>(1.0 / (n - (2 * f)));
        Vector<double> sum = Vector<double>.Zero;
        for (int i = f + 1; i < n - f; i++) sum += (middle[i] * share) - (origin * share);
        return origin + sum;
    }

    /// <summary>Sorts each lane ascending: insertion as a network of minima and maxima.</summary>
    private static void Sort(Span<Vector<double>> values)
    {
        for (int i = 1; i < values.Length; i++)
            for (int j = i; j > 0; j--)
            {
                Vector<double> a = values[j - 1];
                Vector<double> b = values[j];
                values[j - 1] = Vector.Min(a, b);
                values[j] = Vector.Max(a, b);
            }
    }

    private static Vector<double> Load(ReadOnlySpan<double> lanes, Span<double> block)
    {
        if (lanes.Length == block.Length) return new Vector<double>(lanes);
        block.Clear();
        lanes.CopyTo(block);
        return new Vector<double>(block);
    }

    private static void Store(Vector<double> value, Span<double> column, int at, int lanes)
    {
        if (column.IsEmpty) return;
        for (int lane = 0; lane < lanes; lane++) column[at + lane] = value[lane];
    }

    private static void CheckColumns(Columns result, int count)
    {
        static bool Fits(Span<double> column, int length) => column.IsEmpty || column.Length == length;
        if (!(Fits(result.MarzulloLow, count) && Fits(result.MarzulloHigh, count) && Fits(result.FaultTolerantLow, count) && Fits(result.FaultTolerantHigh, count) && Fits(result.TrimmedMean, count) && Fits(result.MaxOverlap, count)))
            throw new ArgumentException("each result column is empty or has one entry per target", nameof(result));
    }
}
