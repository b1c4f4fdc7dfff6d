using C3Fusion.Fusion.Numerics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The search for a geometric median in 106 bits, for points on which doubles lose it: long thin clouds, points close together.</summary>
/// <remarks>
/// In a cloud a times as long as wide the curvature along it is 1/a² of that across, so that the rounding e of a
/// gradient moves the minimum by e a² of the extent: with doubles 1e-4 at a = 1e6, here 1e-19.
/// </remarks>
internal sealed class GeometricMedianRefinement
{
    private const int MaxIterations = 120;
    private const double SmallestStep = 1e-22;

    /// <summary>A minimum that is no farther than this from a data point, in typical distances, is that point.</summary>
    private const double SamePlace = 1e-13;

    /// <summary>Points no farther apart than this share of the typical distance are one: 106 bits hold no place between them.</summary>
    private const double Coincident = 1e-25;

    /// <summary>Rounding of one unit vector, 2^-100, with room for the sums over 64 axes.</summary>
    private const double Rounding = 7.888609052210118e-31;

    private readonly DoubleDouble[] points;
    private readonly int n;
    private readonly int d;
    private readonly double[] sizes;
    private readonly DoubleDouble[] offset;
    private readonly DoubleDouble[] otherOffset;
    private readonly DoubleDouble[] units;
    private readonly DoubleDouble[] inverse;
    private readonly DoubleDouble[] gradient;
    private readonly DoubleDouble[] step;
    private readonly DoubleDouble[] trial;
    private readonly DoubleDoubleCholesky hessian;
    private double rounding;

    /// <param name="points">n rows of d coordinates, centred, typically of size 1.</param>
    /// <param name="n">Number of points.</param>
    /// <param name="d">Dimensions.</param>
    public GeometricMedianRefinement(DoubleDouble[] points, int n, int d)
    {
        this.points = points;
        this.n = n;
        this.d = d;
        sizes = new double[n];
        for (int i = 0; i < n; i++) sizes[i] = Largest(Row(i));
        offset = new DoubleDouble[d];
        otherOffset = new DoubleDouble[d];
        units = new DoubleDouble[n * d];
        inverse = new DoubleDouble[n];
        gradient = new DoubleDouble[d];
        step = new DoubleDouble[d];
        trial = new DoubleDouble[d];
        hessian = new DoubleDoubleCholesky(d);
    }

    /// <summary>Finds the minimum, starting from <paramref name="x"/> or below the best data point, whichever costs less.</summary>
    /// <param name="x">A guess; receives the minimum.</param>
    /// <param name="index">Which data point it is; -1 for none.</param>
    public GeometricMedianResult Find(DoubleDouble[] x, out int index)
    {
        index = OptimalDataPoint(out GeometricMedianResult result);
        if (index >= 0)
        {
            Row(index).CopyTo(x);
            return result;
        }

        StartBelowAllDataPoints(x);
        int iteration = 0;
        for (; iteration < MaxIterations; iteration++)
        {
            Evaluate(x);
            NewtonStep();
            if (Largest(step) <= SmallestStep || !Advance(x)) break;
        }

        Evaluate(x);
        double norm = Norm(gradient).High;
        double bound = GeometricMedianBound.Distance(norm + rounding, SumOfInverseSquares(), NewtonStep() ? hessian.TraceOfInverse() : double.PositiveInfinity);
        return GeometricMedianResult.Of(iteration, false, norm, bound, norm <= 4 * rounding);
    }

    /// <summary>The data point at which the pull of the others does not exceed its own weight, or next to which the minimum lies.</summary>
    private int OptimalDataPoint(out GeometricMedianResult result)
    {
        result = default;
        for (int k = 0; k < n; k++)
        {
            int weight = Evaluate(Row(k));
            DoubleDouble norm = Norm(gradient);
            double excess = (norm + -(double)weight).High;
            double bound = 0;
            if (excess > -rounding)
            {
                bound = 2 * (Math.Max(0, excess) + rounding) / CurvatureAlongPull(norm);
                bool near = bound <= SamePlace && bound * SumOfInverses() < 0.01;
                if (excess > rounding && !near) continue;
            }

            result = GeometricMedianResult.Of(0, true, Math.Max(0, excess), bound, excess <= rounding);
            return k;
        }

        return -1;
    }

    /// <summary>Σ (1 - (u·v)²) / distance along the pull v.</summary>
    private double CurvatureAlongPull(DoubleDouble norm)
    {
        double curvature = 0;
        if (norm.High == 0) return 0;
        for (int i = 0; i < n; i++)
        {
            if (inverse[i].High == 0) continue;
            DoubleDouble along = default;
            for (int axis = 0; axis < d; axis++) along += units[(i * d) + axis] * (gradient[axis] / norm);
            curvature += Math.Max(0, (-(along * along) + 1).High) * inverse[i].High;
        }

        return curvature;
    }

    /// <summary>A step of Vardi and Zhang's method from the best data point costs less than every data point, so a descent from there meets none.</summary>
    private void StartBelowAllDataPoints(DoubleDouble[] x)
    {
        int best = 0;
        for (int k = 1; k < n; k++)
            if (CostChange(Row(best), Row(k)).High < 0) best = k;
        int weight = Evaluate(Row(best));
        DoubleDouble norm = Norm(gradient);
        DoubleDouble sum = default;
        foreach (DoubleDouble part in inverse) sum += part;
        DoubleDouble length = (norm + -(double)weight) / norm / sum;
        for (int axis = 0; axis < d; axis++) trial[axis] = points[(best * d) + axis] - (gradient[axis] * length);
        if (!(CostChange(trial, x).High < 0)) trial.CopyTo(x, 0);
    }

    /// <summary>Takes the longest of the halved steps that lowers the cost.</summary>
    private bool Advance(DoubleDouble[] x)
    {
        for (double length = 1; length > 1e-18; length *= 0.5)
        {
            for (int axis = 0; axis < d; axis++) trial[axis] = x[axis] - (step[axis] * length);
            if (!(CostChange(x, trial).High < 0)) continue;
            trial.CopyTo(x, 0);
            return true;
        }

        return false;
    }

    /// <summary>step = H⁻¹ gradient; false where H is singular and was lifted.</summary>
    private bool NewtonStep()
    {
        bool regular = true;
        for (double lift = 0; ; lift = lift == 0 ? 1e-28 : lift * 1000)
        {
            FillHessian(lift);
            if (hessian.Factor()) break;
            regular = false;
            if (lift > 1) return false;
        }

        gradient.CopyTo(step, 0);
        hessian.Solve(step);
        return regular;
    }

    private void FillHessian(double lift)
    {
        hessian.Clear();
        DoubleDouble lifted = DoubleDouble.Product(SumOfInverses(), lift);
        for (int i = 0; i < n; i++)
        {
            if (inverse[i].High == 0) continue;
            for (int a = 0; a < d; a++)
            {
                DoubleDouble scaled = units[(i * d) + a] * inverse[i];
                for (int b = 0; b < a; b++) hessian[a, b] -= scaled * units[(i * d) + b];
                // 1 - u_a² as the squares of the others: no cancellation.
                DoubleDouble rest = default;
                for (int b = 0; b < d; b++)
                    if (b != a) rest += units[(i * d) + b] * units[(i * d) + b];
                hessian[a, a] += rest * inverse[i];
            }
        }

        for (int a = 0; a < d; a++) hessian[a, a] += lifted;
    }

    /// <summary>Unit vectors, inverse distances, gradient and its rounding at a place; returns how many points lie there.</summary>
    private int Evaluate(ReadOnlySpan<DoubleDouble> place)
    {
        Array.Clear(gradient);
        rounding = 0;
        double size = Largest(place);
        int here = 0;
        for (int i = 0; i < n; i++)
        {
            double down = Offset(place, i, offset);
            inverse[i] = default;
            if (down == 0)
            {
                here++;
                continue;
            }

            DoubleDouble inverseLength = new DoubleDouble(1, 0) / Norm(offset);
            for (int axis = 0; axis < d; axis++) gradient[axis] += units[(i * d) + axis] = offset[axis] * inverseLength;
            inverse[i] = Scaled(inverseLength, down);
            rounding += Rounding * (1 + ((size + sizes[i]) * inverse[i].High));
        }

        return here;
    }

    /// <summary>Σ |to - p| - |from - p|, each as s·((to - p) + (from - p)) / (|to - p| + |from - p|), s = to - from: a far point costs the others no digits.</summary>
    private DoubleDouble CostChange(ReadOnlySpan<DoubleDouble> from, ReadOnlySpan<DoubleDouble> to)
    {
        DoubleDouble sum = default;
        for (int i = 0; i < n; i++)
        {
            double scale = Offset(from, i, offset);
            double otherScale = Offset(to, i, otherOffset);
            if (scale == 0 && otherScale == 0) continue;
            double common = scale == 0 ? otherScale : otherScale == 0 ? scale : Math.Min(scale, otherScale);
            for (int axis = 0; axis < d && scale != 0; axis++) offset[axis] = Scaled(offset[axis], common / scale);
            for (int axis = 0; axis < d && otherScale != 0; axis++) otherOffset[axis] = Scaled(otherOffset[axis], common / otherScale);
            DoubleDouble reach = Norm(offset) + Norm(otherOffset);
            for (int axis = 0; axis < d; axis++) sum += (to[axis] - from[axis]) * ((offset[axis] + otherOffset[axis]) / reach);
        }

        return sum;
    }

    /// <summary>place - point i, brought to a size of about 1; returns the power of two it was multiplied with, 0 where they coincide.</summary>
    private double Offset(ReadOnlySpan<DoubleDouble> place, int i, DoubleDouble[] result)
    {
        for (int axis = 0; axis < d; axis++) result[axis] = place[axis] - points[(i * d) + axis];
        double largest = Largest(result);
        if (largest <= Coincident) return 0;
        double down = Math.ScaleB(1, -Math.ILogB(largest));
        for (int axis = 0; axis < d; axis++) result[axis] = Scaled(result[axis], down);
        return down;
    }

    private ReadOnlySpan<DoubleDouble> Row(int i) => points.AsSpan(i * d, d);

    private double SumOfInverses()
    {
        double sum = 0;
        foreach (DoubleDouble part in inverse) sum += part.High;
        return sum;
    }

    private double SumOfInverseSquares()
    {
        double sum = 0;
        foreach (DoubleDouble part in inverse) sum += part.High * part.High;
        return sum;
    }

    private static DoubleDouble Scaled(DoubleDouble value, double powerOfTwo) => new(value.High * powerOfTwo, value.Low * powerOfTwo);

    private static DoubleDouble Norm(ReadOnlySpan<DoubleDouble> vector)
    {
        DoubleDouble sum = default;
        foreach (DoubleDouble part in vector) sum += part * part;
        return sum.High > 0 ? DoubleDouble.Sqrt(sum) : default;
    }

    private static double Largest(ReadOnlySpan<DoubleDouble> vector)
    {
        double largest = 0;
        foreach (DoubleDouble part in vector) largest = Math.Max(largest, Math.Abs(part.High));
        return largest;
    }
}
