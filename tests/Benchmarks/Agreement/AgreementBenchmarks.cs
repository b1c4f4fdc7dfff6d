using BenchmarkDotNet.Attributes;

namespace C3Fusion.Benchmarks.Agreement;

/// <summary>One node's CPU for one agreed slot, beside as many bare signature calls.</summary>
[MemoryDiagnoser]
public class AgreementBenchmarks
{
    private RecordedSlot _slot = null!;

    /// <summary>Nodes and faulty nodes.</summary>
    [Params("4,1", "4,2", "7,2", "7,5", "16,5", "16,14", "31,10", "31,29")]
    public string Roster { get; set; } = "";

    /// <summary>What happens.</summary>
    [Params(SlotScenario.FaultFree, SlotScenario.OneSilent, SlotScenario.LateEquivocation)]
    public SlotScenario Scenario { get; set; }

    /// <summary>Records the slot.</summary>
    [GlobalSetup]
    public void Record()
    {
        string[] parts = Roster.Split(',');
        _slot = new RecordedSlot(int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture), int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture), Scenario);
    }

    /// <summary>Decode, verify, step, sign, encode.</summary>
    [Benchmark]
    public int Slot() => _slot.Play();

    /// <summary>The same number of signatures and verifications, nothing else.</summary>
    [Benchmark(Baseline = true)]
    public int BareSignatures() => _slot.PlayBare();
}
