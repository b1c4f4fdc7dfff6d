using Xunit;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>What FinalSync promises needs no clock and no link.</summary>
public sealed class FinalSyncTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(3, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 1, 0)]
    [InlineData(4, 1, 1)]
    [InlineData(4, 2, 2)]
    [InlineData(5, 1, 0)]
    [InlineData(5, 1, 1)]
    [InlineData(5, 2, 2)]
    [InlineData(5, 3, 3)]
    public void Nodes_that_mark_FinalSync_never_differ(int n, int f, int traitors)
    {
        SearchModel model = Model(n, f, traitors);
        SearchResult result = new FinalSyncSearch(model).Run();
        output.WriteLine($"{model}: {result}");
        Assert.True(result.Violation is null, result.Violation);
    }

    /// <summary>Without any traitor.</summary>
    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    public void Hearing_n_minus_f_in_every_round_is_not_enough(int n, int f) =>
        Violated(Model(n, f, 0) with { Variant = new RuleVariant { FinalByHearing = true } });

    [Fact]
    public void A_node_that_comes_back_with_its_clock_set_back_signs_nothing_again()
    {
        SearchModel model = Model(4, 1, 1) with { Restarts = true };
        var search = new FinalSyncSearch(model);
        SearchResult result = search.Run();
        output.WriteLine($"{model}: {result}");
        Assert.True(result.Violation is null, result.Violation);
        Assert.Equal(0, search.SignedAgain);
    }

    [Fact]
    public void Without_the_lease_it_signs_twice_and_two_certificates_exist() =>
        Violated(Model(4, 1, 1) with { Restarts = true, Variant = new RuleVariant { IgnoresLease = true } });

    // With a traitor present nothing is gained by a late honest frame: the traitor shows what was in it.
    private static SearchModel Model(int n, int f, int traitors) => new(n, f) { Traitors = traitors, IsSenderHonest = traitors == 0, IsLossy = true, IsLate = traitors == 0 };

    private void Violated(SearchModel model)
    {
        SearchResult result = new FinalSyncSearch(model).Run();
        output.WriteLine($"{result}\n{result.Violation}");
        Assert.NotNull(result.Violation);
        Assert.Contains("FinalSync at node", result.Violation, StringComparison.Ordinal);
    }
}
