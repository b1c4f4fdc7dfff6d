using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Agreement.Tests;

/// <summary>The slot lease: one incarnation signs in a slot, wherever the power failed and whatever the clock says afterwards.</summary>
public sealed class RestartTests
{
    private const long LastSlot = (2 * Limits.LeaseSlots) - 8;

    [Fact]
    public void A_crash_at_any_effect_never_makes_two_incarnations_sign_in_one_slot()
    {
        int crashes = 0;
        for (int at = 0; CrashAt(at, out NodeLog node, out List<(int Incarnation, Statement Statement)> signed, out Cluster cluster); at++)
        {
            crashes++;
            foreach (IGrouping<long, (int Incarnation, Statement Statement)> slot in signed.GroupBy(entry => entry.Statement.Slot))
            {
                Assert.Single(slot.Select(entry => entry.Incarnation).Distinct());
                foreach (StatementKind once in new[] { StatementKind.Send, StatementKind.Vote, StatementKind.Decide })
                    Assert.True(slot.Count(entry => entry.Statement.Kind == once) <= 1, $"crash at effect {at}: two {once} in slot {slot.Key}");
            }

            // The others never noticed more than one faulty node, and the node is back after its lease.
            foreach (NodeLog other in cluster.Nodes.Where(other => other.Index != 0))
            {
                for (long slot = 0; slot <= LastSlot; slot++) Assert.Null(other.Decided(slot).Abstained);
                Assert.Equal(4, other.Certificate(LastSlot)!.Strength);
            }

            Assert.Null(node.Machine!.StopReason);
        }

        Assert.True(crashes > 40, $"only {crashes} effects were tried");
    }

    [Fact]
    public void A_clock_that_comes_back_set_back_does_not_reopen_a_slot()
    {
        Assert.Empty(SignedAfterClockSetBack(RuleVariant.Right));
        Assert.NotEmpty(SignedAfterClockSetBack(RuleVariant.Right with { IgnoresLease = true }));
    }

    [Fact]
    public void A_fresh_identity_is_silent_in_the_slot_in_which_it_starts()
    {
        Roster roster = TestRoster.Of(4, 1);
        var machine = new AgreementMachine(roster, 0, TestRoster.SignerOf(0, real: false), RestartState.Fresh(TestRoster.At(3).Plus(-TestRoster.GuardUs)));
        var effects = new List<AgreementEffect>();
        machine.Step(new AgreementEvent.SlotOpened(3, default), TestRoster.At(3), effects);
        Assert.DoesNotContain(effects, effect => effect is AgreementEffect.SendFrame or AgreementEffect.PersistLease);
        machine.Step(new AgreementEvent.SlotOpened(4, default), TestRoster.At(4), effects);
        Assert.Contains(effects, effect => effect is AgreementEffect.PersistLease);
        Assert.DoesNotContain(effects, effect => effect is AgreementEffect.SendFrame);
    }

    [Fact]
    public void Nothing_is_signed_before_the_lease_is_durable_and_a_slow_disk_costs_the_slot()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster) { Gate = (node, effect) => !(node == 0 && effect is AgreementEffect.PersistLease) };
        cluster.OpenAll(0);
        cluster.Schedule(0, new AgreementEvent.LeasePersisted(Limits.LeaseSlots), TestRoster.At(0, 1).Plus(1), 1);
        cluster.RunUntil(TestRoster.At(1).Plus(-TestRoster.GuardUs));
        Assert.DoesNotContain(cluster.Nodes[0].Effects, effect => effect is AgreementEffect.SendFrame);
        Assert.Contains("lease", cluster.Nodes[0].Decided(0).Abstained, StringComparison.Ordinal);
        cluster.RunSlots(1, 1);
        Assert.Null(cluster.Nodes[0].Decided(1).Abstained);
    }

    [Fact]
    public void A_lease_is_renewed_ahead_so_that_no_slot_waits_for_the_disk()
    {
        Roster roster = TestRoster.Of(4, 1);
        var cluster = new Cluster(roster);
        cluster.RunSlots(0, 99);
        foreach (NodeLog node in cluster.Nodes)
        {
            AgreementEffect.PersistLease[] leases = [.. node.Effects.OfType<AgreementEffect.PersistLease>()];
            Assert.InRange(leases.Length, 100 / Limits.LeaseSlots, 2 + (2 * 100 / Limits.LeaseSlots));
            Assert.True(leases.Zip(leases.Skip(1)).All(pair => pair.First.UpToSlot < pair.Second.UpToSlot));
        }
    }

    private static List<Statement> SignedAfterClockSetBack(RuleVariant variant)
    {
        Roster roster = TestRoster.Of(4, 1);
        var before = new Cluster(roster);
        before.RunSlots(0, 2);

        // The clock says it is before slot 0 again: the same slots come once more.
        var again = new AgreementMachine(roster, 0, TestRoster.SignerOf(0, real: false), new RestartState(before.Nodes[0].DurableLease, TestRoster.At(0).Plus(-500_000)), variant);
        var effects = new List<AgreementEffect>();
        for (long slot = 0; slot <= 2; slot++)
        {
            again.Step(new AgreementEvent.SlotOpened(slot, "another value"u8.ToArray()), TestRoster.At(slot), effects);
            again.Step(new AgreementEvent.LeasePersisted(effects.OfType<AgreementEffect.PersistLease>().LastOrDefault()?.UpToSlot ?? 0), TestRoster.At(slot), effects);
            for (int round = 1; round <= 3; round++) again.Step(new AgreementEvent.TimeReached(), TestRoster.At(slot, round), effects);
        }

        return [.. effects.OfType<AgreementEffect.SendFrame>().Select(send => send.Frame.Own)];
    }

    /// <summary>Runs four nodes; node 0 loses power just before its effect number <paramref name="at"/> is carried out and is back 300 ms later.</summary>
    private static bool CrashAt(int at, out NodeLog node, out List<(int Incarnation, Statement Statement)> signed, out Cluster cluster)
    {
        Roster roster = TestRoster.Of(4, 1);
        var running = new Cluster(roster);
        var log = new List<(int, Statement)>();
        int seen = 0, incarnation = 0;
        bool isDown = false;
        Instant crashedAt = default;
        running.Gate = (who, effect) =>
        {
            if (who != 0) return true;
            if (isDown) return false;
            bool isTried = roster.Timing.SlotAt(running.Now) is <= 1 or 17;
            if (incarnation == 0 && isTried && seen++ == at)
            {
                isDown = true;
                crashedAt = running.Now;
                return false;
            }

            if (effect is AgreementEffect.SendFrame send && !log.Any(entry => entry.Item2.Equals(send.Frame.Own))) log.Add((incarnation, send.Frame.Own));
            return true;
        };
        for (long slot = 0; slot <= LastSlot; slot++)
        {
            if (!isDown) running.OpenAll(slot);
            else foreach (NodeLog other in running.Nodes.Where(other => other.Index != 0)) running.Schedule(other.Index, new AgreementEvent.SlotOpened(slot, Cluster.PayloadOf(other.Index, slot)), TestRoster.At(slot), 0);
            for (Instant step = TestRoster.At(slot); step < TestRoster.At(slot + 1); step = step.Plus(100_000))
            {
                running.RunUntil(step.Plus(99_999));
                if (!isDown || incarnation > 0 || running.Now.Since(crashedAt) < 300_000) continue;
                (isDown, incarnation) = (false, 1);
                running.Nodes[0].Machine = new AgreementMachine(roster, 0, TestRoster.SignerOf(0, real: false), new RestartState(running.Nodes[0].DurableLease, running.Now));
                long current = roster.Timing.SlotAt(running.Now);
                running.Step(0, new AgreementEvent.SlotOpened(current, "from the second life"u8.ToArray()));
            }

            // Tried are the effects of the first two slots and of the one that renews the lease; the others repeat them.
            if (incarnation == 0 && !isDown && slot == 18) break;
        }

        (node, signed, cluster) = (running.Nodes[0], log, running);
        return incarnation == 1;
    }
}
