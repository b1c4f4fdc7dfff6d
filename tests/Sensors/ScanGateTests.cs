using System.Collections.Concurrent;
using C3Fusion.Rosters;
using CsCheck;
using Xunit;

namespace C3Fusion.Sensors.Tests;

public sealed class ScanGateTests : IDisposable
{
    private readonly Exercise _exercise = new();
    private readonly ScanGate _gate = new(ScanWindow.Default);

    public void Dispose() => _exercise.Dispose();

    [Fact]
    public void Rising_numbers_pass_and_the_same_scan_again_is_a_harmless_duplicate()
    {
        Assert.Equal(ScanRefusal.None, Judge(1, 1));
        Assert.Equal(ScanRefusal.None, Judge(1, 2));
        Assert.Equal(ScanRefusal.Duplicate, Judge(1, 2));
        Assert.Null(_gate.Equivocation);
    }

    [Fact]
    public void A_scan_that_was_overtaken_passes_once()
    {
        Judge(1, 5);
        Assert.Equal(ScanRefusal.None, Judge(1, 3));
        Assert.Equal(ScanRefusal.Duplicate, Judge(1, 3));
        Assert.Equal(5, _gate.HighestSequence);
    }

    [Fact]
    public void A_number_too_old_to_know_is_a_replay()
    {
        Judge(1, 1);
        Judge(1, 1 + ScanGate.Memory);
        Assert.Equal(ScanRefusal.Replayed, Judge(1, 1));
    }

    [Fact]
    public void A_higher_boot_starts_the_numbers_anew_and_a_lower_one_is_rolled_back()
    {
        Judge(10, 100);
        Assert.Equal(ScanRefusal.None, Judge(11, 0));
        Assert.Equal(ScanRefusal.RolledBack, Judge(10, 101));
        Assert.Equal(ScanRefusal.None, Judge(11, 1));
    }

    [Fact]
    public void A_time_outside_the_window_is_refused_at_both_ends_and_leaves_no_trace()
    {
        Assert.Equal(ScanRefusal.OutsideWindow, Judge(1, 1, offsetUs: -10_000_001));
        Assert.Equal(ScanRefusal.OutsideWindow, Judge(1, 1, offsetUs: 1_000_001));
        Assert.Equal(-1, _gate.Boot);
        Assert.Equal(ScanRefusal.None, Judge(1, 1, offsetUs: -10_000_000));
        Assert.Equal(ScanRefusal.None, Judge(1, 2, offsetUs: 1_000_000));
    }

    [Fact]
    public void Two_contents_under_one_number_are_proof_for_anyone_with_the_roster()
    {
        Judge(1, 1, x: 100);
        Assert.Equal(ScanRefusal.Equivocation, Judge(1, 1, x: 200));
        ScanEquivocation proof = Assert.IsType<ScanEquivocation>(_gate.Equivocation);
        Assert.True(proof.IsProof(_exercise.Roster));
        Assert.True(proof.First.Hash.CompareTo(proof.Second.Hash) < 0);
        Assert.False((proof with { Second = proof.First }).IsProof(_exercise.Roster));
    }

    [Fact]
    public void No_scan_passes_twice_and_none_that_is_new_and_recent_is_refused() =>
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 40], Gen.Int[0, 2]).Array[1, 200].Sample(
            scans =>
            {
                var gate = new ScanGate(ScanWindow.Default);
                var passed = new SortedSet<(int Boot, int Sequence)>();
                foreach ((int boot, int sequence, int x) in scans)
                {
                    (int highBoot, int highSequence) = passed.Count == 0 ? (0, 0) : passed.Max;
                    ScanRefusal refusal = gate.Judge(Sealed(boot, sequence, 0, x), Exercise.Now);
                    bool recent = boot > highBoot || (boot == highBoot && sequence > highSequence - ScanGate.Memory);
                    bool isNew = passed.Add((boot, sequence));
                    if ((refusal == ScanRefusal.None) != (isNew && recent)) return false;
                    if (refusal != ScanRefusal.None && isNew) passed.Remove((boot, sequence));
                }

                return true;
            },
            iter: 200);

    [Fact]
    public void A_fork_goes_its_own_way()
    {
        Judge(1, 1);
        ScanGate fork = _gate.Fork();
        Assert.Equal(ScanRefusal.None, fork.Judge(Sealed(1, 2, 0, 0), Exercise.Now));
        Assert.Equal(1, _gate.HighestSequence);
        Assert.Equal(ScanRefusal.None, Judge(1, 2));
    }

    // Samples run on several threads at once.
    private readonly ConcurrentDictionary<(long, long, long, double), Verified<SignedScan>> _made = new();

    private Verified<SignedScan> Sealed(long boot, long sequence, long offsetUs, double x)
    {
        if (_made.TryGetValue((boot, sequence, offsetUs, x), out Verified<SignedScan> known)) return known;
        SensorScan scan = Exercise.Scan(boot, sequence, Exercise.Now.Microseconds + offsetUs, Exercise.Track(x));
        return _made[(boot, sequence, offsetUs, x)] = _exercise.Accept(_exercise.Publisher.Seal(scan));
    }

    private ScanRefusal Judge(long boot, long sequence, long offsetUs = 0, double x = 0) => _gate.Judge(Sealed(boot, sequence, offsetUs, x), Exercise.Now);
}
