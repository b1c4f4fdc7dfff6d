using C3Fusion.Fusion.Assignment;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Assignment;

public sealed class GatedAssignmentTests
{
    private static readonly Gen<(int Rows, int Columns, CandidatePair[] Pairs)> Small =
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6]).SelectMany((rows, columns) =>
            Gen.Select(Gen.Int[0, rows - 1], Gen.Int[0, columns - 1], Gen.OneOf(Gen.Int[-2, 6].Select(i => (double)i), Gen.Double[-1, 10]), (r, c, g) => new CandidatePair(r, c, g))
                .Array[0, 20].Select(pairs => (rows, columns, pairs)));

    [Fact]
    public void No_assignment_gains_more_than_the_one_found()
    {
        var solver = new GatedAssignment();
        Small.Sample(
            (rows, columns, pairs) =>
            {
                var found = new int[rows];
                solver.Solve(rows, columns, pairs, found);
                int[] used = [.. found.Where(c => c >= 0)];
                return used.Distinct().Count() == used.Length
                    && Math.Abs(TotalGain(found, pairs) - LargestGain(rows, pairs)) < 1e-9;
            },
            iter: 20_000,
            threads: 1);
    }

    [Fact]
    public void It_agrees_with_the_dense_solver_on_crowded_problems()
    {
        var sparse = new GatedAssignment();
        var dense = new LinearAssignment();
        Gen.Select(Gen.Int[20, 60], Gen.Int[20, 60]).SelectMany((rows, columns) => Gen.Int[0, 12].Array[rows * columns].Select(g => (rows, columns, g))).Sample(
            (rows, columns, gains) =>
            {
                CandidatePair[] pairs = [.. gains.Select((g, i) => new CandidatePair(i / columns, i % columns, g - 6)).Where(p => p.Gain > 0)];
                var found = new int[rows];
                sparse.Solve(rows, columns, pairs, found);
                double[] cost = [.. gains.Select(g => -Math.Max(0.0, g - 6))];
                var expected = new int[rows];
                Assert.True(dense.TrySolve(cost, rows, columns, expected));
                return TotalGain(found, pairs) == -expected.Select((c, r) => c < 0 ? 0 : cost[(r * columns) + c]).Sum();
            },
            iter: 100,
            threads: 1);
    }

    [Fact]
    public void The_order_in_which_pairs_are_named_changes_nothing()
    {
        var solver = new GatedAssignment();
        Small.Sample(
            (rows, columns, pairs) =>
            {
                int[] forward = new int[rows], backward = new int[rows];
                solver.Solve(rows, columns, pairs, forward);
                solver.Solve(rows, columns, [.. pairs.Reverse()], backward);
                return forward.SequenceEqual(backward);
            },
            iter: 5_000,
            threads: 1);
    }

    [Fact]
    public void A_worthless_pair_is_never_assigned()
    {
        var found = new int[2];
        new GatedAssignment().Solve(2, 2, [new(0, 0, 0), new(1, 1, -5), new(0, 1, double.NegativeInfinity)], found);
        Assert.Equal([-1, -1], found);
    }

    [Fact]
    public void A_pair_that_is_no_pair_is_refused()
    {
        var solver = new GatedAssignment();
        Assert.Throws<ArgumentException>(() => solver.Solve(1, 1, [new(0, 1, 1)], new int[1]));
        Assert.Throws<ArgumentException>(() => solver.Solve(1, 1, [new(-1, 0, 1)], new int[1]));
        Assert.Throws<ArgumentException>(() => solver.Solve(1, 1, [new(0, 0, double.NaN)], new int[1]));
        Assert.Throws<ArgumentException>(() => solver.Solve(1, 1, [new(0, 0, double.PositiveInfinity)], new int[1]));
        Assert.Throws<ArgumentException>(() => solver.Solve(2, 1, [], new int[1]));
    }

    /// <summary>A long chain of conflicts: each row prefers its neighbour's column, and the last one has no other.</summary>
    [Fact]
    public void A_chain_of_conflicts_is_undone_to_its_end()
    {
        const int n = 2_000;
        var pairs = new List<CandidatePair>();
        for (int r = 0; r < n; r++)
        {
            pairs.Add(new(r, r, 10));
            if (r + 1 < n) pairs.Add(new(r, r + 1, 9));
        }

        pairs.Add(new(n, 0, 11));
        var found = new int[n + 1];
        new GatedAssignment().Solve(n + 1, n, pairs.ToArray(), found);
        Assert.Equal((10.0 * (n - 1)) + 11, TotalGain(found, [.. pairs]));
    }

    [Fact]
    public void Nothing_is_allocated_once_the_buffers_have_grown()
    {
        var solver = new GatedAssignment();
        CandidatePair[] pairs = [.. Enumerable.Range(0, 400).Select(i => new CandidatePair(i / 20, i % 20, 1 + (i * 7919 % 13)))];
        var found = new int[20];
        solver.Solve(20, 20, pairs, found);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) solver.Solve(20, 20, pairs, found);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static double TotalGain(int[] columnOfRow, CandidatePair[] pairs)
    {
        double total = 0;
        for (int r = 0; r < columnOfRow.Length; r++)
        {
            if (columnOfRow[r] < 0) continue;
            total += pairs.Where(p => p.Row == r && p.Column == columnOfRow[r]).Max(p => p.Gain);
        }

        return total;
    }

    /// <summary>Exhaustive search: every row takes one of its free columns or none.</summary>
    private static double LargestGain(int rows, CandidatePair[] pairs)
    {
        double Search(int row, int taken)
        {
            if (row == rows) return 0;
            double best = Search(row + 1, taken);
            foreach (CandidatePair p in pairs)
            {
                if (p.Row == row && (taken & (1 << p.Column)) == 0) best = Math.Max(best, p.Gain + Search(row + 1, taken | (1 << p.Column)));
            }

            return best;
        }

        return Search(0, 0);
    }
}
