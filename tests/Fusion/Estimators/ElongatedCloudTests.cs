using System.Globalization;
using System.Numerics;
using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The geometric median of clouds up to a million times as long as wide, against exact fractions and sums of distances to 300 bits.</summary>
public sealed class ElongatedCloudTests
{
    [Fact]
    public void Of_four_points_it_is_where_the_diagonals_cross_or_the_point_inside_the_others() => new Clouds(fewest: 4, most: 4, dimensions: 2).Hold(t =>
    {
        double[] median = new double[2];
        GeometricMedianResult certificate = GeometricMedian.Of(t.Points, 2, median);
        if (FourPoints(t.Points) is not { } exact) return certificate.Converged;
        Rational allowed = Rational.Of(1e-9 * t.Extent);
        Rational proved = Rational.Of((certificate.ErrorBound * t.Extent) + (1e-15 * t.Points.Max(Math.Abs)));
        for (int axis = 0; axis < 2; axis++)
        {
            Rational error = (Rational.Of(median[axis]) - exact[axis]).Magnitude;
            if (error > allowed || (double.IsFinite(certificate.ErrorBound) && error > proved)) return false;
        }

        return certificate.Converged && certificate.ErrorBound <= 1e-10;
    });

    [Fact]
    public void No_place_a_billionth_of_the_extent_away_along_the_cloud_is_better()
    {
        // Sums of square roots in whole numbers of 300 bits are slow: fewer cases.
        var clouds = new Clouds(fewest: 3, most: 9, dimensions: 3);
        var random = new PCG(7, (ulong)Environment.TickCount64);
        for (int k = 0; k < Math.Min(Campaign.Cases, 3000); k++)
        {
            Cloud t = clouds.Generate(random, null, out _);
            double[] median = new double[3];
            GeometricMedianResult certificate = GeometricMedian.Of(t.Points, 3, median);
            Assert.True(certificate.Converged && certificate.ErrorBound <= 1e-10, $"{certificate} {t}");
            BigInteger least = Cost(t.Points, median);
            for (int axis = 0; axis < 3; axis++)
                foreach (double far in (ReadOnlySpan<double>)[-1e-9, 1e-9])
                {
                    double[] other = [.. median];
                    other[axis] += far * t.Extent;
                    Assert.True(Cost(t.Points, other) > least, $"better at {far} along {axis}: {t}");
                }
        }
    }

    [Theory]
    [InlineData(new[] { -156262.79170810632, 0.59963956711981, 36906.498520092406, -0.01908336083182473, 114147.95318743405, 0.06816020093842395, -187150.77286850166, 0.9969001269735815 }, -56147.309, 0.40287)]
    public void A_cloud_of_which_doubles_see_no_slope(double[] points, double x, double y)
    {
        double[] median = new double[2];
        Assert.True(GeometricMedian.Of(points, 2, median).Converged);
        Assert.Equal(x, median[0], 1e-3);
        Assert.Equal(y, median[1], 1e-5);
    }

    [Fact]
    public void Points_on_a_line_have_a_least_cost_though_no_determined_place()
    {
        double[] median = new double[2];
        GeometricMedianResult certificate = GeometricMedian.Of([0, 0, 1, 3, 2, 6, 5, 15], 2, median);
        Assert.True(certificate.Converged);
        Assert.InRange(median[0], 1 - 1e-9, 2 + 1e-9);
        Assert.Equal(3 * median[0], median[1], 1e-9);
    }

    /// <summary>Where the diagonals of a convex quadrilateral cross; the point inside the triangle of the others; null where three lie on a line.</summary>
    private static Rational[]? FourPoints(double[] p)
    {
        Rational[] v = [.. p.Select(Rational.Of)];
        for (int k = 0; k < 4; k++)
        {
            int[] rest = [.. Enumerable.Range(0, 4).Where(i => i != k)];
            int[] turns = [Turn(v, rest[0], rest[1], k), Turn(v, rest[1], rest[2], k), Turn(v, rest[2], rest[0], k)];
            if (turns.Contains(0)) return null;
            if (turns.Distinct().Count() == 1) return [v[2 * k], v[(2 * k) + 1]];
        }

        for (int k = 1; k < 4; k++)
        {
            int[] rest = [.. Enumerable.Range(1, 3).Where(i => i != k)];
            if (Turn(v, 0, k, rest[0]) == Turn(v, 0, k, rest[1]) || Turn(v, rest[0], rest[1], 0) == Turn(v, rest[0], rest[1], k)) continue;
            Rational rx = v[2 * k] - v[0], ry = v[(2 * k) + 1] - v[1];
            Rational sx = v[2 * rest[1]] - v[2 * rest[0]], sy = v[(2 * rest[1]) + 1] - v[(2 * rest[0]) + 1];
            Rational qx = v[2 * rest[0]] - v[0], qy = v[(2 * rest[0]) + 1] - v[1];
            Rational share = ((qx * sy) - (qy * sx)) / ((rx * sy) - (ry * sx));
            return [v[0] + (share * rx), v[1] + (share * ry)];
        }

        throw new InvalidOperationException("four points in general position are convex or one lies inside");
    }

    private static int Turn(Rational[] v, int a, int b, int c) =>
        (((v[2 * b] - v[2 * a]) * (v[(2 * c) + 1] - v[(2 * a) + 1])) - ((v[(2 * b) + 1] - v[(2 * a) + 1]) * (v[2 * c] - v[2 * a]))).Sign;

    /// <summary>The sum of distances in units of 2^-300; coordinates are whole multiples of 2^-200 here.</summary>
    private static BigInteger Cost(double[] points, double[] at)
    {
        BigInteger sum = 0;
        for (int i = 0; i < points.Length; i += at.Length)
        {
            BigInteger square = 0;
            for (int axis = 0; axis < at.Length; axis++)
            {
                BigInteger apart = Fixed(points[i + axis]) - Fixed(at[axis]);
                square += apart * apart;
            }

            sum += Root(square << 200);
        }

        return sum;
    }

    private static BigInteger Fixed(double value)
    {
        Rational exact = Rational.Of(value);
        return (exact.Numerator << 200) / exact.Denominator;
    }

    private static BigInteger Root(BigInteger square)
    {
        if (square.IsZero) return 0;
        BigInteger root = BigInteger.One << (int)((square.GetBitLength() + 1) / 2);
        while (true)
        {
            BigInteger next = (root + (square / root)) >> 1;
            if (next >= root) return root;
            root = next;
        }
    }

    private sealed record Cloud(double[] Points, int D)
    {
        public double Extent { get; } = Enumerable.Range(0, D).Max(axis => Points.Where((_, k) => k % D == axis).Max() - Points.Where((_, k) => k % D == axis).Min());

        public override string ToString() => $"d={D} [{string.Join(", ", Points.Select(x => x.ToString("R", CultureInfo.InvariantCulture)))}]";
    }

    /// <summary>Clouds 1 to 1e6 times as long as wide, along any axis.</summary>
    private sealed class Clouds(int fewest, int most, int dimensions) : Gen<Cloud>
    {
        public override Cloud Generate(PCG pcg, Size? min, out Size size)
        {
            int n = fewest + pcg.Below(most - fewest + 1);
            double length = Math.Pow(10, 3 * (1 + pcg.Signed()));
            int along = pcg.Below(dimensions);
            double[] points = new double[n * dimensions];
            for (int k = 0; k < points.Length; k++) points[k] = pcg.Signed() * (k % dimensions == along ? length : 1);
            size = new Size((ulong)points.Length);
            return new Cloud(points, dimensions);
        }
    }

    private readonly record struct Rational(BigInteger Numerator, BigInteger Denominator)
    {
        public int Sign => Numerator.Sign * Denominator.Sign;

        public Rational Magnitude => new(BigInteger.Abs(Numerator), BigInteger.Abs(Denominator));

        public static Rational Of(double value)
        {
            long bits = BitConverter.DoubleToInt64Bits(value);
            int exponent = (int)(bits >> 52 & 0x7FF);
            BigInteger mantissa = bits & 0xFFFFFFFFFFFFF;
            if (exponent > 0) mantissa += BigInteger.One << 52;
            else exponent = 1;
            if (bits < 0) mantissa = -mantissa;
            int power = exponent - 1075;
            return power >= 0 ? new(mantissa << power, 1) : new(mantissa, BigInteger.One << -power);
        }

        public static Rational operator +(Rational a, Rational b) => new((a.Numerator * b.Denominator) + (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

        public static Rational operator -(Rational a, Rational b) => new((a.Numerator * b.Denominator) - (b.Numerator * a.Denominator), a.Denominator * b.Denominator);

        public static Rational operator *(Rational a, Rational b) => new(a.Numerator * b.Numerator, a.Denominator * b.Denominator);

        public static Rational operator /(Rational a, Rational b) => new(a.Numerator * b.Denominator, a.Denominator * b.Numerator);

        public static bool operator >(Rational a, Rational b) => (a - b).Sign > 0;

        public static bool operator <(Rational a, Rational b) => (a - b).Sign < 0;
    }
}
