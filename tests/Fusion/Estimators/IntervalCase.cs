using C3Fusion.Fusion.Estimators;
using CsCheck;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>n intervals about the truth 0, the first <paramref name="Liars"/> of them anywhere; the rest contain 0.</summary>
/// <param name="Intervals">Liars first.</param>
/// <param name="F">Fault bound, n >= 2F+1.</param>
/// <param name="Liars">How many may miss the truth.</param>
/// <param name="Salt">Random bits for what else a property draws.</param>
internal sealed record IntervalCase(Interval[] Intervals, int F, int Liars, uint Salt)
{
    public int N => Intervals.Length;

    public ReadOnlySpan<Interval> Honest => Intervals.AsSpan(Liars);

    public override string ToString() => $"f={F} liars={Liars} salt={Salt} [{string.Join(", ", Intervals.Select(i => $"[{i.Low:R},{i.High:R}]"))}]";

    /// <summary>Cases with at most f liars. Half of them lie on a coarse grid, so that ends tie and touch; sums there are exact.</summary>
    public static Gen<IntervalCase> Within(int maxN = 9) => new Generator(maxN, beyond: false, gridOnly: false);

    /// <summary>The same, on the grid only.</summary>
    public static Gen<IntervalCase> OnGrid(int maxN = 9) => new Generator(maxN, beyond: false, gridOnly: true);

    /// <summary>Cases with any number of liars.</summary>
    public static Gen<IntervalCase> Beyond(int maxN = 9) => new Generator(maxN, beyond: true, gridOnly: false);

    /// <summary>One array a case and few draws: a campaign should spend its time on the library. Smaller is: fewer sensors, then shorter intervals.</summary>
    private sealed class Generator(int maxN, bool beyond, bool gridOnly) : Gen<IntervalCase>
    {
        private const double Fraction = 1 / 4294967291.0;

        public override IntervalCase Generate(PCG pcg, Size? min, out Size size)
        {
            int n = 1 + pcg.Below(maxN);
            int f = pcg.Below(((n - 1) / 2) + 1);
            int liars = pcg.Below((beyond ? n : f) + 1);
            uint salt = pcg.Next();
            bool onGrid = gridOnly || (salt & 1) == 0;
            ulong length = onGrid ? 0 : 1000u;
            var intervals = new Interval[n];
            for (int i = 0; i < n; i++)
            {
                uint bits = pcg.Next();
                int left = (int)((bits & 0xFFFF) * 25 >> 16) - 12;
                int right = (int)((bits >> 16) * 13 >> 16);
                double extraLow = onGrid ? 0 : pcg.Next() * Fraction;
                double extraHigh = onGrid ? 0 : pcg.Next() * Fraction;
                length += (ulong)(Math.Abs(left) + right);
                intervals[i] = i < liars
                    ? new Interval((left - extraLow) / 4, (left + right + extraHigh) / 4)
                    : new Interval(-(Math.Abs(left) + extraLow) / 4, (right + extraHigh) / 4);
            }

            size = new Size(((ulong)n << 32) + length);
            return new IntervalCase(intervals, f, liars, salt);
        }
    }
}
