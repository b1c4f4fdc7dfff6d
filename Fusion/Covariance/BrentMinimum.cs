namespace C3Fusion.Fusion.Covariance;

/// <summary>Minimises a function with one valley on [0, 1]: parabolas through the best three points, golden sections where they do not help.</summary>
/// <remarks>Brent, Algorithms for Minimization without Derivatives, 1973, chapter 5 (localmin). The place is right to about 1e-8, the least value to rounding.</remarks>
internal static class BrentMinimum
{
    private const double Golden = 0.3819660112501051;
    private const double Tolerance = 1e-9;
    private const int MaxSteps = 100;

    /// <summary>The place of the least value; ends included.</summary>
    public static double Find(Func<double, double> cost)
    {
        double low = 0;
        double high = 1;
        double best = Golden;
        double second = Golden;
        double third = Golden;
        double costBest = cost(best);
        double costSecond = costBest;
        double costThird = costBest;
        double step = 0;
        double stepBefore = 0;
        for (int k = 0; k < MaxSteps; k++)
        {
            double middle = 0.5 * (low + high);
            double near = (1e-8 * Math.Abs(best)) + Tolerance;
            if (Math.Abs(best - middle) <= (2 * near) - (0.5 * (high - low))) break;
            double golden = best < middle ? high - best : low - best;
            if (Math.Abs(stepBefore) <= near || !Parabola(out double move))
            {
                stepBefore = golden;
                step = Golden * golden;
            }
            else
            {
                stepBefore = step;
                step = move;
                if (best + step - low < 2 * near || high - best - step < 2 * near) step = best < middle ? near : -near;
            }

            double at = best + (Math.Abs(step) >= near ? step : step > 0 ? near : -near);
            double costAt = cost(at);
            if (costAt <= costBest)
            {
                if (at < best) high = best;
                else low = best;
                (third, costThird, second, costSecond, best, costBest) = (second, costSecond, best, costBest, at, costAt);
                continue;
            }

            if (at < best) low = at;
            else high = at;
            if (costAt <= costSecond || second == best) (third, costThird, second, costSecond) = (second, costSecond, at, costAt);
            else if (costAt <= costThird || third == best || third == second) (third, costThird) = (at, costAt);
        }

        double costLow = cost(0);
        if (costLow <= costBest) (best, costBest) = (0, costLow);
        return cost(1) < costBest ? 1 : best;

        // The step to the bottom of the parabola through the three points, where it lies inside and is less than half the step before last.
        bool Parabola(out double move)
        {
            double r = (best - second) * (costBest - costThird);
            double q = (best - third) * (costBest - costSecond);
            double p = ((best - third) * q) - ((best - second) * r);
            q = 2 * (q - r);
            if (q > 0) p = -p;
            q = Math.Abs(q);
            move = p / q;
            return Math.Abs(p) < Math.Abs(0.5 * q * stepBefore) && p > q * (low - best) && p < q * (high - best);
        }
    }
}
