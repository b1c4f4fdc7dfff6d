using System.Numerics;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The safe area (Vaidya and Garg, PODC 2013; Mendes et al., Distributed Computing 2015): the points in the convex hull of every n-f of n points, hence in the honest ones' hull whoever lies. Never empty for n >= (d+1)f+1.</summary>
public sealed class NetworkBoundsSafeAreaTests
{
    /// <summary>A rational point of the plane: (X/W, Y/W), W > 0.</summary>
    private readonly record struct Place(long X, long Y, long W)
    {
        public static Place At(int x, int y) => new(x, y, 1);
    }

    [Fact]
    public void On_a_line_it_is_not_empty_from_2f_plus_1_points_on() =>
        (from f in Gen.Int[0, 4] from n in Gen.Int[(2 * f) + 1, (2 * f) + 4] from x in Gen.Int[-9, 9].Array[n] select (f, x)).Hold(t => !IsEmpty([.. t.x.Select(x => Place.At(x, 0))], t.f));

    [Fact]
    public void In_the_plane_it_is_not_empty_from_3f_plus_1_points_on() =>
        (from f in Gen.Int[1, 2] from n in Gen.Int[(3 * f) + 1, (3 * f) + 2] from x in Gen.Int[-9, 9].Array[n] from y in Gen.Int[-9, 9].Array[n] select (f, x, y)).Hold(t => !IsEmpty([.. t.x.Zip(t.y, Place.At)], t.f));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void With_2f_points_at_the_ends_of_a_segment_it_is_empty_and_with_any_one_more_it_is_not(int f)
    {
        Place[] ends = [.. Enumerable.Repeat(Place.At(0, 0), f), .. Enumerable.Repeat(Place.At(6, 0), f)];
        Assert.True(IsEmpty(ends, f));
        foreach (int x in new[] { -3, 0, 2, 6, 9 }) Assert.False(IsEmpty([.. ends, Place.At(x, 0)], f));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void With_3f_points_at_the_corners_of_a_triangle_it_is_empty_and_with_any_one_more_it_is_not(int f)
    {
        Place[] corners = [.. new[] { Place.At(0, 0), Place.At(6, 0), Place.At(0, 6) }.SelectMany(corner => Enumerable.Repeat(corner, f))];
        Assert.True(IsEmpty(corners, f));
        foreach (Place more in new[] { Place.At(2, 2), Place.At(0, 0), Place.At(9, 9), Place.At(-4, 1) }) Assert.False(IsEmpty([.. corners, more], f));
    }

    /// <summary>If it is not empty it has a vertex: one of the points, or where the lines through two pairs of them cross.</summary>
    private static bool IsEmpty(Place[] points, int f)
    {
        foreach (Place p in points)
            if (IsSafe(p, points, f)) return false;
        foreach (Place p in Crossings(points))
            if (IsSafe(p, points, f)) return false;
        return true;
    }

    /// <summary>In the hull of every n-f of the points?</summary>
    private static bool IsSafe(Place p, Place[] points, int f)
    {
        for (uint subset = BruteForce.FirstSubset(points.Length - f); subset < 1u << points.Length; subset = BruteForce.NextSubset(subset))
            if (!InHull(p, points, subset)) return false;
        return true;
    }

    private static IEnumerable<Place> Crossings(Place[] points)
    {
        var lines = new List<(Place A, Place B)>();
        for (int i = 0; i < points.Length; i++)
            for (int j = 0; j < i; j++)
                if (points[i] != points[j]) lines.Add((points[i], points[j]));
        for (int i = 0; i < lines.Count; i++)
            for (int j = 0; j < i; j++)
            {
                (long a, long b, long c) = Line(lines[i]);
                (long d, long e, long g) = Line(lines[j]);
                long w = (a * e) - (b * d);
                if (w == 0) continue;
                int sign = Math.Sign(w);
                yield return new Place(sign * ((c * e) - (b * g)), sign * ((a * g) - (c * d)), sign * w);
            }
    }

    /// <summary>a x + b y = c.</summary>
    private static (long A, long B, long C) Line((Place A, Place B) line)
    {
        long a = line.B.Y - line.A.Y;
        long b = line.A.X - line.B.X;
        return (a, b, (a * line.A.X) + (b * line.A.Y));
    }

    /// <summary>Outside if and only if the point can be turned about to see all others within less than half a turn: then one of them, the last on the right, has every other to its left or straight behind or before it on the same ray.</summary>
    private static bool InHull(Place p, Place[] points, uint subset)
    {
        for (uint rest = subset; rest != 0; rest &= rest - 1)
        {
            (long ax, long ay) = Seen(p, points[BitOperations.TrailingZeroCount(rest)]);
            if (ax == 0 && ay == 0) return true;
            bool allLeft = true;
            for (uint others = subset; allLeft && others != 0; others &= others - 1)
            {
                (long bx, long by) = Seen(p, points[BitOperations.TrailingZeroCount(others)]);
                long turn = (ax * by) - (ay * bx);
                allLeft = turn > 0 || (turn == 0 && (ax * bx) + (ay * by) > 0);
            }

            if (allLeft) return false;
        }

        return true;
    }

    /// <summary>From p to a whole-numbered point, W times as long.</summary>
    private static (long X, long Y) Seen(Place p, Place point) => ((point.X * p.W) - p.X, (point.Y * p.W) - p.Y);
}
