using Xunit;

namespace C3Fusion.Agreement.Tests.Exhaustive;

/// <summary>The promise of docs/agreement.md holds whatever the traitors do, for every size that can be searched.</summary>
public sealed class AgreementHoldsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(5, 3)]
    [InlineData(6, 3)]
    public void T_is_f_plus_1_on_a_full_mesh(int n, int f) => Holds(new SearchModel(n, f));

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    public void With_three_values(int n, int f) => Holds(new SearchModel(n, f) { Values = 3, Interleaves = true });

    [Theory]
    [InlineData(3, 1, 2)]
    [InlineData(3, 1, 3)]
    public void With_every_set_of_supports(int n, int f, int values) =>
        Holds(new SearchModel(n, f) { Values = values, Evidence = EvidenceChoice.Any, Interleaves = values > 2 });

    [Theory]
    [InlineData(3, 1, 1)]
    [InlineData(3, 1, 2)]
    [InlineData(3, 1, 3)]
    [InlineData(4, 1, 1)]
    [InlineData(4, 2, 1)]
    [InlineData(4, 2, 2)]
    [InlineData(5, 2, 1)]
    [InlineData(5, 3, 1)]
    public void With_votes_and_certificates(int n, int f, int ticks) => Holds(new SearchModel(n, f) { Votes = true, TicksPerRound = ticks });

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    public void An_honest_sender_is_believed(int n, int f) => Holds(new SearchModel(n, f) { IsSenderHonest = true, Votes = true });

    [Theory]
    [InlineData(4, 1, false)]
    [InlineData(5, 2, false)]
    [InlineData(4, 1, true)]
    [InlineData(5, 2, true)]
    public void A_jammed_pair_needs_one_round_more(int n, int f, bool votes) => Holds(new SearchModel(n, f) { HopDiameter = 2, IsPairJammed = true, Votes = votes });

    /// <summary>Whatever a node accepted by the middle of round 1 it lists there, if it cannot vote yet.</summary>
    [Theory]
    [InlineData(4, 2, 2, 1, false, false)]
    [InlineData(4, 2, 2, 2, false, false)]
    [InlineData(4, 2, 3, 1, false, false)]
    [InlineData(5, 2, 2, 1, false, false)]
    [InlineData(5, 3, 2, 1, false, false)]
    [InlineData(5, 3, 2, 2, false, false)]
    [InlineData(4, 1, 2, 1, true, true)]
    [InlineData(5, 2, 2, 1, true, false)]
    public void With_early_listing(int n, int f, int values, int ticks, bool jammed, bool votes) => HoldsWithEarlyListing(new SearchModel(n, f)
    {
        Values = values,
        Interleaves = values > 2,
        TicksPerRound = ticks,
        HopDiameter = jammed ? 2 : 1,
        IsPairJammed = jammed,
        Votes = votes,
        Variant = new RuleVariant { EarlyListingBytes = 0 },
    });

    /// <summary>The same with more freedom. Set C3FUSION_SEARCH=long.</summary>
    [Theory]
    [InlineData(4, 2, 1, EvidenceChoice.Any)]
    [InlineData(5, 2, 2, EvidenceChoice.Maximal)]
    public void With_early_listing_larger_freedom(int n, int f, int ticks, object evidence)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("C3FUSION_SEARCH") == "long", "set C3FUSION_SEARCH=long for the sizes that take minutes");
        HoldsWithEarlyListing(new SearchModel(n, f) { TicksPerRound = ticks, Evidence = (EvidenceChoice)evidence, Variant = new RuleVariant { EarlyListingBytes = 0 } });
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    public void Clocks_may_differ_by_the_guard(int n, int f)
    {
        Holds(new SearchModel(n, f) { AreClocksSkewed = true });
        Holds(new SearchModel(n, f) { AreClocksSkewed = true, DoTraitorsShowLife = true });
    }

    [Theory]
    [InlineData(4, 2)]
    public void A_node_that_closes_its_rounds_late_abstains(int n, int f) => Holds(new SearchModel(n, f) { Traitors = f - 1, HasLaggard = true });

    /// <summary>Larger sizes: minutes. Set C3FUSION_SEARCH=long.</summary>
    [Theory]
    [InlineData(6, 2, 2, false)]
    [InlineData(7, 3, 2, false)]
    [InlineData(5, 2, 3, false)]
    [InlineData(5, 3, 3, false)]
    [InlineData(6, 2, 2, true)]
    [InlineData(7, 3, 2, true)]
    [InlineData(6, 3, 2, true)]
    public void Larger_sizes(int n, int f, int values, bool votes)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("C3FUSION_SEARCH") == "long", "set C3FUSION_SEARCH=long for the sizes that take minutes");
        Holds(new SearchModel(n, f) { Values = values, Interleaves = values > 2, Votes = votes });
    }

    /// <summary>Larger sizes with every set of supports, and with frames answered within their round. Set C3FUSION_SEARCH=long.</summary>
    [Theory]
    [InlineData(4, 1, 2, false, 1)]
    [InlineData(4, 2, 2, false, 1)]
    [InlineData(4, 1, 2, true, 2)]
    public void Larger_freedom(int n, int f, int values, bool votes, int ticks)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("C3FUSION_SEARCH") == "long", "set C3FUSION_SEARCH=long for the sizes that take minutes");
        Holds(new SearchModel(n, f) { Values = values, Evidence = ticks == 1 ? EvidenceChoice.Any : EvidenceChoice.Maximal, Votes = votes, TicksPerRound = ticks });
    }

    private void HoldsWithEarlyListing(SearchModel model)
    {
        AgreementSearch search = Holds(model);
        Assert.True(search.HasListedEarly, "no node listed a value of the attacked sender early: nothing was tried");
    }

    private AgreementSearch Holds(SearchModel model)
    {
        var search = new AgreementSearch(model);
        SearchResult result = search.Run();
        output.WriteLine($"{model}: {result}");
        Assert.True(result.Violation is null, result.Violation);
        return search;
    }
}
