using C3Fusion.Agreement;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using CsCheck;

namespace C3Fusion.Replica.Tests;

/// <summary>Own scans: carried until a slot took them, and never lost without being counted.</summary>
public sealed class ScanOutboxTests
{
    private const int Self = 1, PerSensor = 8, Budget = 1 << 18;
    private static readonly TestRoster Roster = TestRoster.Of(4, 1, sensors: 6, faultySensors: 2);
    private static readonly TestWorld World = new(Roster, targets: 1);

    [Fact]
    public void What_a_slot_lost_waits_again_though_the_next_slot_was_filled_meanwhile()
    {
        (ScanOutbox outbox, int sensor) = New();
        SignedScan one = Scan(sensor, 10), two = Scan(sensor, 11), three = Scan(sensor, 12);
        outbox.Add(sensor, one);
        Assert.Single(outbox.Take(1, Budget));
        outbox.Add(sensor, two);
        Assert.Single(outbox.Take(2, Budget));
        outbox.Applied(1, tookOwnValue: false);
        outbox.Add(sensor, three);
        Assert.Equal([one.Hash, three.Hash], outbox.Take(3, Budget).Select(carried => Hash256.Of(carried.Envelope.Span)));
        outbox.Applied(2, tookOwnValue: true);
        outbox.Applied(3, tookOwnValue: true);
        Assert.Empty(outbox.Take(4, Budget));
        Assert.Equal(0, outbox.Dropped);
    }

    [Fact]
    public void What_slots_that_are_none_carried_waits_again_when_a_later_one_is_applied()
    {
        (ScanOutbox outbox, int sensor) = New();
        outbox.Add(sensor, Scan(sensor, 10));
        outbox.Take(1, Budget);
        outbox.Add(sensor, Scan(sensor, 11));
        outbox.Take(2, Budget);
        outbox.Take(3, Budget);
        outbox.Applied(3, tookOwnValue: true);
        Assert.Equal(2, outbox.Take(4, Budget).Length);
    }

    [Fact]
    public void A_sensor_cannot_push_the_proof_against_itself_out()
    {
        (ScanOutbox outbox, int sensor) = New();
        SignedScan one = Scan(sensor, 10), other = Scan(sensor, 11);
        outbox.AddProof(sensor, new ScanEquivocation(one, other));
        for (int i = 0; i < 3 * PerSensor; i++) outbox.Add(sensor, Scan(sensor, 20 + i));
        Assert.Equal([one.Hash, other.Hash], outbox.Take(1, Budget).Take(2).Select(carried => Hash256.Of(carried.Envelope.Span)));
    }

    /// <summary>Slots are filled, taken, lost or passed over in any order: every scan is in a payload that was taken, waits, or is counted.</summary>
    [Fact]
    public void No_scan_is_lost_uncounted() => Gen.Int[0, 5].Array[1, 200].Sample(moves =>
    {
        (ScanOutbox outbox, int sensor) = New();
        var open = new SortedDictionary<long, int>();
        long slot = 0, sequence = 0, added = 0, taken = 0;
        foreach (int move in moves)
        {
            if (move <= 1)
            {
                // Scans of the slot that is filled next.
                outbox.Add(sensor, Scan(sensor, sequence++, slot));
                added++;
            }
            else if (move <= 3)
            {
                open[slot] = outbox.Take(slot, Budget).Length;
                slot++;
            }
            else if (open.Count > 0)
            {
                long applied = move == 4 ? open.Keys.First() : open.Keys.Last();
                bool took = sequence % 2 == 0;
                if (took && applied >= slot - 10) taken += open[applied];
                outbox.Applied(applied, took && applied >= slot - 10);
                foreach (long old in open.Keys.Where(old => old <= applied).ToArray()) open.Remove(old);
            }
        }

        // All that is neither taken nor dropped comes out again, however often it is lost.
        long left = 0;
        for (int i = 0; i < 20; i++)
        {
            left += outbox.Take(slot, Budget).Length;
            outbox.Applied(slot, tookOwnValue: true);
        }

        return added >= taken + left && added <= taken + left + outbox.Dropped + open.Values.Sum();
    }, iter: 300);

    [Theory]
    [InlineData(4)]
    [InlineData(64)]
    public void The_largest_plans_and_certificates_always_fit_beside_the_scans(int nodes)
    {
        string name = new('x', PlanRules.MaxNameBytes);
        string[] units = [.. Enumerable.Range(0, PlanRules.MaxUnits).Select(i => name[..^2] + $"{i:D2}")];
        var proposal = new PlanProposal(1, name, PlanTask.Relay, [.. units], new string('t', PlanRules.MaxTextBytes), true, 1, default, 2);
        var veto = new PlanVeto(0, 1, new string('r', PlanRules.MaxReasonBytes));
        Statement[] decides = [.. Enumerable.Range(0, nodes).Select(author =>
            new Statement(StatementKind.Decide, 1, 1, author, [], [.. Enumerable.Repeat(Outcome.Of(Hash256.Of([1])), nodes)], default, [.. new byte[64]]))];
        byte[] bytes = BatchBytes.Write(new Batch(
            [],
            [.. Enumerable.Repeat(proposal, PlanRules.MaxEntriesPerPayload)],
            [.. Enumerable.Repeat(veto, PlanRules.MaxEntriesPerPayload)],
            [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(DecisionProof.Write([.. decides]), BatchRules.MaxCertificates)]));
        Assert.Equal(Outbox.BytesBesideScans(nodes), bytes.Length);
    }

    private static (ScanOutbox Outbox, int Sensor) New()
    {
        var witnesses = new Witnesses(Roster.Roster);
        int sensor = Enumerable.Range(0, 6).First(sensor => witnesses.Carries(Self, sensor));
        return (new ScanOutbox(Roster.Roster, witnesses, Self, PerSensor), sensor);
    }

    private static SignedScan Scan(int sensor, long sequence, long slot = 0)
    {
        byte[] envelope = World.Scan(sensor, Roster.Roster.Timing.StartOf(slot), sequence);
        Assert.Equal(ScanRefusal.None, new ScanVerifier(Roster.Roster).Verify(sensor, envelope, out Verified<SignedScan> scan));
        return scan.Value;
    }
}
