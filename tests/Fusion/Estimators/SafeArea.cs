using System.Numerics;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>A rational point of the plane: (X/W, Y/W), W > 0.</summary>
internal readonly record struct Place(long X, long Y, long W)
{
    public static Place At(int x, int y) => new(x, y, 1);
}

/// <summary>The safe area in the plane, in whole numbers: the points in the convex hull of every n-f of n points.</summary>
internal static class SafeArea
{
    /// <summary>If it is not empty it has a vertex: one of the points, or where the lines through two pairs of them cross.</summary>
    public static bool IsEmpty(Place[] points, int f)
    {
        foreach (Place _ in Vertices(points, f)) return false;
        return true;
    }

    /// <summary>The vertices of the safe area, some of them more than once.</summary>
    public static IEnumerable<Place> Vertices(Place[] points, int f)
    {
        foreach (Place p in points)
            if (IsSafe(p, points, f)) yield return p;
        foreach (Place p in Crossings(points))
            if (IsSafe(p, points, f)) yield return p;
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
