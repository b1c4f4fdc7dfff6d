using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>The safe area (Vaidya and Garg, PODC 2013; Mendes et al., Distributed Computing 2015): the points in the convex hull of every n-f of n points, hence in the honest ones' hull whoever lies. Never empty for n >= (d+1)f+1.</summary>
public sealed class NetworkBoundsSafeAreaTests
{
    [Fact]
    public void On_a_line_it_is_not_empty_from_2f_plus_1_points_on() =>
        (from f in Gen.Int[0, 4] from n in Gen.Int[(2 * f) + 1, (2 * f) + 4] from x in Gen.Int[-9, 9].Array[n] select (f, x)).Hold(t => !SafeArea.IsEmpty([.. t.x.Select(x => Place.At(x, 0))], t.f));

    [Fact]
    public void In_the_plane_it_is_not_empty_from_3f_plus_1_points_on() =>
        (from f in Gen.Int[1, 2] from n in Gen.Int[(3 * f) + 1, (3 * f) + 2] from x in Gen.Int[-9, 9].Array[n] from y in Gen.Int[-9, 9].Array[n] select (f, x, y)).Hold(t => !SafeArea.IsEmpty([.. t.x.Zip(t.y, Place.At)], t.f));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void With_2f_points_at_the_ends_of_a_segment_it_is_empty_and_with_any_one_more_it_is_not(int f)
    {
        Place[] ends = [.. Enumerable.Repeat(Place.At(0, 0), f), .. Enumerable.Repeat(Place.At(6, 0), f)];
        Assert.True(SafeArea.IsEmpty(ends, f));
        foreach (int x in new[] { -3, 0, 2, 6, 9 }) Assert.False(SafeArea.IsEmpty([.. ends, Place.At(x, 0)], f));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void With_3f_points_at_the_corners_of_a_triangle_it_is_empty_and_with_any_one_more_it_is_not(int f)
    {
        Place[] corners = [.. new[] { Place.At(0, 0), Place.At(6, 0), Place.At(0, 6) }.SelectMany(corner => Enumerable.Repeat(corner, f))];
        Assert.True(SafeArea.IsEmpty(corners, f));
        foreach (Place more in new[] { Place.At(2, 2), Place.At(0, 0), Place.At(9, 9), Place.At(-4, 1) }) Assert.False(SafeArea.IsEmpty([.. corners, more], f));
    }
}
