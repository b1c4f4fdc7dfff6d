using System.Numerics;
using C3Fusion.Fusion.Covariance;
using C3Fusion.Fusion.Estimators;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Joint sets of boxes and of ellipsoids.</summary>
public sealed class JointPropertyTests
{
    [Fact]
    public void The_joint_hull_the_overlap_and_the_accused_are_what_all_subsets_say() => BoxCase.Any(4, 7, beyond: true).Hold(c =>
    {
        Span<Interval> joint = stackalloc Interval[c.D];
        Span<Interval> hull = stackalloc Interval[c.D];
        Span<int> strengths = stackalloc int[c.N];
        JointBoxesResult result = JointBoxes.Fuse(c.Boxes, c.D, c.F, joint, []);
        (bool agrees, ulong meets, int overlap) = BruteForce.Boxes(c.Boxes, c.D, c.F, hull);
        JointBoxes.AccusationStrengths(c.Boxes, c.D, strengths);
        ulong accused = agrees ? ~meets & ((1UL << c.N) - 1) : 0;
        bool same = result.Agrees == agrees && result.MaxOverlap == overlap && result.Accused == accused;
        same &= !agrees || hull.SequenceEqual(joint);
        int least = c.N;
        for (int i = 0; i < c.N; i++)
        {
            least = Math.Min(least, strengths[i]);
            same &= !agrees || strengths[i] > c.F == ((accused >> i & 1) != 0);
        }

        return same && least == c.N - overlap;
    });

    [Fact]
    public void The_truth_is_in_the_joint_hull_which_is_in_every_axis_and_no_honest_box_is_accused() => BoxCase.Any(6, 9, beyond: false).Hold(c =>
    {
        Span<Interval> joint = stackalloc Interval[c.D];
        Span<Interval?> perAxis = stackalloc Interval?[c.D];
        JointBoxesResult result = JointBoxes.Fuse(c.Boxes, c.D, c.F, joint, perAxis);
        bool sound = result.Agrees && result.Accused >> c.Liars == 0;
        for (int axis = 0; axis < c.D; axis++) sound &= joint[axis].Contains(0) && perAxis[axis]!.Value.Contains(joint[axis]);
        return sound;
    });

    [Fact]
    public void Wherever_there_is_a_joint_hull_it_lies_in_every_axis() => BoxCase.Any(3, 9, beyond: true).Hold(c =>
    {
        Span<Interval> joint = stackalloc Interval[c.D];
        Span<Interval?> perAxis = stackalloc Interval?[c.D];
        bool inside = true;
        if (!JointBoxes.Fuse(c.Boxes, c.D, c.F, joint, perAxis).Agrees) return true;
        for (int axis = 0; axis < c.D; axis++) inside &= perAxis[axis]!.Value.Contains(joint[axis]);
        return inside;
    });

    [Fact]
    public void From_2df_plus_1_boxes_on_the_hull_fits_into_a_box_and_from_2df_plus_f_plus_1_into_an_honest_one() => BoxCase.Many().Hold(c =>
    {
        Span<Interval> joint = stackalloc Interval[c.D];
        JointBoxes.Fuse(c.Boxes, c.D, c.F, joint, []);
        int containing = 0;
        int honest = 0;
        double least = double.PositiveInfinity;
        double volume = 1;
        foreach (Interval side in joint) volume *= side.Width;
        for (int i = 0; i < c.N; i++)
        {
            bool inside = true;
            double other = 1;
            for (int axis = 0; axis < c.D; axis++)
            {
                inside &= c.Boxes[(i * c.D) + axis].Contains(joint[axis]);
                other *= c.Boxes[(i * c.D) + axis].Width;
            }

            if (!inside) continue;
            containing++;
            least = Math.Min(least, other);
            if (i >= c.Liars) honest++;
        }

        return containing >= c.N - (2 * c.D * c.F) && volume <= least && (c.N < (((2 * c.D) + 1) * c.F) + 1 || honest > 0);
    });

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
    public void Sixty_four_boxes_in_3_D_are_as_the_grid_says() => new ManyInThreeDimensions().Hold(t =>
    {
        // The boxes that cover each whole number of each axis, as a mask: 0 to 11.
        const int Places = 12;
        int n = t.Boxes.Length / 3;
        Span<ulong> covering = stackalloc ulong[3 * Places];
        covering.Clear();
        for (int k = 0; k < t.Boxes.Length; k++)
            for (int at = (int)t.Boxes[k].Low; at <= (int)t.Boxes[k].High; at++) covering[(k % 3 * Places) + at] |= 1UL << (k / 3);

        Span<int> low = stackalloc int[3];
        Span<int> high = stackalloc int[3];
        low.Fill(Places);
        high.Fill(-1);
        int overlap = 0;
        for (int x = 0; x < Places; x++)
            for (int y = 0; y < Places; y++)
            {
                ulong column = covering[x] & covering[Places + y];
                for (int z = 0; z < Places; z++)
                {
                    int covered = BitOperations.PopCount(column & covering[(2 * Places) + z]);
                    overlap = Math.Max(overlap, covered);
                    if (covered < n - t.F) continue;
                    (low[0], low[1], low[2]) = (Math.Min(low[0], x), Math.Min(low[1], y), Math.Min(low[2], z));
                    (high[0], high[1], high[2]) = (Math.Max(high[0], x), Math.Max(high[1], y), Math.Max(high[2], z));
                }
            }

        Span<Interval> joint = stackalloc Interval[3];
        JointBoxesResult result = JointBoxes.Fuse(t.Boxes, 3, t.F, joint, []);
        bool same = result.MaxOverlap == overlap && result.Agrees == (overlap >= n - t.F);
        for (int axis = 0; same && result.Agrees && axis < 3; axis++) same = joint[axis] == new Interval(low[axis], high[axis]);
        return same;
    });

    private sealed record ManyBoxes(Interval[] Boxes, int F);

    /// <summary>20 to 64 boxes with whole faces from 0 to 11.</summary>
    private sealed class ManyInThreeDimensions : Gen<ManyBoxes>
    {
        public override ManyBoxes Generate(PCG pcg, Size? min, out Size size)
        {
            var boxes = new Interval[3 * (20 + pcg.Below(45))];
            for (int k = 0; k < boxes.Length; k++)
            {
                int low = pcg.Below(7);
                boxes[k] = new Interval(low, Math.Min(low + pcg.Below(9), 11));
            }

            size = new Size((ulong)boxes.Length);
            return new ManyBoxes(boxes, pcg.Below((((boxes.Length / 3) - 1) / 2) + 1));
        }
    }

    [Fact]
    public void The_polytope_of_ellipsoids_contains_the_truth_and_no_honest_one_is_accused() =>
        (from d in Gen.Int[2, 4]
         from f in Gen.Int[0, 2]
         from n in Gen.Int[(2 * f) + 1, (2 * f) + 4]
         from roots in Gen.Double[-2, 2].Array[d * d].Array[n]
         from directions in Gen.Double[-1, 1].Array[d].Array[n]
         from depth in Gen.Double[0, 1].Array[n]
         from lies in Gen.Double[-50, 50].Array[d].Array[n]
         select (d, f, n, roots, directions, depth, lies)).Hold(t =>
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
        });

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

    [Fact]
    public void Ellipsoids_that_see_some_axes_count_on_those_alone()
    {
        // Three see the plane, two the height, one of them wrongly: the plane is fused at f = 1, the height has too few.
        CovarianceMatrix plane = CovarianceMatrix.Create([2, 1, 1, 2]);
        CovarianceMatrix height = CovarianceMatrix.Diagonal(1);
        List<Ellipsoid> all =
        [
            new([0, 0], plane, 3, [0, 1], 3), new([0.1, 0], plane, 3, [0, 1], 3), new([500, 0], plane, 3, [0, 1], 3),
            new([7], height, 3, [2], 3), new([8], height, 3, [2], 3),
        ];
        DirectionalFusion fused = DirectionalFusion.Fuse(all, 1);
        Assert.Equal(FusionStatus.Weak, fused.Status);
        Assert.Equal(0b100UL, fused.Accused);
        Assert.True(fused.Slabs[2].IsUnseen);
        Assert.True(fused.Contains([0, 0, 1e9]) && !fused.Contains([20, 0, 0]));

        // With a third height the height is bounded too; where that one lies, two liars are one too many.
        Assert.True(DirectionalFusion.Fuse([.. all, new Ellipsoid([9], height, 3, [2], 3)], 1).Slabs[2] is { Low: > 4, High: < 12 });
        Assert.Equal(FusionStatus.Alarm, DirectionalFusion.Fuse([.. all, new Ellipsoid([-900], height, 3, [2], 3)], 1).Status);
        Assert.Throws<ArgumentException>(() => new Ellipsoid([1], height, 3, [3], 3));
        Assert.Throws<ArgumentException>(() => new Ellipsoid([1, 2], plane, 3, [1, 0], 3));
        Assert.True(all[0].Project([0, 0, 1]).IsUnseen);
    }

    [Fact]
    public void The_polytope_of_ellipsoids_on_some_axes_contains_the_truth_and_accuses_liars_only() =>
        (from f in Gen.Int[0, 2]
         from n in Gen.Int[(2 * f) + 1, (2 * f) + 5]
         from seen in Gen.Int[1, 7].Array[n]
         from truth in Gen.Double[-50, 50].Array[3]
         from away in Gen.Double[-1, 1].Array[3].Array[n]
         from lies in Gen.Double[-50, 50].Array[3].Array[n]
         from variances in Gen.Double[0.1, 4].Array[3].Array[n]
         from correlation in Gen.Double[-0.9, 0.9].Array[n]
         select (f, n, seen, truth, away, lies, variances, correlation)).Hold(t =>
        {
            var all = new List<Ellipsoid>();
            for (int i = 0; i < t.n; i++)
            {
                int[] axes = [.. Enumerable.Range(0, 3).Where(axis => (t.seen[i] >> axis & 1) != 0)];
                double[] shape = new double[axes.Length * axes.Length];
                for (int a = 0; a < axes.Length; a++) shape[(a * axes.Length) + a] = t.variances[i][axes[a]];
                if (axes.Length > 1) shape[1] = shape[axes.Length] = t.correlation[i] * Math.Sqrt(shape[0] * shape[axes.Length + 1]);
                // An honest centre is within 1 - |correlation| of the smallest variance: well inside at radius 6.
                double reach = 6 * Math.Sqrt(t.variances[i].Min() * (1 - Math.Abs(t.correlation[i]))) / Math.Sqrt(3) * 0.999;
                double[] centre = [.. axes.Select(axis => i < t.f ? t.lies[i][axis] : t.truth[axis] + (reach * t.away[i][axis]))];
                all.Add(new Ellipsoid(centre, CovarianceMatrix.Create(shape), 6, axes, 3));
            }

            DirectionalFusion fused = DirectionalFusion.Fuse(all, t.f);
            bool sufficient = Enumerable.Range(0, 3).Any(axis => t.seen.Count(mask => (mask >> axis & 1) != 0) >= (2 * t.f) + 1);
            if (!sufficient) return fused.Status == FusionStatus.Insufficient && fused.Slabs.Count == 0;
            return fused.Status is FusionStatus.Ok or FusionStatus.Weak && fused.Contains(t.truth) && fused.Accused >> t.f == 0;
        });
}
