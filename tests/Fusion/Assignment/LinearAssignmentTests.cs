using System.Text.Json;
using C3Fusion.Fusion.Assignment;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Assignment;

public sealed class LinearAssignmentTests
{
    [Fact]
    public void Scipy_cases_give_the_costs_that_scipy_asserts_and_so_do_their_transposes()
    {
        int cases = 0;
        foreach (JsonElement one in SharedFiles.Json("metrics/lsa_scipy.json").GetProperty("cases").EnumerateArray())
        {
            double[][] cost = Matrix(one.GetProperty("cost"));
            double[] expected = [.. one.GetProperty("expected").EnumerateArray().Select(e => e.GetDouble())];
            Assert.Equal(expected, PickedCosts(cost)!);
            double[][] transposed = [.. Enumerable.Range(0, cost[0].Length).Select(c => cost.Select(row => row[c]).ToArray())];
            Assert.Equal(expected.Order(), PickedCosts(transposed)!.Order());
            cases++;
        }

        Assert.Equal(5, cases);
    }

    [Fact]
    public void Scipy_cases_without_a_full_matching_are_told_so()
    {
        JsonElement infeasible = SharedFiles.Json("metrics/lsa_scipy.json").GetProperty("infeasible");
        foreach (JsonElement one in infeasible.EnumerateArray())
        {
            // In these sparse matrices 0 means "no edge".
            double[][] cost = [.. Matrix(one).Select(row => row.Select(c => c == 0 ? double.PositiveInfinity : c).ToArray())];
            Assert.Null(PickedCosts(cost));
        }

        Assert.Equal(5, infeasible.GetArrayLength());
    }

    [Fact]
    public void Equal_costs_are_assigned_in_order()
    {
        double[] ones = new double[64];
        Array.Fill(ones, 1.0);
        int[] columns = new int[8];
        Assert.True(new LinearAssignment().TrySolve(ones, 8, 8, columns));
        Assert.Equal(Enumerable.Range(0, 8), columns);
    }

    [Fact]
    public void A_column_that_nobody_may_take_makes_a_square_problem_infeasible()
    {
        double inf = double.PositiveInfinity;
        Assert.Null(PickedCosts([[1, 0, inf], [0, 1, inf], [0, 0, inf]]));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.MaxValue)]
    public void A_cost_that_is_no_cost_is_refused(double bad) =>
        Assert.Throws<ArgumentException>(() => new LinearAssignment().TrySolve([1, 2, bad, 4], 2, 2, new int[2]));

    [Fact]
    public void Nothing_to_assign_is_assigned()
    {
        int[] columns = [7, 7, 7];
        Assert.True(new LinearAssignment().TrySolve([], 0, 5, columns));
        Assert.True(new LinearAssignment().TrySolve([], 3, 0, columns));
        Assert.Equal([-1, -1, -1], columns);
    }

    /// <summary>Few distinct costs make many ties and many forbidden pairs: where duals go wrong first.</summary>
    [Fact]
    public void No_assignment_is_cheaper_than_the_one_found()
    {
        var solver = new LinearAssignment();
        Gen<double> cost = Gen.OneOf(Gen.Int[-3, 9].Select(i => (double)i), Gen.Double[-10, 10], Gen.Const(double.PositiveInfinity));
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6]).SelectMany((rows, columns) => cost.Array[rows * columns].Select(c => (rows, columns, c))).Sample(
            (rows, columns, costs) =>
            {
                var found = new int[rows];
                bool feasible = solver.TrySolve(costs, rows, columns, found);
                double best = Cheapest(costs, rows, columns);
                if (!feasible) return double.IsPositiveInfinity(best);
                int[] used = [.. found.Where(c => c >= 0)];
                double total = found.Select((c, r) => c < 0 ? 0 : costs[(r * columns) + c]).Sum();
                return used.Length == Math.Min(rows, columns) && used.Distinct().Count() == used.Length && Math.Abs(total - best) < 1e-9;
            },
            iter: 20_000,
            threads: 1);
    }

    /// <summary>Exhaustive search: every way to give min(rows, columns) rows distinct columns.</summary>
    private static double Cheapest(double[] cost, int rows, int columns)
    {
        int skips = Math.Max(0, rows - columns);
        double Search(int row, int taken, int skipped)
        {
            if (row == rows) return 0;
            double best = skipped < skips ? Search(row + 1, taken, skipped + 1) : double.PositiveInfinity;
            for (int c = 0; c < columns; c++)
            {
                if ((taken & (1 << c)) == 0) best = Math.Min(best, cost[(row * columns) + c] + Search(row + 1, taken | (1 << c), skipped));
            }

            return best;
        }

        return Search(0, 0, 0);
    }

    private static double[]? PickedCosts(double[][] cost)
    {
        int rows = cost.Length, columns = cost[0].Length;
        var found = new int[rows];
        bool feasible = new LinearAssignment().TrySolve([.. cost.SelectMany(row => row)], rows, columns, found);
        return feasible ? [.. found.Select((c, r) => (c, r)).Where(p => p.c >= 0).Select(p => cost[p.r][p.c])] : null;
    }

    private static double[][] Matrix(JsonElement rows) =>
        [.. rows.EnumerateArray().Select(row => row.EnumerateArray().Select(c => c.ValueKind == JsonValueKind.String ? double.PositiveInfinity : c.GetDouble()).ToArray())];
}
