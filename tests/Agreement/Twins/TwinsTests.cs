using System.Diagnostics;
using C3Fusion.Agreement.Tests.Harness;
using Xunit;

namespace C3Fusion.Agreement.Tests.Twins;

/// <summary>A node that exists twice, with every choice, round by round, of which twin reaches whom.</summary>
public sealed class TwinsTests(ITestOutputHelper output)
{
    private const int BitsPerPeer = 4;

    /// <summary>All 4,096 masks of four nodes.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Four_nodes(bool areDeaf, bool listEarly) => CheckAll(4, areDeaf, onlyCanonical: false, listEarly);

    /// <summary>All 65,536 masks of five nodes, up to the names of the four honest ones: 3,876.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Five_nodes_up_to_names(bool areDeaf) => CheckAll(5, areDeaf, onlyCanonical: true, listEarly: false);

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Five_nodes_every_mask(bool areDeaf, bool listEarly)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("C3FUSION_SEARCH") == "long", "set C3FUSION_SEARCH=long for the sizes that take minutes");
        CheckAll(5, areDeaf, onlyCanonical: false, listEarly);
    }

    private void CheckAll(int nodes, bool areDeaf, bool onlyCanonical, bool listEarly)
    {
        long start = Stopwatch.GetTimestamp();
        int runs = 0;
        var kinds = new SortedDictionary<OutcomeKind, int>();
        for (int mask = 0; mask < 1 << (BitsPerPeer * (nodes - 1)); mask++)
        {
            if (onlyCanonical && !IsCanonical(mask, nodes - 1)) continue;
            runs++;
            OutcomeKind kind = Check(nodes, mask, areDeaf, listEarly);
            kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
        }

        output.WriteLine($"n={nodes} twins {(areDeaf ? "deaf" : "hearing")}{(listEarly ? " early listing" : "")}: {runs:N0} runs agree ({string.Join(", ", kinds.Select(kind => $"{kind.Key} {kind.Value:N0}"))}), {Stopwatch.GetElapsedTime(start).TotalSeconds:N1} s");
        Assert.True(kinds.Count == 3, "the masks must lead to every outcome");
    }

    // The bits of each honest peer in descending order: every other mask is one of these with the honest nodes renamed.
    private static bool IsCanonical(int mask, int peers)
    {
        for (int peer = 1; peer < peers; peer++)
        {
            if (BitsOf(mask, peer) > BitsOf(mask, peer - 1)) return false;
        }

        return true;
    }

    private static int BitsOf(int mask, int peer) => mask >> (BitsPerPeer * peer) & ((1 << BitsPerPeer) - 1);

    private static OutcomeKind Check(int nodes, int mask, bool areDeaf, bool listEarly)
    {
        var world = new TwinsWorld(nodes, areDeaf, listEarly);
        world.Run((round, twin, peer) => (BitsOf(mask, peer - 1) >> ((2 * (round - 1)) + twin) & 1) != 0);
        AgreementEffect.Decided? first = world.Decided[1];
        foreach (int node in world.Honest)
        {
            AgreementEffect.Decided? decided = world.Decided[node];
            if (decided is null || decided.Abstained is not null || !decided.Outcomes.AsSpan().SequenceEqual(first!.Outcomes.AsSpan()))
                Assert.Fail($"mask {mask:x}: node {node} has {decided?.Abstained} {string.Join(' ', decided?.Outcomes ?? [])}, node 1 has {string.Join(' ', first?.Outcomes ?? [])}");
            foreach (int honest in world.Honest) Assert.Equal(world.OutcomeOf(honest), decided.Outcomes[honest]);
        }

        if (world.Misdeeds.Count > 0) Assert.Fail($"mask {mask:x}: {world.Misdeeds[0]}");
        return first!.Outcomes[0].Kind;
    }
}
