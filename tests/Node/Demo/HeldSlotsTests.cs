using C3Fusion.Agreement;
using C3Fusion.Node.Demo;
using C3Fusion.Replica;
using C3Fusion.Rosters;
using CsCheck;
using Xunit;

namespace C3Fusion.Node.Tests.Demo;

/// <summary>What honest nodes say of a slot is held against each other's sayings and against their own past.</summary>
public sealed class HeldSlotsTests
{
    private static readonly Hash256 X = Hash256.Of("x"u8), Y = Hash256.Of("y"u8);

    private readonly HeldSlots _held = new(["node-1", "node-2", "node-3"]);

    [Fact]
    public void Equal_sayings_contradict_nothing_however_often_and_by_whomever_they_are_said()
    {
        for (int time = 0; time < 2; time++)
        {
            for (int node = 0; node < 3; node++)
            {
                for (long slot = 0; slot < 5; slot++)
                {
                    _held.Decided(node, Decision(slot, X, DecisionBasis.FinalSuspect));
                    _held.Decided(node, Decision(slot, X, DecisionBasis.FinalSync));
                    _held.Applied(node, slot, X);
                    _held.Said(node, Decide(slot, node, X));
                }
            }
        }

        Assert.Empty(_held.Conflicts);
        Assert.Equal((5, 5, 5, true, true), (_held.Slots, _held.SlotsFinal, _held.AppliedBy(1), _held.DecisionsEqual, _held.PicturesEqual));
    }

    [Fact]
    public void Two_nodes_that_decided_differently_contradict_each_other()
    {
        _held.Decided(0, Decision(7, X, DecisionBasis.Adopted));
        _held.Decided(2, Decision(7, Y, DecisionBasis.FinalSync));
        Assert.StartsWith("slot 7: node-3 decided", Assert.Single(_held.Conflicts), StringComparison.Ordinal);
        Assert.Equal((false, true), (_held.DecisionsEqual, _held.PicturesEqual));
    }

    [Theory]
    [InlineData(DecisionBasis.FinalSync)]
    [InlineData(DecisionBasis.FinalSuspect)]
    [InlineData(DecisionBasis.Adopted)]
    public void A_node_that_decides_a_slot_anew_and_otherwise_contradicts_its_own_past(DecisionBasis first)
    {
        _held.Decided(1, Decision(7, X, first));
        _held.Decided(1, Decision(7, Y, DecisionBasis.FinalSync));
        Assert.Contains("node-2 decided", Assert.Single(_held.Conflicts), StringComparison.Ordinal);
        Assert.Contains("after it had decided", _held.Conflicts[0], StringComparison.Ordinal);
        Assert.False(_held.DecisionsEqual);
    }

    [Fact]
    public void A_node_that_holds_another_picture_than_before_contradicts_its_own_past()
    {
        _held.Applied(0, 3, X);
        _held.Applied(0, 3, Y);
        Assert.Contains("after it had held", Assert.Single(_held.Conflicts), StringComparison.Ordinal);
        Assert.Equal((true, false), (_held.DecisionsEqual, _held.PicturesEqual));
    }

    [Theory]
    [InlineData(DecisionBasis.FinalSync, 1)]
    [InlineData(DecisionBasis.FinalSuspect, 1)]
    [InlineData(DecisionBasis.Adopted, 0)]
    public void Only_what_was_adopted_may_be_undone(DecisionBasis basis, int conflicts)
    {
        for (long slot = 3; slot < 6; slot++)
        {
            _held.Decided(0, Decision(slot, X, slot == 4 ? basis : DecisionBasis.Adopted));
            _held.Applied(0, slot, X);
        }

        _held.RolledBack(0, 4, "a certificate says otherwise");
        Assert.Equal(conflicts, _held.Conflicts.Count);
        Assert.Equal(1, _held.AppliedBy(0));
        Assert.All(_held.Conflicts, conflict => Assert.Contains("slot 4: node-1 undid what it had signed", conflict, StringComparison.Ordinal));
    }

    [Fact]
    public void What_stood_before_the_undone_slots_is_not_touched_by_a_roll_back()
    {
        _held.Decided(0, Decision(3, X, DecisionBasis.FinalSync));
        _held.Applied(0, 3, X);
        _held.RolledBack(0, 4, "x");
        Assert.Empty(_held.Conflicts);
        Assert.Equal(1, _held.AppliedBy(0));
    }

    [Fact]
    public void Two_statements_of_one_kind_in_one_slot_are_an_equivocation_whichever_box_signed_them()
    {
        _held.Said(2, Decide(9, 2, X));
        _held.Said(2, Decide(9, 2, X));
        _held.Said(2, Decide(10, 2, Y));
        _held.Said(2, Send(9, 2, Y));
        Assert.Empty(_held.Conflicts);
        _held.Said(2, Decide(9, 2, Y));
        _held.Said(2, Send(9, 2, X));
        Assert.Equal(["slot 9: node-3 signed two different Decide statements", "slot 9: node-3 signed two different Send statements"], _held.Conflicts);
    }

    [Fact]
    public void A_relayed_statement_of_another_node_is_not_the_relays_own()
    {
        _held.Said(1, Decide(9, 1, X));
        _held.Said(1, Decide(9, 0, Y));
        Assert.Empty(_held.Conflicts);
    }

    /// <summary>The oracle counts in a plain set; the judge forgets all but the newest slots.</summary>
    [Fact]
    public void Slots_are_counted_right_however_many_there_are() =>
        Gen.Select(Gen.Int[0, 2], Gen.Long[0, 3 * HeldSlots.Kept], Gen.Bool).Array[1, 200].Sample(steps =>
        {
            var held = new HeldSlots(["a", "b", "c"]);
            var applied = new HashSet<long>();
            var final = new HashSet<long>();
            foreach ((int node, long slot, bool isFinal) in steps.OrderBy(step => step.Item2))
            {
                held.Decided(node, Decision(slot, X, isFinal ? DecisionBasis.FinalSync : DecisionBasis.Adopted));
                held.Applied(node, slot, X);
                applied.Add(slot);
                if (isFinal) final.Add(slot);
            }

            Assert.Equal((applied.Count, final.Count), (held.Slots, held.SlotsFinal));
        }, iter: 200);

    [Fact]
    public void A_day_of_slots_takes_no_more_memory_than_an_hour_and_is_counted()
    {
        for (long slot = 0; slot < 86_400; slot++)
        {
            _held.Decided(0, Decision(slot, X, DecisionBasis.FinalSync));
            _held.Applied(0, slot, X);
        }

        _held.Applied(0, 5, Y);
        Assert.Empty(_held.Conflicts);
        Assert.Equal((86_400, 86_400, 86_400), (_held.Slots, _held.SlotsFinal, _held.AppliedBy(0)));
    }

    private static SlotDecision Decision(long slot, Hash256 value, DecisionBasis basis) => new(slot, basis, 3, 0, [Outcome.Of(value)], null);

    private static Statement Decide(long slot, int author, Hash256 value) => new(StatementKind.Decide, slot, 1, author, [], [Outcome.Of(value)], default, []);

    private static Statement Send(long slot, int author, Hash256 value) => new(StatementKind.Send, slot, 0, author, [new StatementEntry(author, value)], [], default, []);
}
