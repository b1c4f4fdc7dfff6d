using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>What happens to a node of two boxes when one is killed, or stopped and woken up: real <c>c3fusion node</c> processes, real signals.</summary>
[Collection(nameof(DemoCollection))]
public sealed class FailOverTests
{
    private static readonly string[] Others = ["node-2", "node-3", "node-4"];

    [Fact]
    public async Task When_the_box_that_hosts_the_replica_is_killed_the_other_box_goes_on_and_nothing_is_contradicted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals of POSIX");
        await using FieldedCluster cluster = await FieldedCluster.StartAsync();
        await cluster.UntilBothBoxesWork();
        long before = cluster.Newest("node-2");
        await cluster.SignalAsync("node-1", "box-1", "KILL");
        await cluster.Until(() => cluster.LogOf("node-1", "box-2").Contains("begins on", StringComparison.Ordinal), 10, "the replica moved");
        await cluster.Until(() => cluster.Newest("node-2") >= before + 4, 15, "the others went on");
        await cluster.Until(() => cluster.Newest("node-1") > before + 4 && cluster.Speaks("node-2", before + 4), 20, "node-1 takes part again");
        AssertNothingContradicted(cluster);
    }

    [Fact]
    public async Task A_box_that_is_stopped_for_longer_than_a_fail_over_takes_signs_nothing_when_it_wakes_up_and_ends()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals of POSIX");
        await using FieldedCluster cluster = await FieldedCluster.StartAsync();
        await cluster.UntilBothBoxesWork();
        long stopped = cluster.Newest("node-2");
        await cluster.SignalAsync("node-1", "box-1", "STOP");
        await cluster.Until(() => cluster.Speaks("node-2", stopped + 4), 25, "box-2 speaks for node-1");
        long woken = cluster.Newest("node-2");
        await cluster.SignalAsync("node-1", "box-1", "CONT");
        await cluster.Until(() => cluster["node-1", "box-1"].HasExited, 15, "box-1 noticed that it was superseded");
        Assert.Equal(1, cluster["node-1", "box-1"].ExitCode);
        await cluster.Until(() => cluster.Speaks("node-2", woken + 4), 15, "box-2 still speaks for node-1");
        AssertNothingContradicted(cluster);
    }

    [Theory]
    [InlineData("STOPPED", "this node must sign nothing more: key stolen")]
    [InlineData("slot-*.lease", "the slot lease is damaged")]
    [InlineData("ledger-*-v2-0.db", "the slot lease is lost")]
    public async Task A_box_whose_state_says_that_it_must_not_sign_does_not_start_and_says_why(string file, string why)
    {
        await using FieldedCluster cluster = await FieldedCluster.StartAsync(run: false);
        string state = Directory.CreateDirectory(cluster.StateOf("node-2", "box-1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(state, file.Replace("*", cluster.RosterName, StringComparison.Ordinal)), "key stolen\n", TestContext.Current.CancellationToken);
        cluster.Run("node-2", "box-1");
        await cluster["node-2", "box-1"].WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, cluster["node-2", "box-1"].ExitCode);
        await cluster.Until(() => !cluster.Errors.IsEmpty, 5, "it says why");
        Assert.Contains(why, Assert.Single(cluster.Errors), StringComparison.Ordinal);
    }

    private static void AssertNothingContradicted(FieldedCluster cluster)
    {
        // One hash for a slot that is final, whichever node says it and however often. What is only suspect may differ where a busy test
        // machine lost a round.
        foreach (var slot in cluster.Decisions.Values.SelectMany(all => all).Where(decision => decision.Basis == "FinalSync").GroupBy(decision => decision.Slot))
            Assert.True(slot.Select(decision => decision.Hash).Distinct().Count() == 1, $"slot {slot.Key}: {string.Join("; ", slot)}");
        // What node-1 decided in its own name stays as it was, whichever of its boxes says it.
        foreach (var slot in cluster.Decisions["node-1"].Where(decision => decision.Basis is "FinalSuspect" or "FinalSync").GroupBy(decision => decision.Slot))
            Assert.True(slot.Select(decision => decision.Hash).Distinct().Count() == 1, $"slot {slot.Key}: {string.Join("; ", slot)}");
        Assert.All(cluster.Decisions.Values.SelectMany(all => all), decision => Assert.Equal("", decision.Equivocators));
        foreach (string node in Others) Assert.DoesNotContain("Equivocator", cluster.LogOf(node, "box-1"), StringComparison.Ordinal);
        foreach (string box in new[] { "box-1", "box-2" }) Assert.DoesNotContain("must sign nothing more", cluster.LogOf("node-1", box), StringComparison.Ordinal);
    }
}
