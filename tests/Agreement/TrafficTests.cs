using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Agreement.Tests;

/// <summary>
/// What traitors can make an honest node send and keep: always within <see cref="Limits"/>, which its peers enforce, and close
/// enough to them that they mean something. (The harness checks the limits in every other test too.)
/// </summary>
public sealed class TrafficTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(4, 2, 1)]
    [InlineData(5, 2, 1)]
    [InlineData(5, 3, 2)]
    [InlineData(7, 2, 2)]
    [InlineData(7, 5, 1)]
    [InlineData(10, 3, 2)]
    public void The_most_that_an_honest_node_can_be_made_to_show_is_within_the_budget_of_its_peers(int n, int f, int d)
    {
        Roster roster = TestRoster.Of(n, f, d, real: true);
        var cluster = new Cluster(roster, traitors: Enumerable.Range(n - f, f), real: true);
        Traitor[] traitors = [.. Enumerable.Range(n - f, f).Select(node => new Traitor(roster, node, real: true))];

        // Peer 1 gets no DECIDE of slot 0 in slot 0, so node 0 owes it all of them, those of every vector that traitors opened.
        cluster.Link = (_, to, frame, _) => to == 1 && frame.Slot == 0 && frame.Own.Kind == StatementKind.Decide ? null : 1_000;
        cluster.RunSlots(0, 0);
        ImmutableArray<Outcome> decided = cluster.Nodes[0].Outcomes(0);
        ImmutableArray<Outcome>[] vectors = [decided, .. traitors.Select(traitor => decided.SetItem(traitor.Node, Outcome.Equivocation))];
        foreach (Traitor traitor in traitors)
        {
            foreach (ImmutableArray<Outcome> vector in Enumerable.Range(0, f + 1).Select(i => vectors[(traitor.Node - (n - f) + 1 + i) % (f + 1)]))
                cluster.Deliver(0, traitor.Frame(traitor.Decide(0, 1, vector), []), roster.Timing.DeadlineOf(0, roster.Rounds + 1));
        }

        cluster.OpenAll(1);
        Betray(cluster, traitors, n, f);
        cluster.RunUntil(roster.Timing.StartOf(2).Plus(-TestRoster.GuardUs));
        (int frames, long bytes, int statements) = cluster.HeaviestTraffic;
        output.WriteLine($"n={n} f={f} d={d}: {frames} of {Limits.FramesPerSlot(roster)} frames, {bytes} of {Limits.BytesPerSlot(roster)} bytes, {statements} of {Limits.FreshSignatures(roster)} statements");

        // The budget adds up maxima that exclude each other; what a script reaches at once is a good part of it.
        Assert.True(statements > Limits.FreshSignatures(roster) / 4, $"only {statements} statements");
        Assert.All(cluster.Honest, node => Assert.Equal(cluster.Nodes[0].Outcomes(1).ToArray(), node.Outcomes(1).ToArray()));
    }

    // Values a to all; votes, one for each instance, CERTs likewise and proofs of life to node 0; values b to node 0 as late as they count,
    // each pair signed by every traitor in a statement of its own.
    private static void Betray(Cluster cluster, Traitor[] traitors, int n, int f)
    {
        SlotTiming timing = cluster.Roster.Timing;
        StatementEntry[] values = [.. Enumerable.Range(0, n - f).Select(node => new StatementEntry(node, Hash256.Of(Cluster.PayloadOf(node, 1).Span))), .. traitors.Select(traitor => Traitor.Entry(traitor.Node, $"a{traitor.Node}"))];
        foreach (Traitor traitor in traitors)
        {
            string a = $"a{traitor.Node}", b = $"b{traitor.Node}";
            Statement send = traitor.Send(1, a);
            for (int peer = 0; peer < n - f; peer++) cluster.Deliver(peer, traitor.Frame(send, [], Traitor.Value(a)), timing.StartOf(1).Plus(1_000));
            foreach (StatementEntry pair in values)
            {
                cluster.Deliver(0, traitor.Frame(traitor.Relay(1, 1, pair), []), timing.StartOf(1).Plus(3_000));
                cluster.Deliver(0, traitor.Frame(traitor.Vote(1, pair), []), timing.StartOf(1).Plus(50_000));
                cluster.Deliver(0, traitor.Frame(traitor.Cert(1, pair), []), timing.StartOf(1).Plus(50_000));
            }

            StatementEntry hidden = Traitor.Entry(traitor.Node, b);
            Statement[] supports = [.. traitors.Where(other => other != traitor).Select(other => other.Relay(1, 1, hidden))];
            cluster.Deliver(0, traitor.Frame(traitor.Send(1, b), supports, Traitor.Value(b)), timing.DeadlineOf(1, f));
            for (int round = 1; round < cluster.Roster.Rounds; round++)
                cluster.Deliver(0, traitor.Frame(traitor.Alive(1, round), []), timing.DeadlineOf(1, round).Plus(500));
        }
    }

    /// <summary>The worst for memory: 31 nodes, traitors that fill every quota with payloads of the longest length.</summary>
    [Theory]
    [InlineData(31, 10)]
    [InlineData(31, 29)]
    public void Payloads_of_the_longest_length_that_are_not_accepted_are_not_kept(int n, int f)
    {
        (AgreementMachine machine, Traitor[] traitors) = InRoundTwo(n, f);

        // In round 2 one signature is too few. Every traitor lists two values of every traitor, other ones than all others do.
        var buffers = new List<WeakReference>();
        foreach (Traitor author in traitors)
        {
            foreach (Traitor sender in traitors)
            {
                for (int value = 0; value < 2; value++) Show(machine, author, sender, null, buffers);
            }
        }

        GC.Collect();
        output.WriteLine($"n={n} f={f}: {buffers.Count} payloads of 512 KiB shown, {machine.HeldPayloadBytes} bytes kept");
        Assert.Equal(0, machine.HeldPayloadBytes);
        Assert.DoesNotContain(buffers, buffer => buffer.IsAlive);
        GC.KeepAlive(machine);
    }

    [Theory]
    [InlineData(31, 10)]
    [InlineData(31, 29)]
    public void Payloads_that_are_accepted_are_kept_without_their_frames_and_for_two_slots(int n, int f)
    {
        (AgreementMachine machine, Traitor[] traitors) = InRoundTwo(n, f);
        var buffers = new List<WeakReference>();
        for (int i = 0; i < 4 * f; i++) Show(machine, traitors[(i + 1) % f], traitors[i % f], traitors[(i + 2) % f], buffers);
        GC.Collect();
        output.WriteLine($"n={n} f={f}: {buffers.Count} payloads of 512 KiB shown with enough signatures, {machine.HeldPayloadBytes >> 20} MiB kept");
        Assert.Equal(2L * f * Limits.PayloadBytes, machine.HeldPayloadBytes);
        Assert.DoesNotContain(buffers, buffer => buffer.IsAlive);
        for (long slot = 1; slot <= 2; slot++)
        {
            Assert.Equal(2L * f * Limits.PayloadBytes, machine.HeldPayloadBytes);
            machine.Step(new AgreementEvent.TimeReached(), machine.Roster.Timing.StartOf(slot), []);
            machine.Step(new AgreementEvent.SlotOpened(slot, default), machine.Roster.Timing.StartOf(slot), []);
        }

        Assert.Equal(0, machine.HeldPayloadBytes);
    }

    private static (AgreementMachine Machine, Traitor[] Traitors) InRoundTwo(int n, int f)
    {
        Roster roster = TestRoster.Of(n, f);
        var machine = new AgreementMachine(roster, 0, TestRoster.SignerOf(0, real: false), RestartState.Fresh(TestRoster.At(-1)));
        machine.Step(new AgreementEvent.SlotOpened(0, default), TestRoster.At(0), []);
        machine.Step(new AgreementEvent.LeasePersisted(Limits.LeaseSlots), TestRoster.At(0), []);
        machine.Step(new AgreementEvent.TimeReached(), TestRoster.At(0, 1), []);
        return (machine, [.. Enumerable.Range(n - f, f).Select(node => new Traitor(roster, node))]);
    }

    // A payload of the longest length in a buffer twice as long, like that of a frame. Not inlined: nothing of it must stay on the test's stack.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Show(AgreementMachine machine, Traitor author, Traitor sender, Traitor? helper, List<WeakReference> buffers)
    {
        byte[] buffer = new byte[2 * Limits.PayloadBytes];
        BitConverter.TryWriteBytes(buffer, buffers.Count + 1);
        buffers.Add(new WeakReference(buffer));
        Payload payload = Payload.Of(buffer.AsMemory(0, Limits.PayloadBytes));
        var entry = new StatementEntry(sender.Node, payload.Value);
        Statement own = author == sender ? sender.Sign(StatementKind.Send, 0, 0, [entry]) : author.Relay(0, 1, entry);
        Statement[] supports = helper is null ? [] : [sender.Sign(StatementKind.Send, 0, 0, [entry]), helper.Relay(0, 1, entry)];
        Frame frame = author.Frame(own, supports, payload);
        machine.Step(new AgreementEvent.FrameArrived(new Verified<Frame>(frame), TestRoster.At(0, 1.5)), TestRoster.At(0, 1.5), []);
    }
}
