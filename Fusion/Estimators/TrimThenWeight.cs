using System.Runtime.CompilerServices;

namespace C3Fusion.Fusion.Estimators;

/// <summary>Trim first, then weight the survivors by their registered variance: the accuracy of weighting with the safety of trimming.</summary>
/// <remarks>
/// The f smallest and f largest values are dropped, of equal ones the coarse; each survivor is weighted with 1/sigma². The result lies between the
/// (f+1)-th smallest and the (f+1)-th largest value, so within the honest range while at most f lie, whatever they say.
/// Plain trimming gives a coarse sensor the vote of a fine one. The sigmas must come from a registry: a liar that could
/// choose its weight would choose infinity.
/// </remarks>
public static class TrimThenWeight
{
    /// <summary>The weighted mean of the n-2f middle values.</summary>
    /// <param name="values">1 to 64 finite values.</param>
    /// <param name="sigmas">The registered standard deviations, above 0 and finite, in the same order; same unit.</param>
    /// <param name="f">How many to drop at each end; 2f &lt; n.</param>
    /// <param name="sigma">Standard deviation of the result if all survivors are honest and independent.</param>
    /// <exception cref="ArgumentException">Lists of different length, too few values, a value not finite, a sigma not above 0.</exception>
    [SkipLocalsInit]
    public static double Of(ReadOnlySpan<double> values, ReadOnlySpan<double> sigmas, int f, out double sigma)
    {
        PointRules.Check(values, f);
        int n = values.Length;
        if (sigmas.Length != n) throw new ArgumentException("one sigma per value is needed", nameof(sigmas));
        Span<int> order = stackalloc int[IntervalFusion.MaxSensors];
        double finest = double.PositiveInfinity;
        for (int i = 0; i < n; i++)
        {
            if (!(sigmas[i] > 0 && sigmas[i] <= double.MaxValue)) throw new ArgumentException($"sigma {i} is not above 0 and finite", nameof(sigmas));
            int j = i - 1;
            // Equal values in the order of their sigmas: the result must not depend on the sensors' order.
            for (; j >= 0 && Precedes(values, sigmas, i, order[j]); j--) order[j + 1] = order[j];
            order[j + 1] = i;
        }

        // Of equal values at an end the coarse ones are dropped, at the low end as at the high one: a mirrored axis must mirror the result.
        double origin = values[order[f]];
        int first = f;
        while (first > 0 && values[order[first - 1]] == origin) first--;
        int equal = f;
        while (equal < n - f && values[order[equal]] == origin) equal++;
        order[first..(first + equal - f)].CopyTo(order[f..equal]);

        foreach (int i in order[f..(n - f)]) finest = Math.Min(finest, sigmas[i]);
        double weights = 0;
        double sum = 0;
        foreach (int i in order[f..(n - f)])
        {
            // Relative to the finest, so that no square leaves the double range; offsets, so that large coordinates cost no digits.
            double ratio = finest / sigmas[i];
            double weight = ratio * ratio;
            weights += weight;
            sum += weight * ((0.5 * values[i]) - (0.5 * origin));
        }

        sigma = finest / Math.Sqrt(weights);
        return new Interval(origin, values[order[n - 1 - f]]).Clamp(origin + (2 * (sum / weights)));
    }

    private static bool Precedes(ReadOnlySpan<double> values, ReadOnlySpan<double> sigmas, int a, int b) =>
        values[a] < values[b] || (values[a] == values[b] && sigmas[a] < sigmas[b]);
}
