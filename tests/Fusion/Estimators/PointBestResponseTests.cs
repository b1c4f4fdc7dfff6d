using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Liars who see every honest value and answer with the forgery that costs most: they reach at least 95 % of each proven bound of the point estimators, and never more than all of it.</summary>
/// <remarks>A trimmed mean or median changes only where a forged value passes an honest one: all liars in every split between one place of the honest and the far ends are tried.</remarks>
public sealed class PointBestResponseTests
{
    private const double Far = 1e9;

    [Fact]
    public void On_the_trimmed_mean_they_reach_its_constant_and_no_more() => Reach(trimAll: false, c => (double)c.Trim / (c.N - c.Liars - c.Trim), (values, trim) => TrimmedMean.Of(values, trim));

    [Fact]
    public void On_a_trimmed_mean_that_drops_more_than_lie_they_reach_its_constant_and_no_more() => Reach(trimAll: true, c => (double)c.Trim / (c.N - c.Liars - c.Trim), (values, trim) => TrimmedMean.Of(values, trim));

    [Fact]
    public void On_the_median_they_reach_its_constant_and_no_more() => Reach(trimAll: false, c => (double)((c.N - 1) / 2) / ((c.N / 2) + 1 - c.Liars), (values, _) => Median.Of(values));

    [Fact]
    public void On_the_error_to_the_truth_they_reach_the_mean_of_the_largest_declared_bounds_and_no_more()
    {
        var reached = new Reached();
        new HonestValues(trimAll: false).Hold(c =>
        {
            // The truth is 0, every honest value stands at an end of its declared bound; the liars' bounds are the registry's, 0 to 2.
            Span<double> values = stackalloc double[c.N];
            Span<double> bounds = stackalloc double[c.N];
            c.Honest.CopyTo(values);
            uint salt = (uint)c.N;
            for (int i = 0; i < c.N; i++) bounds[i] = i < c.Honest.Length ? Math.Abs(values[i]) : RandomBits.Next(ref salt, 3);
            bounds.Sort();
            double bound = AttackedValues.Moments(bounds[(2 * c.Liars)..]).Mean;
            double worst = 0;
            foreach (double lie in new[] { -Far, Far })
            {
                values[c.Honest.Length..].Fill(lie);
                worst = Math.Max(worst, Math.Abs(TrimmedMean.Of(values, c.Liars)));
            }

            if (bound > 0) reached.Note($"n={c.N} f={c.Liars}", worst / bound);
            return worst <= bound + 1e-12;
        }, Campaign.Reaching);
        reached.AssertNearly(Shapes.Length);
    }

    [Fact]
    public void On_the_geometric_median_they_reach_its_bound_and_no_more()
    {
        var reached = new Reached();
        new HonestInACircle().Hold(c =>
        {
            double[] points = new double[2 * (c.Angles.Length + c.Liars)];
            double[] median = new double[2];
            int s = c.Angles.Length;
            for (int i = 0; i < s; i++) (points[2 * i], points[(2 * i) + 1]) = (Math.Cos(c.Angles[i]), Math.Sin(c.Angles[i]));
            double worst = 0;
            foreach (double lie in new[] { 1e7, 2.0 })
            {
                for (int i = s; i < s + c.Liars; i++) (points[2 * i], points[(2 * i) + 1]) = (lie, 0);
                GeometricMedian.Of(points, 2, median);
                worst = Math.Max(worst, Math.Sqrt((median[0] * median[0]) + (median[1] * median[1])));
            }

            double bound = s / Math.Sqrt((s * s) - (c.Liars * c.Liars));
            reached.Note($"n={s + c.Liars} f={c.Liars}", worst / bound);
            return worst <= bound * (1 + 1e-7);
        }, Campaign.Reaching);
        reached.AssertNearly(CircleShapes.Length);
    }

    private static readonly (int N, int B)[] Shapes = [(3, 1), (4, 1), (5, 2), (7, 2), (7, 3), (9, 4)];

    private static readonly (int N, int B)[] CircleShapes = [(3, 1), (5, 1), (7, 1), (8, 2), (11, 3)];

    private static void Reach(bool trimAll, Func<Situation, double> constant, Func<ReadOnlySpan<double>, int, double> rule)
    {
        var reached = new Reached();
        new HonestValues(trimAll).Hold(c =>
        {
            Span<double> values = stackalloc double[c.N];
            c.Honest.CopyTo(values);
            (double centre, double variance) = AttackedValues.Moments(c.Honest);
            if (variance == 0) return true;
            double worst = 0;
            for (int place = 0; place <= c.Honest.Length; place++)
                for (int up = 0; up <= c.Liars; up++)
                    for (int end = 0; end < 2; end++)
                    {
                        double lie = place < c.Honest.Length ? c.Honest[place] : Far;
                        for (int i = 0; i < c.Liars; i++) values[c.Honest.Length + i] = i < up ? lie : end == 0 ? -Far : Far;
                        double error = rule(values, c.Trim) - centre;
                        worst = Math.Max(worst, error * error / variance);
                    }

            double share = worst / constant(c);
            reached.Note($"n={c.N} b={c.Liars} trimmed {c.Trim}", share);
            return share <= 1 + 1e-9;
        }, Campaign.Reaching);
        int expected = 0;
        foreach ((int n, int b) in Shapes) expected += trimAll ? ((n - 1) / 2) - b + 1 : 1;
        reached.AssertNearly(expected);
    }

    private sealed record Situation(int N, int Liars, int Trim, double[] Honest)
    {
        public override string ToString() => $"n={N} b={Liars} trimmed {Trim} honest [{string.Join(", ", Honest)}]";
    }

    private sealed record Circle(int Liars, double[] Angles)
    {
        public override string ToString() => $"f={Liars} honest at [{string.Join(", ", Angles)}]";
    }

    /// <summary>Honest values -2 to 2; in half of the cases two neighbouring ones only, where the bounds lie.</summary>
    private sealed class HonestValues(bool trimAll) : Gen<Situation>
    {
        public override Situation Generate(PCG pcg, Size? min, out Size size)
        {
            (int n, int b) = Shapes[pcg.Below(Shapes.Length)];
            int trim = trimAll ? b + pcg.Below(((n - 1) / 2) - b + 1) : b;
            bool two = pcg.Below(2) == 0;
            int first = pcg.Below(4) - 2;
            double[] honest = new double[n - b];
            for (int i = 0; i < honest.Length; i++) honest[i] = two ? first + pcg.Below(2) : pcg.Below(5) - 2;
            size = new Size((ulong)n);
            return new Situation(n, b, trim, honest);
        }
    }

    /// <summary>Honest points on the unit circle: anywhere, or in two bundles at the same angle to either side of the liars' direction.</summary>
    private sealed class HonestInACircle : Gen<Circle>
    {
        public override Circle Generate(PCG pcg, Size? min, out Size size)
        {
            (int n, int b) = CircleShapes[pcg.Below(CircleShapes.Length)];
            bool bundles = pcg.Below(2) == 0;
            double angle = Math.PI * pcg.Signed();
            double[] angles = new double[n - b];
            for (int i = 0; i < angles.Length; i++) angles[i] = bundles ? (i % 2 == 0 ? angle : -angle) : Math.PI * pcg.Signed();
            size = new Size((ulong)n);
            return new Circle(b, angles);
        }
    }
}
