namespace C3Fusion.Fusion.Estimators;

/// <summary>The demands on a list of points, n rows of d coordinates.</summary>
internal static class PointSet
{
    /// <summary>Returns n, or throws.</summary>
    public static int Check(ReadOnlySpan<double> points, int d, int maxDimensions)
    {
        if (d < 1 || d > maxDimensions) throw new ArgumentException($"{d} dimensions: 1 to {maxDimensions} are allowed", nameof(d));
        if (points.Length == 0 || points.Length % d != 0) throw new ArgumentException($"{points.Length} coordinates are no whole number of points in {d} dimensions", nameof(points));
        if (points.Length / d > IntervalFusion.MaxSensors) throw new ArgumentException($"{points.Length / d} points: at most {IntervalFusion.MaxSensors} are allowed", nameof(points));
        foreach (double value in points)
            if (!double.IsFinite(value)) throw new ArgumentException("a coordinate is not finite: a faulty report, to be taken out before fusion", nameof(points));
        return points.Length / d;
    }

    /// <summary>Squared distances of all pairs, n x n.</summary>
    public static double[] SquaredDistances(ReadOnlySpan<double> points, int d)
    {
        int n = points.Length / d;
        double[] squares = new double[n * n];
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
            {
                double sum = 0;
                for (int axis = 0; axis < d; axis++)
                {
                    double offset = points[(i * d) + axis] - points[(j * d) + axis];
                    sum += offset * offset;
                }

                squares[(i * n) + j] = squares[(j * n) + i] = sum;
            }

        return squares;
    }

    /// <summary>The coordinate-wise mean of the rows in <paramref name="chosen"/> (ascending bits of a mask).</summary>
    public static void Mean(ReadOnlySpan<double> points, int d, ulong chosen, Span<double> mean)
    {
        Span<double> column = stackalloc double[IntervalFusion.MaxSensors];
        for (int axis = 0; axis < d; axis++)
        {
            int count = 0;
            for (int i = 0; i < points.Length / d; i++)
                if ((chosen >> i & 1) != 0) column[count++] = points[(i * d) + axis];
            mean[axis] = TrimmedMean.Of(column[..count], 0);
        }
    }
}
