using System.Buffers.Binary;
using System.Security.Cryptography;
using C3Fusion.Fusion.Numerics;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Numerics;

public sealed class DeterministicMathTests
{
    private const int Samples = 1500;
    private static readonly Gen<double> Angle = Gen.Double[-7, 7].Where(x => Math.Abs(x) > 1e-20);
    private static readonly Gen<double> AnySize = Sized(-1000, 1000);
    private static readonly Gen<double> LargeAngle = Sized(-80, 1000);
    private static readonly Gen<double> Unit = Gen.OneOf(
        Gen.Double[-1, 1].Where(x => Math.Abs(x) > 1e-20),
        Gen.Select(Gen.Double[1, 2], Gen.Int[-60, -1], (m, e) => 1 - Math.ScaleB(m / 2, e))).Where(x => Math.Abs(x) < 1);

    [Fact]
    public void Sine_cosine_and_tangent_are_within_an_ulp_for_every_size_of_angle()
    {
        Gen<double> angles = Gen.OneOf(Angle, LargeAngle, Gen.Int[-100000, 100000].Select(k => k * (Math.PI / 2)));
        Judge(angles, DeterministicMath.Sin, ExactSeries.Sin, 0.8);
        Judge(angles, DeterministicMath.Cos, ExactSeries.Cos, 0.8);
        Judge(angles, DeterministicMath.Tan, ExactSeries.Tan, 1.0);
    }

    [Fact]
    public void The_double_closest_to_a_multiple_of_half_pi_is_reduced_right()
    {
        // 6381956970095103 * 2^797: Muller, Elementary Functions, section 11.2.
        double worst = Math.ScaleB(6381956970095103, 797);
        Assert.True(ExactSeries.Cos(BigFloat.Of(worst)).UlpsFrom(DeterministicMath.Cos(worst)) < 0.8);
        Assert.InRange(Math.Abs(DeterministicMath.Cos(worst)), 4.6e-19, 4.7e-19);
    }

    [Fact]
    public void Sine_and_cosine_together_equal_sine_and_cosine_alone() =>
        Gen.OneOf(Angle, LargeAngle, AnySize).Sample(x => DeterministicMath.SinCos(x) == (DeterministicMath.Sin(x), DeterministicMath.Cos(x)));

    [Fact]
    public void Inverse_tangents_sines_and_cosines_are_within_an_ulp()
    {
        Gen<double> ratios = Sized(-70, 70);
        Judge(ratios, DeterministicMath.Atan, x => ExactSeries.Atan2(x, BigFloat.Of(1)), 0.6);
        Judge(Unit, DeterministicMath.Asin, ExactSeries.Asin, 0.6);
        Judge(Unit, DeterministicMath.Acos, ExactSeries.Acos, 0.6);
        Gen.Select(ratios, ratios).Sample(
            (y, x) => Within(0.6, ExactSeries.Atan2(BigFloat.Of(y), BigFloat.Of(x)), DeterministicMath.Atan2(y, x)), iter: Samples);
    }

    [Fact]
    public void Exponentials_logarithms_and_powers_are_within_an_ulp()
    {
        Judge(Gen.OneOf(Gen.Double[-708, 709], Gen.Double[-1, 1]), DeterministicMath.Exp, ExactSeries.Exp, 0.6);
        Judge(Gen.Double[-745, -708], DeterministicMath.Exp, ExactSeries.Exp, 0.8);
        Gen<double> positive = Gen.OneOf(AnySize.Select(Math.Abs), Gen.Double[0.5, 2], Gen.Double[0.999, 1.001]);
        Judge(positive, DeterministicMath.Log, ExactSeries.Log, 0.6);
        Judge(positive, DeterministicMath.Log2, ExactSeries.Log2, 0.6);
        Judge(AnySize, DeterministicMath.Cbrt, ExactSeries.Cbrt, 0.6);
        Gen.Select(positive, Gen.Double[-700, 700]).Sample(
            (x, target) =>
            {
                double y = target / Math.Log(x);
                return !double.IsFinite(y) || Math.Abs(y) > 1e15 || Within(0.6, ExactSeries.Pow(BigFloat.Of(x), BigFloat.Of(y)), DeterministicMath.Pow(x, y));
            },
            iter: Samples);
    }

    [Fact]
    public void Error_functions_are_within_an_ulp()
    {
        Judge(Gen.Double[-6.5, 6.5].Where(x => Math.Abs(x) > 1e-100), DeterministicMath.Erf, x => ExactSeries.Erf(x), 0.8);
        Judge(Gen.Double[0.3, 0.8], DeterministicMath.Erf, x => ExactSeries.Erf(x), 0.8);
        Gen.OneOf(Gen.Double[-6, 26.5], Gen.Double[0.3, 0.8]).Sample(
            x => Within(1.0, ExactSeries.Erfc(BigFloat.Of(x)), DeterministicMath.Erfc(x)), iter: 400);
    }

    [Fact]
    public void Tiny_arguments_keep_their_value()
    {
        foreach (double x in (double[])[1e-30, -1e-200, 1e-308, double.Epsilon])
        {
            Assert.Equal(x, DeterministicMath.Sin(x));
            Assert.Equal(x, DeterministicMath.Tan(x));
            Assert.Equal(x, DeterministicMath.Asin(x));
            Assert.Equal(x, DeterministicMath.Atan(x));
            Assert.Equal(1, DeterministicMath.Cos(x));
            Assert.Equal(1, DeterministicMath.Exp(x));
            Assert.Equal(Math.PI / 2, DeterministicMath.Acos(x));
        }

        Assert.Equal(1.1283791670955126e-200, DeterministicMath.Erf(1e-200));
    }

    [Fact]
    public void Special_values_are_those_of_ieee_754()
    {
        Assert.Equal(0.0, DeterministicMath.Sin(0));
        Assert.True(double.IsNegative(DeterministicMath.Sin(-0.0)));
        Assert.Equal(1, DeterministicMath.Cos(0));
        Assert.True(double.IsNaN(DeterministicMath.Sin(double.PositiveInfinity)));
        Assert.True(double.IsNaN(DeterministicMath.Tan(double.NaN)));
        Assert.Equal(Math.PI, DeterministicMath.Atan2(0, -1));
        Assert.Equal(-Math.PI, DeterministicMath.Atan2(-0.0, -1));
        Assert.Equal(Math.PI / 2, DeterministicMath.Atan2(1, 0));
        Assert.Equal(3 * Math.PI / 4, DeterministicMath.Atan2(double.PositiveInfinity, double.NegativeInfinity));
        Assert.Equal(1e-300, DeterministicMath.Atan2(1e-300, 1));
        Assert.Equal(Math.PI / 2, DeterministicMath.Asin(1));
        Assert.Equal(0, DeterministicMath.Acos(1));
        Assert.Equal(Math.PI, DeterministicMath.Acos(-1));
        Assert.True(double.IsNaN(DeterministicMath.Asin(1.0000000000000002)));
        Assert.Equal(1, DeterministicMath.Exp(0));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Exp(710));
        Assert.Equal(0, DeterministicMath.Exp(double.NegativeInfinity));
        Assert.Equal(double.Epsilon, DeterministicMath.Exp(-745));
        Assert.Equal(0, DeterministicMath.Log(1));
        Assert.Equal(double.NegativeInfinity, DeterministicMath.Log(0));
        Assert.True(double.IsNaN(DeterministicMath.Log(-1)));
        Assert.Equal(-1074, DeterministicMath.Log2(double.Epsilon));
        Assert.Equal(-8, DeterministicMath.Pow(-2, 3));
        Assert.Equal(1, DeterministicMath.Pow(double.NaN, 0));
        Assert.True(double.IsNaN(DeterministicMath.Pow(-2, 0.5)));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Pow(0, -2));
        Assert.Equal(double.NegativeInfinity, DeterministicMath.Pow(-0.0, -3));
        Assert.Equal(0, DeterministicMath.Pow(0.5, double.PositiveInfinity));
        Assert.Equal(double.PositiveInfinity, DeterministicMath.Pow(1.0001, 1e300));
        Assert.Equal(0, DeterministicMath.Pow(0.9999, 1e300));
        Assert.Equal(3, DeterministicMath.Cbrt(27));
        Assert.Equal(-5, DeterministicMath.Cbrt(-125));
        Assert.Equal(1, DeterministicMath.Erf(7));
        Assert.Equal(2, DeterministicMath.Erfc(-30));
        Assert.Equal(0, DeterministicMath.Erfc(30));
    }

    [Fact]
    public void Every_machine_gives_the_same_bits()
    {
        // Any machine on which this hash differs would drift away from the agreed picture.
        byte[] bits = new byte[8];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(double value)
        {
            BinaryPrimitives.WriteDoubleBigEndian(bits, double.IsNaN(value) ? 0 : value);
            hash.AppendData(bits);
        }

        ulong state = 1;
        for (int i = 0; i < 20_000; i++)
        {
            state = unchecked((state * 6364136223846793005) + 1442695040888963407); // Knuth's MMIX generator
            double unit = ((state >> 11) + 0.5) / 9007199254740992, wide = (unit - 0.5) * (1L << (i % 60));
            foreach (double value in (double[])[
                DeterministicMath.Sin(wide), DeterministicMath.Cos(wide), DeterministicMath.Tan(wide), DeterministicMath.Asin((2 * unit) - 1),
                DeterministicMath.Acos((2 * unit) - 1), DeterministicMath.Atan(wide), DeterministicMath.Atan2(wide, unit - 0.3), DeterministicMath.Exp((unit - 0.5) * 1480),
                DeterministicMath.Log(unit), DeterministicMath.Log2(Math.Abs(wide)), DeterministicMath.Pow(unit, (i % 200) - 99.5), DeterministicMath.Cbrt(wide),
                DeterministicMath.Erf((unit - 0.5) * 12), DeterministicMath.Erfc((unit * 33) - 6), StandardNormal.Quantile(unit), StandardNormal.Cdf((unit - 0.5) * 60)]) Add(value);
        }

        string bitsOfAll = Convert.ToHexStringLower(hash.GetHashAndReset());
        Assert.True(bitsOfAll == "52335e0cd0222abb9d1905bbd6a7ab0bdfbf8ff75dca637b41659fd05766a52e", bitsOfAll);
    }

    [Fact]
    public void Quantile_and_distribution_are_inverse() =>
        Gen.Double[-690, 0].Sample(
            logarithm =>
            {
                double probability = DeterministicMath.Exp(logarithm), x = StandardNormal.Quantile(probability);
                return Math.Abs(StandardNormal.Cdf(x) - probability) <= (1 + (x * x)) * 4e-16 * probability;
            },
            iter: Samples);

    [Fact]
    public void Quantiles_equal_published_values()
    {
        // Abramowitz and Stegun, table 26.5, and the 3- and 6-sigma tails.
        Assert.Equal(0, StandardNormal.Quantile(0.5));
        Assert.Equal(-1.6448536269514729, StandardNormal.Quantile(0.05), 14);
        Assert.Equal(1.9599639845400545, StandardNormal.Quantile(0.975), 14);
        Assert.Equal(1, StandardNormal.Cdf(-3) / 0.0013498980316300945, 14);
        Assert.Equal(1, StandardNormal.Cdf(-6) / 9.86587645037698e-10, 13);
    }

    private static Gen<double> Sized(int lowest, int highest) =>
        Gen.Select(Gen.Double[1, 2], Gen.Int[lowest, highest], Gen.Bool, (m, e, negative) => Math.ScaleB(negative ? -m : m, e));

    private static void Judge(Gen<double> arguments, Func<double, double> function, Func<BigFloat, BigFloat> exact, double limit) =>
        arguments.Sample(x => Within(limit, exact(BigFloat.Of(x)), function(x)), iter: Samples);

    private static bool Within(double limit, BigFloat exact, double value) => exact.UlpsFrom(value) < limit;
}
