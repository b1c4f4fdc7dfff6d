using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Approximate agreement without clocks (Dolev et al., JACM 1986): a node goes on with the first n-f values, drops f at either end and averages every 2f-th of the rest. Two nodes then differ in up to 2f values; the honest diameter shrinks by c(n-3f, 2f), c(m, k) = floor((m-1)/k) + 1.</summary>
public sealed class NetworkBoundsAsynchronousAgreementTests
{
    [Fact]
    public void The_diameter_shrinks_by_the_factor_of_the_paper() => new Rounds().Hold(t =>
    {
        double low = double.MaxValue;
        double high = double.MinValue;
        foreach (double x in t.Honest) (low, high) = (Math.Min(low, x), Math.Max(high, x));
        double a = Next(t.AtA, t.F);
        double b = Next(t.AtB, t.F);
        return Math.Abs(a - b) <= ((high - low) / Factor(t.N - (3 * t.F), 2 * t.F)) + 1e-12
            && Math.Min(a, b) >= low - 1e-12 && Math.Max(a, b) <= high + 1e-12;
    });

    private sealed record Round(int N, int F, double[] Honest, double[] AtA, double[] AtB);

    /// <summary>Two honest nodes hear n-f of n values each, those of the honest and of liars who tell each something else.</summary>
    private sealed class Rounds : Gen<Round>
    {
        public override Round Generate(PCG pcg, Size? min, out Size size)
        {
            int f = 1 + pcg.Below(2);
            int n = (5 * f) + 1 + pcg.Below(6);
            double[] honest = new double[n - f];
            for (int i = 0; i < honest.Length; i++) honest[i] = pcg.Below(5) / 4.0;
            double[] Heard()
            {
                double[] all = new double[n];
                honest.CopyTo(all, 0);
                for (int i = n - f; i < n; i++) all[i] = pcg.Below(3) switch { 0 => -9, 1 => 9, _ => pcg.Signed() };
                RandomBits.Shuffle(all.AsSpan(), pcg.Next());
                return all[..(n - f)];
            }

            size = new Size((ulong)n);
            return new Round(n, f, honest, Heard(), Heard());
        }
    }

    [Theory]
    [InlineData(6, 1, 2)]
    [InlineData(8, 1, 3)]
    [InlineData(10, 1, 4)]
    [InlineData(11, 2, 2)]
    [InlineData(15, 2, 3)]
    [InlineData(16, 3, 2)]
    public void The_factor_is_met_with_equality(int n, int f, int factor)
    {
        Assert.Equal(factor, Factor(n - (3 * f), 2 * f));
        Assert.Equal(1.0 / factor, WorstGap(n, f), 1e-12);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(10, 2)]
    [InlineData(15, 3)]
    public void With_5f_nodes_the_diameter_can_stay_as_it_is(int n, int f) => Assert.Equal(1, WorstGap(n, f), 1e-12);

    /// <summary>The largest gap over all splits of the honest into 0 and 1: A hears the lies from above and misses the lowest honest, B the reverse.</summary>
    private static double WorstGap(int n, int f)
    {
        double worst = 0;
        for (int ones = 1; ones < n - f; ones++)
        {
            double[] honest = [.. Enumerable.Range(0, n - f).Select(i => i < n - f - ones ? 0.0 : 1.0)];
            double a = Next([.. honest.Skip(f), .. Enumerable.Repeat(9.0, f)], f);
            double b = Next([.. honest.SkipLast(f), .. Enumerable.Repeat(-9.0, f)], f);
            worst = Math.Max(worst, Math.Abs(a - b));
        }

        return worst;
    }

    private static int Factor(int m, int k) => ((m - 1) / k) + 1;

    private static double Next(ReadOnlySpan<double> received, int f)
    {
        Span<double> sorted = stackalloc double[received.Length];
        received.CopyTo(sorted);
        sorted.Sort();
        double sum = 0;
        int count = 0;
        for (int i = f; i < sorted.Length - f; i += 2 * f, count++) sum += sorted[i];
        return sum / count;
    }
}
