using C3Fusion.Fuzz.Campaign;
using C3Fusion.Fuzz.Targets;
using Xunit;

namespace C3Fusion.Fuzz;

/// <summary>Every decoder of hostile bytes refuses or takes, never throws, and takes one encoding only.</summary>
public sealed class CorpusTests
{
    private const int QuickExecutions = 5_000;

    public static TheoryData<string> Names => [.. Decoders.All.Select(decoder => decoder.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_product_reads_what_it_writes(string name)
    {
        Decoder decoder = Decoders.All.Single(decoder => decoder.Name == name);
        Assert.NotEmpty(decoder.Seeds);
        Assert.All(decoder.Seeds, seed => Assert.True(decoder.Accepts(seed)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_corpus_and_what_is_near_it_break_nothing(string name)
    {
        Decoder decoder = Decoders.All.Single(decoder => decoder.Name == name);
        FuzzCampaign.Report report = new FuzzCampaign(decoder, seed: 7).Run(QuickExecutions, Corpus.Read(name), TextWriter.Null);
        Assert.True(report.Accepted >= decoder.Seeds.Count);
    }
}
