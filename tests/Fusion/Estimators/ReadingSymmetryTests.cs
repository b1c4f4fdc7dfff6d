using C3Fusion.Fusion.Covariance;
using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>What is mirrored, moved, scaled or put in another order goes in, comes out mirrored, moved, scaled and the same.</summary>
/// <remarks>Coordinates are small whole numbers and scales powers of two, so moving and scaling rounds nothing; many values are equal.</remarks>
public sealed class ReadingSymmetryTests
{
    private sealed record Case(int D, int F, int[] Low, int[] Width, int[] Sigma, double Sign, double Scale, double Shift, uint Salt)
    {
        public int N => Low.Length / D;

        public double Moved(double value) => (Sign * Scale * value) + Shift;

        public Interval Moved(Interval i) => Sign > 0 ? new(Moved(i.Low), Moved(i.High)) : new(Moved(i.High), Moved(i.Low));

        public int[] Order()
        {
            int[] order = [.. Enumerable.Range(0, N)];
            RandomBits.Shuffle<int>(order, Salt);
            return order;
        }

        public override string ToString() => $"d={D} f={F} {Sign * Scale} x + {Shift} salt={Salt} [{string.Join(' ', Low)}] [{string.Join(' ', Width)}] [{string.Join(' ', Sigma)}]";
    }

    private static Gen<Case> Cases(int mostDimensions) =>
        from d in Gen.Int[1, mostDimensions]
        from f in Gen.Int[0, 2]
        from n in Gen.Int[(2 * f) + 1, (2 * f) + 4]
        from low in Gen.Int[-4, 8].Array[n * d]
        from width in Gen.Int[0, 6].Array[n * d]
        from sigma in Gen.Int[1, 9].Array[n]
        from sign in Gen.Bool
        from scale in Gen.Int[-3, 3]
        from shift in Gen.Int[-1000, 1000]
        from salt in Gen.UInt
        select new Case(d, f, low, width, sigma, sign ? 1 : -1, Math.ScaleB(1, scale), shift, salt);

    [Fact]
    public void Joint_boxes() => Cases(3).Hold(t =>
    {
        var boxes = new Interval[t.N * t.D];
        var moved = new Interval[t.N * t.D];
        int[] order = t.Order();
        for (int k = 0; k < boxes.Length; k++) boxes[k] = new Interval(t.Low[k], t.Low[k] + t.Width[k]);
        for (int i = 0; i < t.N; i++)
            for (int axis = 0; axis < t.D; axis++) moved[(i * t.D) + axis] = t.Moved(boxes[(order[i] * t.D) + axis]);
        var joint = new Interval[t.D];
        var movedJoint = new Interval[t.D];
        var perAxis = new Interval?[t.D];
        var movedPerAxis = new Interval?[t.D];
        JointBoxesResult result = JointBoxes.Fuse(boxes, t.D, t.F, joint, perAxis);
        JointBoxesResult movedResult = JointBoxes.Fuse(moved, t.D, t.F, movedJoint, movedPerAxis);
        if (result.Status != movedResult.Status || result.MaxOverlap != movedResult.MaxOverlap) return false;
        for (int i = 0; i < t.N; i++)
            if ((movedResult.Accused >> i & 1) != (result.Accused >> order[i] & 1)) return false;
        for (int axis = 0; axis < t.D; axis++)
        {
            if (result.Agrees && movedJoint[axis] != t.Moved(joint[axis])) return false;
            if (movedPerAxis[axis] != (perAxis[axis] is { } hull ? t.Moved(hull) : null)) return false;
        }

        return true;
    });

    [Fact]
    public void Trimmed_mean_median_and_trim_then_weight() => Cases(1).Hold(t =>
    {
        double[] values = [.. t.Low.Select(x => (double)x)];
        double[] sigmas = [.. t.Sigma.Select(x => (double)x)];
        int[] order = t.Order();
        double[] moved = [.. order.Select(i => t.Moved(values[i]))];
        double[] movedSigmas = [.. order.Select(i => t.Scale * sigmas[i])];
        double weighted = TrimThenWeight.Of(values, sigmas, t.F, out double sigma);
        double movedWeighted = TrimThenWeight.Of(moved, movedSigmas, t.F, out double movedSigma);
        return Near(t, TrimmedMean.Of(moved, t.F), TrimmedMean.Of(values, t.F))
            && Near(t, Median.Of(moved), Median.Of(values))
            && Near(t, movedWeighted, weighted)
            && Math.Abs(movedSigma - (t.Scale * sigma)) <= 1e-12 * movedSigma;
    });

    [Fact]
    public void Trim_then_weight_of_equal_values_does_not_know_the_sign_of_the_axis()
    {
        double[] sigmas = [1, 9, 1, 1, 1];
        double value = TrimThenWeight.Of([0, 0, 5, 7, 8], sigmas, 1, out _);
        Assert.Equal(-value, TrimThenWeight.Of([0, 0, -5, -7, -8], sigmas, 1, out _), 1e-12);
        Assert.Equal(4, value, 1e-12);
    }

    [Fact]
    public void The_geometric_median() => Cases(3).Hold(t =>
    {
        double[] points = [.. t.Low.Select(x => (double)x)];
        int[] order = t.Order();
        double[] moved = new double[points.Length];
        for (int i = 0; i < t.N; i++)
            for (int axis = 0; axis < t.D; axis++) moved[(i * t.D) + axis] = t.Moved(points[(order[i] * t.D) + axis]);
        double[] median = new double[t.D];
        double[] movedMedian = new double[t.D];
        GeometricMedian.Of(points, t.D, median);
        GeometricMedian.Of(moved, t.D, movedMedian);
        // On a line it need not be unique, but the cost is.
        for (int axis = 0; axis < t.D; axis++) median[axis] = t.Moved(median[axis]);
        double cost = Cost(moved, median);
        return Math.Abs(Cost(moved, movedMedian) - cost) <= 1e-12 * (cost + 1000);
    });

    [Fact]
    public void The_history() => Cases(2).Hold(t =>
    {
        // The intervals of a case are the steps, one or two regions each, or none: an alarm.
        var history = new IntervalHistory(3);
        var mirrored = new IntervalHistory(3);
        for (int i = 0; i < t.N; i++)
        {
            var first = new Interval(t.Low[i * t.D], t.Low[i * t.D] + t.Width[i * t.D]);
            Interval[] regions = t.Sigma[i] == 9 ? [] : t.D == 1 ? [first] : [first, new Interval(first.High + 1 + t.Width[(i * t.D) + 1], first.High + 20)];
            Interval[] other = [.. regions.Select(t.Moved)];
            if (t.Sign < 0) Array.Reverse(other);
            var motion = new Interval(-t.Sigma[i], t.Sigma[t.N - 1 - i]);
            var otherMotion = t.Sign > 0 ? new Interval(t.Scale * motion.Low, t.Scale * motion.High) : new Interval(-t.Scale * motion.High, -t.Scale * motion.Low);
            Interval[] allowed = history.Step(i, regions, new MotionBound(motion, 2), out bool reset);
            Interval[] otherAllowed = mirrored.Step(i, other, new MotionBound(otherMotion, 2 * t.Scale), out bool otherReset);
            // Outward roundings differ in size by a few ulp of 1000, so sets that meet within that may meet or not.
            if (reset != otherReset || allowed.Length != otherAllowed.Length) return true;
            if (t.Sign < 0) Array.Reverse(otherAllowed);
            for (int k = 0; k < allowed.Length; k++)
            {
                Interval moved = t.Moved(allowed[k]);
                if (Math.Abs(moved.Low - otherAllowed[k].Low) > 1e-10 || Math.Abs(moved.High - otherAllowed[k].High) > 1e-10) return false;
            }
        }

        return true;
    });

    [Fact]
    public void Ellipsoids() => Cases(3).Hold(t =>
    {
        int[] order = t.Order();
        var all = new Ellipsoid[t.N];
        var moved = new Ellipsoid[t.N];
        for (int i = 0; i < t.N; i++)
        {
            double[] variances = [.. Enumerable.Range(0, t.D).Select(axis => 1.0 + t.Width[(i * t.D) + axis])];
            double[] centre = [.. Enumerable.Range(0, t.D).Select(axis => (double)t.Low[(i * t.D) + axis])];
            // Half-odd radii: ends of different ellipsoids do not fall together, where rounding would decide.
            all[i] = new Ellipsoid(centre, CovarianceMatrix.Diagonal(variances), 0.5 + (t.Sigma[i] / 7.0));
        }

        for (int i = 0; i < t.N; i++)
        {
            Ellipsoid from = all[order[i]];
            double[] centre = [.. from.Centre.ToArray().Select(t.Moved)];
            double[] shape = [.. from.Shape.Values.ToArray().Select(x => t.Scale * t.Scale * x)];
            moved[i] = new Ellipsoid(centre, CovarianceMatrix.Create(shape), from.Radius);
        }

        DirectionalFusion fused = DirectionalFusion.Fuse(all, t.F);
        DirectionalFusion other = DirectionalFusion.Fuse(moved, t.F);
        if (fused.Status != other.Status || fused.MaxOverlapBound != other.MaxOverlapBound || fused.Slabs.Count != other.Slabs.Count) return false;
        for (int axis = 0; axis < t.D && fused.Slabs.Count > 0; axis++)
        {
            Interval expected = t.Moved(fused.Slabs[axis]);
            if (Math.Abs(expected.Low - other.Slabs[axis].Low) > 1e-10 || Math.Abs(expected.High - other.Slabs[axis].High) > 1e-10) return false;
        }

        return true;
    });

    private static bool Near(Case t, double moved, double value) => Math.Abs(moved - t.Moved(value)) <= 1e-12 * (1000 + Math.Abs(moved));

    private static double Cost(double[] points, double[] at)
    {
        double sum = 0;
        for (int i = 0; i < points.Length; i += at.Length)
        {
            double square = 0;
            for (int axis = 0; axis < at.Length; axis++) square += (points[i + axis] - at[axis]) * (points[i + axis] - at[axis]);
            sum += Math.Sqrt(square);
        }

        return sum;
    }
}
