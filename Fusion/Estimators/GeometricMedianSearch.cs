using C3Fusion.Fusion.Covariance;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The search for a geometric median over points that are centred and typically of size 1.</summary>
internal sealed class GeometricMedianSearch(double[] points, int n, int d)
{
    private readonly double[] gradient = new double[d];
    private readonly double[] step = new double[d];
    private readonly double[] trial = new double[d];
    private readonly double[] hessian = new double[d * d];
    private readonly double[] offset = new double[d];
    private readonly double[] unit = new double[d];
    private readonly double[] origin = new double[d];
    private readonly double[] centre = new double[d];
    private double rounding;

    /// <summary>Rounding of one unit vector, with room for the sums over 64 axes.</summary>
    private const double Unit = 4 * 2.220446049250313e-16;

    /// <summary>Where the origin of the search stands among the points as they were given.</summary>
    public ReadOnlySpan<double> Centre => centre;

    /// <summary>The data point at which the pull of the others is less than its own weight by more than rounding: the minimum then, by convexity; -1 where doubles prove none.</summary>
    /// <param name="gradient">What its weight does not balance: 0.</param>
    public int OptimalDataPoint(out double gradient)
    {
        gradient = 0;
        for (int k = 0; k < n; k++)
        {
            Span<double> place = points.AsSpan(k * d, d);
            int weight = Pull(place, out double norm);
            if (norm + rounding <= weight) return k;
        }

        return -1;
    }

    /// <summary>Moves the origin of all points to one of them.</summary>
    private void CentreOn(int index)
    {
        Span<double> place = stackalloc double[d];
        points.AsSpan(index * d, d).CopyTo(place);
        for (int k = 0; k < points.Length; k++) points[k] -= place[k % d];
        for (int axis = 0; axis < d; axis++) centre[axis] += place[axis];
    }

    /// <summary>A step of Vardi and Zhang's method from the best data point: its cost is below that of every data point, so a descent from there meets none. The points are centred on that one: a minimum close to it is resolved to its distance, not to the size of the coordinates.</summary>
    public double[] StartBelowAllDataPoints()
    {
        int best = 0;
        double least = double.PositiveInfinity;
        for (int k = 0; k < n; k++)
        {
            double cost = Cost(points.AsSpan(k * d, d));
            if (cost < least) (best, least) = (k, cost);
        }

        CentreOn(best);
        double[] x = new double[d];
        int weight = Pull(x, out double norm);
        double inverseDistances = 0;
        for (int i = 0; i < n; i++)
        {
            double distance = Distance(x, i);
            if (distance > 0) inverseDistances += 1 / distance;
        }

        // Pull left gradient = -(sum of unit vectors towards the points); the step goes against the gradient.
        double length = (1 - (weight / norm)) / inverseDistances;
        for (int axis = 0; axis < d; axis++) x[axis] -= length * gradient[axis];
        return x;
    }

    /// <summary>Damped Newton descent on <paramref name="x"/>; converged where the result is proved.</summary>
    public GeometricMedianResult Newton(double[] x, int maxIterations, double stepTolerance)
    {
        int iteration = 0;
        Pull(x, out double norm);
        double cost = Cost(x);
        for (; iteration < maxIterations; iteration++)
        {
            NewtonStep(x);
            if (Norm(step) <= stepTolerance || norm == 0 || !Advance(x, ref norm, ref cost)) break;
        }

        Pull(x, out norm);
        return GeometricMedianResult.Of(iteration, false, norm, ErrorBound(x, norm), leastCost: false);
    }

    private double ErrorBound(double[] x, double norm)
    {
        double inverseSquares = 0;
        for (int i = 0; i < n; i++)
        {
            double distance = Distance(x, i);
            if (distance == 0) return double.PositiveInfinity;
            inverseSquares += 1 / distance / distance;
        }

        FillHessian(x, 0);
        double trace = 0;
        for (int a = 0; a < d; a++) trace += hessian[(a * d) + a];
        if (!Cholesky.Factor(hessian, d)) return double.PositiveInfinity;
        double traceOfInverse = 0;
        for (int a = 0; a < d; a++)
        {
            Array.Clear(step);
            step[a] = 1;
            Cholesky.Solve(hessian, d, step);
            traceOfInverse += step[a];
        }

        // Rounding moves an eigenvalue by about 1e-15 of the largest: the smallest must stand well above that.
        bool resolved = traceOfInverse * trace * d * n < 1e12;
        return resolved ? GeometricMedianBound.Distance(norm + rounding, inverseSquares, traceOfInverse) : double.PositiveInfinity;
    }

    /// <summary>Takes the longest of the halved steps that lowers the cost, or, where the cost no longer resolves it, the gradient.</summary>
    private bool Advance(double[] x, ref double norm, ref double cost)
    {
        for (double length = 1; length > 1e-12; length *= 0.5)
        {
            for (int axis = 0; axis < d; axis++) trial[axis] = x[axis] - (length * step[axis]);
            double trialCost = Cost(trial);
            double noise = 4e-16 * n * (1 + Math.Abs(cost));
            if (trialCost > cost + noise) continue;
            Pull(trial, out double trialNorm);
            if (trialCost >= cost - noise && trialNorm >= norm) continue;
            trial.CopyTo(x, 0);
            (norm, cost) = (trialNorm, Math.Min(cost, trialCost));
            return true;
        }

        Pull(x, out norm);
        return false;
    }

    /// <summary>step = H⁻¹ gradient, H = sum of (I - u uᵀ) / distance; a singular H (points on a line) is lifted slightly.</summary>
    private void NewtonStep(double[] x)
    {
        Pull(x, out _);
        double lift = 0;
        do
        {
            FillHessian(x, lift);
            lift = lift == 0 ? 1e-14 : lift * 100;
        }
        while (!Cholesky.Factor(hessian, d) && lift < 1);
        gradient.CopyTo(step, 0);
        Cholesky.Solve(hessian, d, step);
    }

    private void FillHessian(double[] x, double lift)
    {
        Array.Clear(hessian);
        double inverses = 0;
        for (int i = 0; i < n; i++)
        {
            double distance = Distance(x, i);
            if (distance == 0) continue;
            double inverse = 1 / distance;
            inverses += inverse;
            for (int a = 0; a < d; a++) unit[a] = (x[a] - points[(i * d) + a]) * inverse;
            for (int a = 0; a < d; a++)
                for (int b = 0; b <= a; b++)
                    hessian[(a * d) + b] += ((a == b ? 1 : 0) - (unit[a] * unit[b])) * inverse;
        }

        for (int a = 0; a < d; a++) hessian[(a * d) + a] += lift * inverses;
    }

    /// <summary>gradient = sum of unit vectors from the points to x, and a bound on its rounding; returns how many points lie at x itself.</summary>
    private int Pull(ReadOnlySpan<double> x, out double norm)
    {
        Array.Clear(gradient);
        rounding = 0;
        double size = Norm(x) + Norm(centre);
        int here = 0;
        for (int i = 0; i < n; i++)
        {
            double distance = Distance(x, i);
            if (distance == 0)
            {
                here++;
                continue;
            }

            for (int axis = 0; axis < d; axis++) gradient[axis] += (x[axis] - points[(i * d) + axis]) / distance;
            rounding += Unit * (1 + ((size + Distance(origin, i)) / distance));
        }

        norm = Norm(gradient);
        return here;
    }

    /// <summary>Sum of |x - p| - |p|, written as x·(x - 2p) / (|x - p| + |p|): a liar far away costs the others no digits.</summary>
    private double Cost(ReadOnlySpan<double> x)
    {
        double sum = 0;
        for (int i = 0; i < n; i++)
        {
            double reach = Distance(x, i) + Distance(origin, i);
            if (reach == 0) continue;
            for (int axis = 0; axis < d; axis++) sum += x[axis] * ((x[axis] - (2 * points[(i * d) + axis])) / reach);
        }

        return sum;
    }

    private double Distance(ReadOnlySpan<double> x, int i)
    {
        for (int axis = 0; axis < d; axis++) offset[axis] = x[axis] - points[(i * d) + axis];
        return Norm(offset);
    }

    private static double Norm(ReadOnlySpan<double> vector)
    {
        double sum = 0;
        foreach (double part in vector) sum += part * part;
        if (double.IsFinite(sum)) return Math.Sqrt(sum);
        double largest = 0;
        foreach (double part in vector) largest = Math.Max(largest, Math.Abs(part));
        sum = 0;
        foreach (double part in vector) sum += part / largest * (part / largest);
        return largest * Math.Sqrt(sum);
    }
}
