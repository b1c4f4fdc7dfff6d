using C3Fusion.Fusion.Estimators;
using CsCheck;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>n intervals about the truth 0, the first <paramref name="Liars"/> of them anywhere; the rest contain 0.</summary>
internal sealed record IntervalCase(Interval[] Intervals, int F, int Liars)
{
    public int N => Intervals.Length;

    public IEnumerable<Interval> Honest => Intervals.Skip(Liars);

    /// <summary>Widths of the honest, largest first.</summary>
    public double[] HonestWidths => [.. Honest.Select(interval => interval.Width).OrderDescending()];

    public override string ToString() => $"f={F} liars={Liars} [{string.Join(", ", Intervals.Select(i => $"[{i.Low:R},{i.High:R}]"))}]";

    /// <summary>Cases with at most f liars. Half of them lie on a coarse grid, so that ends tie and touch; sums there are exact.</summary>
    public static Gen<IntervalCase> Within(int maxN = 9) => Any(maxN, beyond: false, gridOnly: false);

    /// <summary>The same, on the grid only.</summary>
    public static Gen<IntervalCase> OnGrid(int maxN = 9) => Any(maxN, beyond: false, gridOnly: true);

    /// <summary>Cases with any number of liars.</summary>
    public static Gen<IntervalCase> Beyond(int maxN = 9) => Any(maxN, beyond: true, gridOnly: false);

    private static Gen<IntervalCase> Any(int maxN, bool beyond, bool gridOnly) =>
        from n in Gen.Int[1, maxN]
        from f in Gen.Int[0, (n - 1) / 2]
        from liars in Gen.Int[0, beyond ? n : f]
        from left in Gen.Int[-12, 12].Array[n]
        from right in Gen.Int[0, 12].Array[n]
        from jitter in gridOnly ? Gen.Const(Array.Empty<double>()) : Gen.OneOf(Gen.Const(Array.Empty<double>()), Gen.Double[0, 1].Array[2 * n])
        select new IntervalCase(Build(n, liars, left, right, jitter), f, liars);

    private static Interval[] Build(int n, int liars, int[] left, int[] right, double[] jitter)
    {
        var intervals = new Interval[n];
        for (int i = 0; i < n; i++)
        {
            double extraLow = jitter.Length > 0 ? jitter[2 * i] : 0;
            double extraHigh = jitter.Length > 0 ? jitter[(2 * i) + 1] : 0;
            intervals[i] = i < liars
                ? new Interval((left[i] - extraLow) / 4, (left[i] + right[i] + extraHigh) / 4)
                : new Interval(-(Math.Abs(left[i]) + extraLow) / 4, (right[i] + extraHigh) / 4);
        }

        return intervals;
    }
}
