using C3Fusion.Fusion.Covariance;
using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Joint sets of boxes and of ellipsoids.</summary>
public sealed class JointPropertyTests
{
    private sealed record BoxCase(Interval[] Boxes, int D, int F, int Liars)
    {
        public int N => Boxes.Length / D;

        public override string ToString() => $"d={D} f={F} liars={Liars} {string.Join(' ', Boxes.Select(b => $"[{b.Low},{b.High}]"))}";
    }

    /// <summary>Boxes about the truth 0 on a coarse grid; the first ones lie.</summary>
    private static Gen<BoxCase> Cases(int maxD, int maxN, bool beyond) =>
        from d in Gen.Int[1, maxD]
        from n in Gen.Int[1, maxN]
        from f in Gen.Int[0, (n - 1) / 2]
        from liars in Gen.Int[0, beyond ? n : f]
        from left in Gen.Int[-5, 5].Array[n * d]
        from right in Gen.Int[0, 5].Array[n * d]
        select new BoxCase([.. Enumerable.Range(0, n * d).Select(k => k / d < liars ? new Interval(left[k], left[k] + right[k]) : new Interval(-Math.Abs(left[k]), right[k]))], d, f, liars);

    [Fact]
    public void The_joint_hull_the_overlap_and_the_accused_are_what_all_subsets_say() => Cases(4, 7, beyond: true).Sample(c =>
    {
        var joint = new Interval[c.D];
        JointBoxesResult result = JointBoxes.Fuse(c.Boxes, c.D, c.F, joint, []);
        (Interval[]? hull, ulong meets, int overlap) = BruteForce.Boxes(c.Boxes, c.D, c.F);
        int[] strengths = new int[c.N];
        JointBoxes.AccusationStrengths(c.Boxes, c.D, strengths);
        ulong accused = hull is null ? 0 : ~meets & ((1UL << c.N) - 1);
        return result.Agrees == hull is not null && result.MaxOverlap == overlap && result.Accused == accused
            && (hull is null || hull.SequenceEqual(joint))
            && (hull is null || Enumerable.Range(0, c.N).All(i => strengths[i] > c.F == ((accused >> i & 1) != 0)))
            && strengths.Min() == c.N - overlap;
    }, iter: Campaign.Cases(30_000));

    [Fact]
    public void The_truth_is_in_the_joint_hull_which_is_in_every_axis_and_no_honest_box_is_accused() => Cases(6, 9, beyond: false).Sample(c =>
    {
        var joint = new Interval[c.D];
        var perAxis = new Interval?[c.D];
        JointBoxesResult result = JointBoxes.Fuse(c.Boxes, c.D, c.F, joint, perAxis);
        return result.Agrees && joint.All(side => side.Contains(0)) && result.Accused >> c.Liars == 0
            && joint.Zip(perAxis).All(pair => pair.Second!.Value.Contains(pair.First));
    }, iter: Campaign.Cases());

    [Fact]
    public void From_2df_plus_1_boxes_on_the_hull_fits_into_a_box_and_from_2df_plus_f_plus_1_into_an_honest_one() =>
        (from d in Gen.Int[1, 3]
         from f in Gen.Int[0, 1]
         from extra in Gen.Int[0, 2]
         from honestToo in Gen.Bool
         let n = (2 * d * f) + 1 + extra + (honestToo ? f : 0)
         from left in Gen.Int[-5, 5].Array[n * d]
         from right in Gen.Int[0, 5].Array[n * d]
         select (d, f, n, honestToo, left, right)).Sample(t =>
        {
            Interval[] boxes = [.. Enumerable.Range(0, t.n * t.d).Select(k => k / t.d < t.f ? new Interval(t.left[k], t.left[k] + t.right[k]) : new Interval(-Math.Abs(t.left[k]), t.right[k]))];
            var joint = new Interval[t.d];
            JointBoxes.Fuse(boxes, t.d, t.f, joint, []);
            bool Inside(int box) => Enumerable.Range(0, t.d).All(axis => boxes[(box * t.d) + axis].Contains(joint[axis]));
            return Enumerable.Range(0, t.n).Count(Inside) >= t.n - (2 * t.d * t.f) && (!t.honestToo || Enumerable.Range(t.f, t.n - t.f).Any(Inside));
        }, iter: Campaign.Cases(30_000));

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    public void The_fit_into_a_box_is_met_with_equality(int d, int f)
    {
        // Each of the 2d sides of the cube is cut off by f boxes: n-f boxes still reach it, so the joint hull is the cube and 2df boxes do not contain it.
        Interval whole = new(-1, 1);
        List<Interval> boxes = [];
        for (int cut = 0; cut < 2 * d * f; cut++)
            for (int axis = 0; axis < d; axis++)
                boxes.Add(cut % (2 * d) == 2 * axis ? new Interval(0, 1) : cut % (2 * d) == (2 * axis) + 1 ? new Interval(-1, 0) : whole);
        for (int added = 0; added <= f + 1; added++)
        {
            // n = 2df: in none. n = 2df+1 to 2df+f: only in those of the f that may lie. n = (2d+1)f+1: in an honest one.
            int n = boxes.Count / d;
            var joint = new Interval[d];
            if (n >= (2 * f) + 1)
            {
                JointBoxes.Fuse([.. boxes], d, f, joint, []);
                Assert.All(joint, side => Assert.Equal(whole, side));
                Assert.Equal(n - (2 * d * f), Enumerable.Range(0, n).Count(box => Enumerable.Range(0, d).All(axis => boxes[(box * d) + axis].Contains(whole))));
            }

            boxes.AddRange(Enumerable.Repeat(whole, d));
        }
    }

    [Fact]
    public void A_disagreement_that_no_axis_shows_is_an_alarm()
    {
        // Each axis has two of three that agree, but not the same two.
        Interval[] boxes = [new(0, 1), new(0, 1), new(0, 1), new(5, 6), new(5, 6), new(0, 1)];
        var perAxis = new Interval?[2];
        Assert.Equal(FusionStatus.Alarm, JointBoxes.Fuse(boxes, 2, 1, new Interval[2], perAxis).Status);
        Assert.DoesNotContain(null, perAxis);
    }

    [Fact]
    public void A_sensor_counts_only_on_the_axes_that_it_sees()
    {
        // Four see x and y; two of them z as well: too few to bound z at f = 1.
        Interval u = Interval.Unseen;
        Interval[] boxes = [new(0, 2), new(0, 2), new(7, 8), new(1, 3), new(0, 2), new(7, 9), new(0, 2), new(1, 2), u, new(90, 91), new(0, 2), u];
        var joint = new Interval[3];
        var perAxis = new Interval?[3];
        JointBoxesResult result = JointBoxes.Fuse(boxes, 3, 1, joint, perAxis);
        Assert.Equal(FusionStatus.Ok, result.Status);
        Assert.Equal([new Interval(1, 2), new Interval(1, 2), u], joint);
        Assert.Equal([new Interval(1, 2), new Interval(0, 2), null], perAxis);
        Assert.Equal(8ul, result.Accused);

        // A third that sees z bounds it.
        boxes[8] = new Interval(6, 8);
        result = JointBoxes.Fuse(boxes, 3, 1, joint, perAxis);
        Assert.Equal(FusionStatus.Weak, result.Status);
        Assert.Equal(new Interval(7, 8), joint[2]);
        Assert.Throws<ArgumentException>(() => JointBoxes.Fuse([u, u], 2, 0, new Interval[2], []));
    }

    [Fact]
    public void Sixty_four_boxes_in_3_D_are_as_the_grid_says() =>
        Gen.Int[20, 64].SelectMany(n => from f in Gen.Int[0, (n - 1) / 2] from low in Gen.Int[0, 9].Array[3 * n] from width in Gen.Int[0, 9].Array[3 * n] select (n, f, low, width)).Sample(t =>
        {
            Interval[] boxes = [.. t.low.Zip(t.width, (l, w) => new Interval(l, l + w))];
            var joint = new Interval[3];
            JointBoxesResult result = JointBoxes.Fuse(boxes, 3, t.f, joint, []);
            var low = new double[] { 99, 99, 99 };
            var high = new double[] { -1, -1, -1 };
            int overlap = 0;
            for (int x = 0; x < 19; x++)
                for (int y = 0; y < 19; y++)
                    for (int z = 0; z < 19; z++)
                    {
                        int covered = 0;
                        for (int i = 0; i < t.n; i++)
                            if (boxes[3 * i].Contains(x) && boxes[(3 * i) + 1].Contains(y) && boxes[(3 * i) + 2].Contains(z)) covered++;
                        overlap = Math.Max(overlap, covered);
                        if (covered < t.n - t.f) continue;
                        foreach ((int axis, int at) in new[] { (0, x), (1, y), (2, z) }) (low[axis], high[axis]) = (Math.Min(low[axis], at), Math.Max(high[axis], at));
                    }

            bool same = result.MaxOverlap == overlap && result.Agrees == (overlap >= t.n - t.f);
            for (int axis = 0; same && result.Agrees && axis < 3; axis++) same = joint[axis] == new Interval(low[axis], high[axis]);
            return same;
        }, iter: Campaign.Cases(200));

    [Fact]
    public void The_polytope_of_ellipsoids_contains_the_truth_and_no_honest_one_is_accused() =>
        (from d in Gen.Int[2, 4]
         from f in Gen.Int[0, 2]
         from n in Gen.Int[(2 * f) + 1, (2 * f) + 4]
         from roots in Gen.Double[-2, 2].Array[d * d].Array[n]
         from directions in Gen.Double[-1, 1].Array[d].Array[n]
         from depth in Gen.Double[0, 1].Array[n]
         from lies in Gen.Double[-50, 50].Array[d].Array[n]
         select (d, f, n, roots, directions, depth, lies)).Sample(t =>
        {
            var truth = new double[t.d];
            var ellipsoids = new List<Ellipsoid>();
            for (int i = 0; i < t.n; i++)
            {
                double[] shape = new double[t.d * t.d];
                for (int a = 0; a < t.d; a++)
                    for (int b = 0; b < t.d; b++)
                    {
                        if (a == b) shape[(a * t.d) + b] += 0.1;
                        for (int k = 0; k < t.d; k++) shape[(a * t.d) + b] += t.roots[i][(a * t.d) + k] * t.roots[i][(b * t.d) + k];
                    }

                CovarianceMatrix p = CovarianceMatrix.Create(shape);
                // The centre lies P^(1/2)-inside: c = r P u / sqrt(u' P u) * depth has Mahalanobis distance r * depth.
                double[] centre = new double[t.d];
                double norm = 0;
                for (int a = 0; a < t.d; a++)
                    for (int b = 0; b < t.d; b++)
                    {
                        centre[a] += p[a, b] * t.directions[i][b];
                        norm += t.directions[i][a] * p[a, b] * t.directions[i][b];
                    }

                for (int a = 0; a < t.d; a++) centre[a] *= 3 * t.depth[i] * 0.999999 / Math.Sqrt(norm + 1e-30);
                ellipsoids.Add(new Ellipsoid(i < t.f ? t.lies[i] : centre, p, 3));
            }

            DirectionalFusion fused = DirectionalFusion.Fuse(ellipsoids, t.f);
            return fused.Status is FusionStatus.Ok or FusionStatus.Weak && fused.Contains(truth) && fused.Accused >> t.f == 0;
        }, iter: Campaign.Cases(5_000));

    [Fact]
    public void Range_and_bearing_ellipsoids_are_tighter_than_their_boxes()
    {
        // Two long thin ellipsoids along the diagonals, twice each: their boxes are [-7, 7]², the truth 0.
        CovarianceMatrix rising = CovarianceMatrix.Create([5, 4.9, 4.9, 5]);
        Ellipsoid[] all = [new([0, 0], rising, 3), new([0.1, 0], rising, 3), new([0, 0.1], rising, 3)];
        DirectionalFusion fused = DirectionalFusion.Fuse(all, 0);
        Assert.True(fused.Contains([0, 0]));
        Assert.True(fused.Slabs[0].Contains(3) && fused.Slabs[1].Contains(-3));
        Assert.False(fused.Contains([3, -3]));
    }
}
