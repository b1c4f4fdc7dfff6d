using System.Diagnostics;
using System.Globalization;
using C3Fusion.Agreement;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;

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
        ReplicaThroughput.Run(4, 1, targets: 3);
        ReplicaThroughput.Run(4, 2, targets: 2);
    }

    private static void Table()
    {
        Console.WriteLine("| n | f | slot | signs | checks | bytes sent | fault-free floor | bytes received | frames received | slot ms | bare ms | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (int n in new[] { 4, 7, 16, 31 })
        {
            foreach (int f in new[] { (n - 1) / 3, n - 2 })
            {
                foreach (SlotScenario scenario in Enum.GetValues<SlotScenario>()) Measure(n, f, scenario);
            }
        }
    }

    private static void Measure(int n, int f, SlotScenario scenario)
    {
        var slot = new RecordedSlot(n, f, scenario);
        var pairs = new List<(double Slot, double Bare)>();
        long until = Stopwatch.GetTimestamp() + (Stopwatch.Frequency * 2);
        while (pairs.Count < 15 || Stopwatch.GetTimestamp() < until) pairs.Add((Time(() => slot.Play()), Time(() => slot.PlayBare())));
        pairs.RemoveRange(0, 5);
        double whole = pairs.Min(pair => pair.Slot), bare = pairs.Min(pair => pair.Bare), ratio = whole / bare;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {n} | {f} | {scenario} | {slot.Signed} | {slot.Checked} | {slot.BytesSent} | {Floor(n)} | {slot.BytesReceived} | {slot.FramesReceived} | {whole:F3} | {bare:F3} | {ratio:F2} |"));
    }

    // To each peer: a payload of 1 kB, three signatures, the n hashes of a VOTE, the n hashes and the picture hash of a DECIDE.
    private static int Floor(int n) => (n - 1) * (1024 + (3 * 64) + (2 * 32 * n) + 32);

    // Agreement alone: n machines with their verification stages in one thread, virtual time, real signatures, 1 kB payloads.
    private static void Throughput(int n, int f)
    {
        const int Warm = 50, Slots = 400;
        var cluster = new Cluster(TestRoster.Of(n, f, real: true), real: true) { Payloads = RecordedSlot.Filled };
        cluster.RunSlots(0, Warm - 1);
        foreach (NodeLog node in cluster.Nodes) node.Effects.Clear();
        long started = Stopwatch.GetTimestamp();
        cluster.RunSlots(Warm, Warm + Slots - 1);
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        bool all = cluster.Nodes.All(node => Enumerable.Range(Warm, Slots).All(slot => node.Certificate(slot) is { } certificate && certificate.Strength == n));
        using Ed25519Signer signer = Ed25519Signer.FromSeed(new byte[32]);
        var check = new SignatureCheck(signer.PublicKey);
        byte[] message = new byte[12 + (33 * n)];
        started = Stopwatch.GetTimestamp();
        for (int slot = 0; slot < Slots; slot++)
        {
            byte[] signature = [];
            for (int i = 0; i < 3 * n; i++) signature = signer.Sign(default, SignatureDomain.Vote, message);
            for (int i = 0; i < 3 * n * (n - 1); i++) all &= check.Verify(default, SignatureDomain.Vote, message, signature);
        }

        double floor = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"agreement machines n={n} f={f}: {Slots / seconds:F0} slots/s ({n * Slots / seconds:F0} payloads of 1 kB/s) in one thread for all {n}; bare signatures alone {Slots / floor:F0} slots/s; ratio {seconds / floor:F2}; every slot certified by all: {all}"));
    }

    private static double Time(Func<int> work)
    {
        long started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
    }
}
