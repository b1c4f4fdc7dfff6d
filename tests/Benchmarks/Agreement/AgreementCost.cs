using System.Diagnostics;
using System.Globalization;
using C3Fusion.Agreement;
using C3Fusion.Agreement.Tests.Harness;

namespace C3Fusion.Benchmarks.Agreement;

/// <summary>
/// The table of docs/performance.md: cost of a slot beside the floor. Slot and bare calls alternate, so that a busy machine slows
/// both; given are the fastest runs of each, which other programs disturb least. <c>dotnet run --project tests/Benchmarks -c Release -- agreement-cost</c>.
/// </summary>
internal static class AgreementCost
{
    /// <param name="onlyThroughput">Leave the table out?</param>
    public static void Run(bool onlyThroughput = false)
    {
        if (!onlyThroughput) Table();
        Throughput(4, 1);
        Throughput(4, 2);
        ReplicaThroughput.Run(4, 1, sensors: 4, targets: 2);
        ReplicaThroughput.Run(4, 2, sensors: 3, targets: 1);
    }

    private static void Table()
    {
        Console.WriteLine("| n | f | d | slot | signs | checks | bytes sent | fault-free floor | bytes received | frames received | slot ms | bare ms | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (int n in new[] { 4, 7, 16, 31 })
        {
            foreach (int f in new[] { (n - 1) / 3, n - 2 })
            {
                foreach (SlotScenario scenario in Enum.GetValues<SlotScenario>()) Measure(n, f, scenario, d: 1);
            }
        }

        // With jammed links: proofs of life are written up to T-1 and forwarded.
        foreach (SlotScenario scenario in Enum.GetValues<SlotScenario>()) Measure(7, 2, scenario, d: 2);
    }

    private static void Measure(int n, int f, SlotScenario scenario, int d)
    {
        var slot = new RecordedSlot(n, f, scenario, d);
        var pairs = new List<(double Slot, double Bare)>();
        long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 2);
        while (pairs.Count < 15 || Stopwatch.GetTimestamp() < until) pairs.Add((Time(() => slot.Play()), Time(() => slot.PlayBare())));
        pairs.RemoveRange(0, 5);
        double whole = pairs.Min(pair => pair.Slot), bare = pairs.Min(pair => pair.Bare), ratio = whole / bare;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {n} | {f} | {d} | {scenario} | {slot.Signed} | {slot.Checked} | {slot.BytesSent} | {Floor(n)} | {slot.BytesReceived} | {slot.FramesReceived} | {whole:F3} | {bare:F3} | {ratio:F2} |"));
    }

    // To each peer: a payload of 1 kB, three signatures, the n hashes of a VOTE, the n hashes and the picture hash of a DECIDE.
    private static int Floor(int n) => (n - 1) * (1024 + (3 * 64) + (2 * 32 * n) + 32);

    // Agreement alone: n machines with their verification stages in one thread, virtual time, real signatures, 1 kB payloads.
    private static void Throughput(int n, int f)
    {
        const int Warm = 50, Slots = 400, Chunk = 10;
        var cluster = new Cluster(TestRoster.Of(n, f, real: true), real: true) { Payloads = RecordedSlot.Filled };
        cluster.RunSlots(0, Warm - 1);
        foreach (NodeLog node in cluster.Nodes) node.Effects.Clear();
        var bare = new BareSignatures(n);
        double seconds = 0, floor = 0;
        for (int slot = Warm; slot < Warm + Slots; slot += Chunk)
        {
            seconds += Time(() => cluster.RunSlots(slot, slot + Chunk - 1)) / 1000;
            floor += Time(() => bare.Play(Chunk)) / 1000;
        }

        bool all = cluster.Nodes.All(node => Enumerable.Range(Warm, Slots).All(slot => node.Certificate(slot) is { } certificate && certificate.Strength == n));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"agreement machines n={n} f={f}: {Slots / seconds:F0} slots/s ({n * Slots / seconds:F0} payloads of 1 kB/s) in one thread for all {n}; bare signatures alone {Slots / floor:F0} slots/s; ratio {seconds / floor:F2}; every slot certified by all: {all}"));
    }

    private static double Time(Action work)
    {
        long started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
