using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Liars who see every honest reading and answer with the lie that costs most: they reach at least 95 % of each proven bound of the interval sets, and never more than all of it.</summary>
/// <remarks>An end of M_f or F_f is an end of some interval, so no lie does more than one between two honest ends or beyond them: all of those are tried.</remarks>
public sealed class BestResponseTests
{
    private const double Beyond = 100;

    [Fact]
    public void On_widths_liars_reach_each_of_the_three_bounds_and_no_more()
    {
        var reached = new Reached();
        new HonestReadings(withLiars: FaultBounds).Hold(c =>
        {
            Span<Interval> attacked = stackalloc Interval[c.N];
            Span<double> ends = stackalloc double[(2 * c.Honest.Length) + 2];
            ends = ends[..Ends(c.Honest, ends)];
            c.Honest.CopyTo(attacked[c.Liars..]);
            (double all, double one, double two, double point) = (0, 0, 0, 0);
            bool sound = true;
            for (int low = 0; low < ends.Length; low++)
                for (int high = low; high < ends.Length; high++)
                    for (int split = 0; split <= (c.Liars > 1 ? 1 : 0); split++)
                    {
                        // Liars together: all tell the same lie, or every other one its mirror image.
                        var lie = new Interval(ends[low], ends[high]);
                        for (int i = 0; i < c.Liars; i++) attacked[i] = split == 1 && i % 2 == 1 ? new Interval(-lie.High, -lie.Low) : lie;
                        Interval safe = IntervalFusion.Marzullo(attacked, c.F)!.Value;
                        double width = Math.Max(safe.Width, IntervalFusion.FaultTolerant(attacked, c.F)!.Value.Width);
                        var bounds = WidthBounds.Of(attacked, c.F, c.Liars);
                        sound &= safe.Contains(0);
                        all = Math.Max(all, Share(width, bounds.OfAll));
                        one = Math.Max(one, Share(width, bounds.OfOneHonest));
                        two = Math.Max(two, Share(width, bounds.OfTwoHonest));
                        point = Math.Max(point, Share(Math.Abs(safe.Midpoint), safe.Width / 2));
                    }

            string at = $"n={c.N} f={c.F}";
            reached.Note($"{at} (2f+1)-th smallest width", all);
            reached.Note(c.N > 3 * c.F ? $"{at} one honest width" : $"{at} sum of two honest widths", c.N > 3 * c.F ? one : two);
            reached.Note($"{at} midpoint", point);
            return sound && Math.Max(Math.Max(all, one), Math.Max(two, point)) <= 1 + WidthBoundTests.Rounding;
        }, Campaign.Reaching);
        reached.AssertNearly(3 * FaultBounds.Length);
    }

    [Fact]
    public void Beyond_f_liars_reach_an_error_of_one_honest_width_and_no_more()
    {
        var reached = new Reached();
        new HonestReadings(withLiars: BeyondFaultBounds).Hold(c =>
        {
            Span<Interval> attacked = stackalloc Interval[c.N];
            Span<double> ends = stackalloc double[(2 * c.Honest.Length) + 2];
            Span<double> widths = stackalloc double[c.Honest.Length];
            ends = ends[..Ends(c.Honest, ends)];
            c.Honest.CopyTo(attacked[c.Liars..]);
            BruteForce.SortedWidths(c.Honest, widths);
            double bound = widths[c.Honest.Length - (c.N - c.F - c.Liars)];
            double worst = 0;
            foreach (double p in ends)
            {
                // All liars on one end of an honest interval, outward; none of them contains the truth 0.
                if (p == 0) continue;
                attacked[..c.Liars].Fill(p > 0 ? new Interval(p, p + 1) : new Interval(p - 1, p));
                if (IntervalFusion.Marzullo(attacked, c.F) is { } m) worst = Math.Max(worst, Math.Max(Math.Abs(m.Low), Math.Abs(m.High)));
            }

            reached.Note($"n={c.N} f={c.F} b={c.Liars}", Share(worst, bound));
            return worst <= bound + WidthBoundTests.Rounding;
        }, Campaign.Reaching);
        reached.AssertNearly(BeyondFaultBounds.Length);
    }

    private static readonly (int N, int F, int B)[] FaultBounds = [(3, 1, 1), (4, 1, 1), (5, 1, 1), (5, 2, 2), (6, 2, 2), (7, 2, 2), (7, 3, 3)];

    private static readonly (int N, int F, int B)[] BeyondFaultBounds = [(4, 1, 2), (5, 1, 2), (5, 1, 3), (7, 2, 3), (7, 2, 4)];

    /// <summary>Every honest end once, ascending, and a point far below and above all.</summary>
    private static int Ends(ReadOnlySpan<Interval> honest, Span<double> ends)
    {
        int count = 0;
        ends[count++] = -Beyond;
        ends[count++] = Beyond;
        foreach (Interval interval in honest)
        {
            if (!ends[..count].Contains(interval.Low)) ends[count++] = interval.Low;
            if (!ends[..count].Contains(interval.High)) ends[count++] = interval.High;
        }

        ends[..count].Sort();
        return count;
    }

    private static double Share(double reached, double bound) => double.IsInfinity(bound) ? 0 : bound > 0 ? reached / bound : reached > 0 ? double.PositiveInfinity : 0;

    private sealed record Situation(int N, int F, int Liars, Interval[] Readings)
    {
        public ReadOnlySpan<Interval> Honest => Readings;

        public override string ToString() => $"n={N} f={F} b={Liars} honest [{string.Join(", ", Readings.Select(i => $"[{i.Low},{i.High}]"))}]";
    }

    /// <summary>Honest intervals about 0 with whole ends up to 8; in half of the cases only 0 and 8, or 0, 1 and 8, where the bounds lie.</summary>
    private sealed class HonestReadings((int N, int F, int B)[] withLiars) : Gen<Situation>
    {
        public override Situation Generate(PCG pcg, Size? min, out Size size)
        {
            (int n, int f, int b) = withLiars[pcg.Below(withLiars.Length)];
            int kind = pcg.Below(4);
            double End() => kind switch { 0 => 8 * pcg.Below(2), 1 => Math.Min(pcg.Below(3), 1) * (1 + (7 * pcg.Below(2))), _ => pcg.Below(9) };
            var honest = new Interval[n - b];
            double length = 0;
            for (int i = 0; i < honest.Length; i++)
            {
                honest[i] = new Interval(-End(), End());
                length += honest[i].Width;
            }

            size = new Size(((ulong)n << 32) + (ulong)length);
            return new Situation(n, f, b, honest);
        }
    }
}
