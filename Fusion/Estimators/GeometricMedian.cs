using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The geometric median: the point with the least sum of Euclidean distances to the given points.</summary>
/// <remarks>
/// Breakdown f &lt; n/2 in any dimension and equivariant under rotation. With s = n-f honest points within epsilon of z,
/// its distance to z is at most epsilon s / sqrt(s² - f²) (Shadmon and Arden, DISC 2025, Lemma 2.2); unlike the
/// coordinate-wise trimmed mean it can leave the honest bounding box. Each data point is tried with the subgradient
/// condition of Vardi and Zhang (PNAS 97(4), 2000); if none is the minimum, the cost is smooth around it and Newton's
/// method finds it. What doubles cannot prove to be the minimum is searched once more with 106 bits.
/// </remarks>
public static class GeometricMedian
{
    /// <summary>The largest dimension.</summary>
    public const int MaxDimensions = 64;

    private const int MaxIterations = 500;
    private const double StepTolerance = 1e-15;

    /// <summary>Keeps the farthest point within 2^897 units.</summary>
    private const double SmallestShare = 1e-270;

    private const double TwoTo200 = 1.606938044258990275541962092341162602522202993782792835301376e60;

    /// <summary>Writes the geometric median; right to 1e-9 of the points' extent where it is well determined, any minimiser where it is not unique.</summary>
    /// <param name="points">n rows of d finite coordinates, n from 1 to 64.</param>
    /// <param name="d">Dimensions, 1 to 64.</param>
    /// <param name="median">Receives d coordinates.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="ArgumentException">Ragged, empty, too large or not finite.</exception>
    public static GeometricMedianResult Of(ReadOnlySpan<double> points, int d, Span<double> median)
    {
        int n = PointSet.Check(points, d, MaxDimensions);
        double[] centre = new double[d];
        var exact = new DoubleDouble[points.Length];
        if (!Normalise(points, n, d, centre, exact, out double unit, out double scale))
        {
            points[..d].CopyTo(median);
            return new GeometricMedianResult(0, true, 0, 0, true);
        }

        if (d == 1)
        {
            median[0] = Median.Of(points);
            return new GeometricMedianResult(0, true, 0, 0, true);
        }

        double[] rounded = new double[points.Length];
        for (int i = 0; i < rounded.Length; i++) rounded[i] = exact[i].High;
        var search = new GeometricMedianSearch(rounded, n, d);
        var place = new DoubleDouble[d];
        int index = search.OptimalDataPoint(out double gradient);
        var result = new GeometricMedianResult(0, true, gradient, 0, index >= 0);
        if (index < 0)
        {
            double[] x = search.StartBelowAllDataPoints();
            result = search.Newton(x, MaxIterations, StepTolerance);
            for (int axis = 0; axis < d; axis++) place[axis] = DoubleDouble.Sum(x[axis], search.Centre[axis]);
            // What doubles cannot prove is done once more with twice the digits.
            if (!result.Converged) result = new GeometricMedianRefinement(exact, n, d).Find(place, out index);
        }

        if (index >= 0)
        {
            points.Slice(index * d, d).CopyTo(median);
            return result;
        }

        for (int axis = 0; axis < d; axis++)
        {
            var offset = new DoubleDouble(place[axis].High * unit, place[axis].Low * unit);
            median[axis] = ClampToData(points, d, axis, (offset + (centre[axis] * scale)).Rounded / scale);
        }

        return result;
    }

    /// <summary>(x scale - centre scale) / unit, typically of size 1, exact: scale and unit are powers of two. False where all points are equal.</summary>
    private static bool Normalise(ReadOnlySpan<double> points, int n, int d, double[] centre, DoubleDouble[] scaled, out double unit, out double scale)
    {
        double largest = 0;
        foreach (double value in points) largest = Math.Max(largest, Math.Abs(value));
        scale = largest > 1e300 ? 1.0 / 256 : largest < 1e-200 ? TwoTo200 : 1;
        Span<double> column = stackalloc double[IntervalFusion.MaxSensors];
        double extent = 0;
        for (int axis = 0; axis < d; axis++)
        {
            for (int i = 0; i < n; i++) column[i] = points[(i * d) + axis];
            centre[axis] = Median.Of(column[..n]);
            for (int i = 0; i < n; i++)
            {
                var offset = DoubleDouble.Sum(column[i] * scale, -(centre[axis] * scale));
                scaled[(i * d) + axis] = offset;
                extent = Math.Max(extent, Math.Abs(offset.High));
            }
        }

        unit = 1;
        if (extent == 0) return false;
        unit = Math.ScaleB(1, Math.ILogB(Math.Max(TypicalOffset(scaled, n, d), extent * SmallestShare)));
        for (int i = 0; i < scaled.Length; i++) scaled[i] = new DoubleDouble(scaled[i].High / unit, scaled[i].Low / unit);
        return true;
    }

    /// <summary>The upper median of the points' offsets that are not 0: liars far away must not set the scale.</summary>
    private static double TypicalOffset(ReadOnlySpan<DoubleDouble> scaled, int n, int d)
    {
        Span<double> offsets = stackalloc double[IntervalFusion.MaxSensors];
        int count = 0;
        for (int i = 0; i < n; i++)
        {
            double largest = 0;
            foreach (DoubleDouble part in scaled.Slice(i * d, d)) largest = Math.Max(largest, Math.Abs(part.High));
            if (largest > 0) offsets[count++] = largest;
        }

        offsets[..count].Sort();
        return offsets[count / 2];
    }

    private static double ClampToData(ReadOnlySpan<double> points, int d, int axis, double value)
    {
        double low = double.MaxValue;
        double high = double.MinValue;
        for (int i = axis; i < points.Length; i += d)
        {
            low = Math.Min(low, points[i]);
            high = Math.Max(high, points[i]);
        }

        return new Interval(low, high).Clamp(value);
    }
}
