using Xunit;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>The same search finds what goes wrong when a single rule is broken: it would see a violation if there were one.</summary>
public sealed class BrokenRulesAreFoundTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    public void T_one_less(int n, int f) => Violated(new SearchModel(n, f) { Variant = new RuleVariant { RoundsDelta = -1 } });

    [Theory]
    [InlineData(4, 1)]
    [InlineData(5, 2)]
    public void T_one_less_with_a_jammed_pair(int n, int f) =>
        Violated(new SearchModel(n, f) { HopDiameter = 2, IsPairJammed = true, Variant = new RuleVariant { RoundsDelta = -1 } });

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    public void Deadlines_dropped(int n, int f) => Violated(new SearchModel(n, f) { Variant = new RuleVariant { IgnoresDeadlines = true } });

    [Theory]
    [InlineData(3, 1)]
    public void Support_capped_per_signer(int n, int f) => Violated(new SearchModel(n, f)
    {
        Values = 3,
        Evidence = EvidenceChoice.Any,
        Interleaves = true,
        Variant = new RuleVariant { CapsSupportPerSigner = true },
    });

    [Theory]
    [InlineData(3, 1)]
    public void One_statement_per_signer_and_round(int n, int f) => Violated(new SearchModel(n, f)
    {
        Evidence = EvidenceChoice.Any,
        Variant = new RuleVariant { CountsOneStatementPerSignerAndRound = true },
    });

    [Theory]
    [InlineData(4, 2)]
    public void No_close_barrier(int n, int f) =>
        Violated(new SearchModel(n, f) { Traitors = f - 1, HasLaggard = true, Variant = new RuleVariant { HasNoCloseBarrier = true } });

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    public void Tc_one_less(int n, int f) => Violated(new SearchModel(n, f) { Votes = true, Variant = new RuleVariant { CertificateRoundsDelta = -1 } });

    /// <summary>The nodes that lost frames would abstain for want of voices; so the traitors show everybody that they live. Only nodes that vouch are compared.</summary>
    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    public void Early_frames_dropped(int n, int f) =>
        Violated(new SearchModel(n, f) { AreClocksSkewed = true, Interleaves = true, DoTraitorsShowLife = true, MayAbstain = true, Variant = new RuleVariant { DropsEarlyFrames = true } });

    private void Violated(SearchModel model)
    {
        SearchResult result = new AgreementSearch(model).Run();
        output.WriteLine($"{result}\n{result.Violation}");
        Assert.NotNull(result.Violation);
        Assert.Contains("decide", result.Violation, StringComparison.Ordinal);
    }
}
