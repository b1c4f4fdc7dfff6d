using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using C3Fusion.Agreement;
using C3Fusion.Replica.Agreed;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Replica.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Tests;

/// <summary>The same agreed input gives bit-identical state after every slot, on every run and machine (DESIGN section 2).</summary>
/// <remarks>
/// Two golden lists are committed: one over a tracker of the tests that never changes, and one over the tracker that is fielded,
/// which CI compares. A change of the fusion that is meant to change the picture changes the second: run the tests once with
/// C3FUSION_WRITE_GOLDEN=1 and commit what it wrote. A difference between two machines is a defect, always.
/// </remarks>
public sealed class DeterminismTests
{
    private const int Slots = 80;

    [Fact]
    public void The_state_after_every_slot_is_that_of_the_golden_list() => Compare("agreed-states.txt", Run(reversed: false, isFielded: false));

    [Fact]
    public void With_the_fielded_tracker_too()
    {
        bool isAsked = Environment.GetEnvironmentVariable("CI") == "true" || IsWriting;
        Assert.SkipUnless(isAsked, "compared where CI=true: a change of the tracker rewrites this list");
        Compare("agreed-states-fielded.txt", Run(reversed: false));
    }

    private static bool IsWriting => Environment.GetEnvironmentVariable("C3FUSION_WRITE_GOLDEN") == "1";

    private static void Compare(string file, List<Hash256> hashes)
    {
        string[] states = [.. hashes.Select((hash, slot) => $"{slot} {hash}")];
        string path = IsWriting ? Path.Combine(Path.GetDirectoryName(SourcePath())!, "Golden", file) : Path.Combine(AppContext.BaseDirectory, "Golden", file);
        if (IsWriting) File.WriteAllLines(path, states);
        string[] golden = File.ReadAllLines(path);
        for (int i = 0; i < Math.Max(golden.Length, states.Length); i++)
        {
            Assert.True(
                i < golden.Length && i < states.Length && golden[i] == states[i],
                $"line {i + 1}: the state differs from the golden list. If it was meant to change, run once with C3FUSION_WRITE_GOLDEN=1 and commit {path}");
        }
    }

    [Fact]
    public void Who_carried_a_scan_changes_the_decision_and_no_track()
    {
        var one = new List<string>();
        var other = new List<string>();
        Run(reversed: false, one);
        Run(reversed: true, other);
        Assert.Equal(one, other);
    }

    [Fact]
    public void A_copy_of_the_state_goes_the_same_way_and_leaves_the_original_alone()
    {
        (AgreedState state, Func<long, ImmutableArray<ReadOnlyMemory<byte>>> input) = Start(reversed: false);
        for (long slot = 0; slot < 30; slot++) Apply(state, slot, input(slot));
        AgreedState copy = state.Fork()!;
        Hash256 before = state.Hash;
        ImmutableArray<ReadOnlyMemory<byte>>[] later = [.. Enumerable.Range(30, 15).Select(slot => input(slot))];
        for (int i = 0; i < later.Length; i++) Apply(copy, 30 + i, later[i]);
        Assert.Equal(before, state.Hash);
        for (int i = 0; i < later.Length; i++) Apply(state, 30 + i, later[i]);
        Assert.Equal(state.Hash, copy.Hash);
    }

    private static List<Hash256> Run(bool reversed, List<string>? tracks = null, bool isFielded = true)
    {
        (AgreedState state, Func<long, ImmutableArray<ReadOnlyMemory<byte>>> input) = Start(reversed, isFielded);
        var hashes = new List<Hash256>();
        for (long slot = 0; slot < Slots; slot++)
        {
            Apply(state, slot, input(slot));
            hashes.Add(state.Hash);
            tracks?.AddRange(state.Picture.Tracks.Select(track => track.ToString()));
        }

        return hashes;
    }

    private static void Apply(AgreedState state, long slot, ImmutableArray<ReadOnlyMemory<byte>> payloads) =>
        state.Apply(slot, [.. payloads.Select(payload => Outcome.Of(Hash256.Of(payload.Span)))], payloads);

    /// <summary>A state over seven sensors, of which two lie from slot 20 on, with plans and vetoes; each scan is carried by two nodes.</summary>
    private static (AgreedState State, Func<long, ImmutableArray<ReadOnlyMemory<byte>>> Input) Start(bool reversed, bool isFielded = true)
    {
        TestRoster roster = TestRoster.Of(4, 1, sensors: 7, faultySensors: 2);
        var honest = new TestWorld(roster, targets: 5);
        var lying = new TestWorld(roster, targets: 5) { Lies = { [2] = new Fusion.Enu(900, 0, 0), [5] = new Fusion.Enu(0, -1100, 40) } };
        var verifier = new PeerMessageVerifier(roster.Roster, new VerifiedScans());
        var rules = new AgreedRules(roster.Roster, verifier.Scans, verifier.Statements);
        var state = new AgreedState(rules, isFielded ? TestTrackers.Real(roster.Roster) : TestTrackers.Frozen());
        return (state, slot =>
        {
            TestWorld world = slot < 20 ? honest : lying;
            Instant start = roster.Roster.Timing.StartOf(slot);
            var scans = new List<BatchScan>();
            for (int sensor = 0; sensor < 7; sensor++) scans.Add(new BatchScan(sensor, world.Scan(sensor, start.Plus(-100_000 * (sensor + 1)), slot)));
            ImmutableArray<PlanProposal> proposals = slot % 10 == 5
                ? [new PlanProposal(slot, "key", PlanTask.Observation, ["uav-1"], "look", false, state.Slot, state.Hash, slot + 12)]
                : [];
            ReadOnlyMemory<byte> first = BatchBytes.Write(Batch.Empty with { Scans = [.. scans[..5]], Proposals = proposals });
            ReadOnlyMemory<byte> second = BatchBytes.Write(Batch.Empty with { Scans = [.. scans[3..]] });
            ReadOnlyMemory<byte> third = BatchBytes.Write(Batch.Empty with { Scans = [.. scans[..4]], Vetoes = [new PlanVeto(0, slot - 1, "no")] });
            ReadOnlyMemory<byte> fourth = BatchBytes.Write(Batch.Empty);
            return reversed ? [first, third, fourth, second] : [first, second, third, fourth];
        }
        );
    }

    private static string SourcePath([CallerFilePath] string path = "") => path;
}
