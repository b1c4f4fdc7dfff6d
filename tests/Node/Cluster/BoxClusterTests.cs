using System.Collections.Immutable;
using System.Diagnostics;
using Akka.Actor;
using Akka.Serialization;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Configuration;
using C3Fusion.Node.Tests.Links;
using C3Fusion.Replica.Plans;
using Serilog;
using Xunit;

namespace C3Fusion.Node.Tests.Cluster;

/// <summary>Two boxes of one node as a real Akka.NET cluster over real sockets.</summary>
public sealed class BoxClusterTests
{
    [Fact]
    public async Task When_the_box_that_hosts_the_replica_dies_the_replica_moves_in_under_10_seconds()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        (BoxSettings first, BoxSettings second) = TwoBoxes();
        ActorSystem a = BoxCluster.Start(first, forms: false, Log.Logger), b = BoxCluster.Start(second, forms: false, Log.Logger);
        try
        {
            foreach ((ActorSystem system, string box) in new[] { (a, "box-1"), (b, "box-2") })
            {
                BoxCluster.StartIngest(system, sensor => Props.Create(() => new Answering(sensor, box)));
                BoxCluster.StartReplica(system, Props.Create(() => new Answering("replica", box)).WithDispatcher("akka.actor.replica-dispatcher"));
            }

            IActorRef fromB = BoxCluster.ReplicaProxy(b);
            IActorRef regionOfB = Akka.Cluster.Sharding.ClusterSharding.Get(b).ShardRegion("sensor-ingest");
            await Until(() => Akka.Cluster.Cluster.Get(b).State.Members.Count(member => member.Status == Akka.Cluster.MemberStatus.Up) == 2, 30, "two boxes up");
            Assert.Equal("box-1", (await Ask(fromB, "x", 20, cancellation)).Box);
            var homes = new HashSet<string>();
            for (int i = 0; i < 12; i++) homes.Add((await Ask(regionOfB, $"radar-{i}", 20, cancellation)).Box);
            Assert.Equal(["box-1", "box-2"], homes.Order());

            var gap = Stopwatch.StartNew();
            await a.Terminate();
            IngestReport moved = await Ask(fromB, "x", 20, cancellation, until: "box-2");
            TestContext.Current.SendDiagnosticMessage($"the replica moved in {gap.ElapsedMilliseconds} ms");
            Assert.Equal("box-2", moved.Box);
            Assert.True(gap.Elapsed < TimeSpan.FromSeconds(10), $"the replica moved in {gap.Elapsed.TotalSeconds:F1} s");
            for (int i = 0; i < 12; i++) Assert.Equal("box-2", (await Ask(regionOfB, $"radar-{i}", 20, cancellation, until: "box-2")).Box);
        }
        finally
        {
            await a.Terminate();
            await b.Terminate();
        }
    }

    [Fact]
    public async Task The_json_serializer_is_refused_in_both_directions()
    {
        (BoxSettings first, _) = TwoBoxes();
        ActorSystem system = BoxCluster.Start(first, forms: false, Log.Logger);
        try
        {
            Serialization serialization = system.Serialization;
            byte[] attack = """{"$type":"System.IO.FileInfo, System.Private.CoreLib","fileName":"/etc/passwd"}"""u8.ToArray();
            Assert.ThrowsAny<Exception>(() => serialization.Deserialize(attack, 1, "System.Object, System.Private.CoreLib"));
            Assert.ThrowsAny<Exception>(() => serialization.Serialize(new Uninvited("x")));
            Assert.IsType<RefusingSerializer>(serialization.FindSerializerFor(new Uninvited("x")));
        }
        finally
        {
            await system.Terminate();
        }
    }

    [Fact]
    public async Task Every_message_between_boxes_survives_its_serializer_and_hostile_bytes_are_refused()
    {
        (BoxSettings first, _) = TwoBoxes();
        ActorSystem system = BoxCluster.Start(first, forms: false, Log.Logger);
        try
        {
            Serialization serialization = system.Serialization;
            object Through(object message)
            {
                var serializer = (SerializerWithStringManifest)serialization.FindSerializerFor(message);
                return serialization.Deserialize(serializer.ToBinary(message), serializer.Identifier, serializer.Manifest(message));
            }

            Assert.Equal(new KeepIngesting("radar-1"), Through(new KeepIngesting("radar-1")));
            Assert.Equal(new VetoPlan("node-1-7", "why"), Through(new VetoPlan("node-1-7", "why")));
            var draft = new PlanDraft("bridge", PlanTask.Protection, ["unit-1", "unit-2"], "guard it", 60, Irreversible: true);
            PlanDraft read = Assert.IsType<ProposePlan>(Through(new ProposePlan(draft))).Draft;
            Assert.Equal(draft.Units.AsEnumerable(), read.Units.AsEnumerable());
            Assert.Equal(draft with { Units = read.Units }, read);
            var report = new IngestReport("radar-1", "box-2", 17, ImmutableSortedDictionary<string, long>.Empty.Add("BadSignature", 3));
            var back = Assert.IsType<IngestReport>(Through(report));
            Assert.Equal(report.Refused.AsEnumerable(), back.Refused.AsEnumerable());
            Assert.Equal(report with { Refused = back.Refused }, back);
            var ask = new FenceAsk("box-1", 17, 16, Depends: true);
            Assert.Equal(ask, Through(ask));
            Assert.Equal(new StopNode("the key is in other hands"), Through(new StopNode("the key is in other hands")));
            var answer = new FenceAnswer("box-2", 12, 17, -1, Leaves: true);
            Assert.Equal(answer, Through(answer));
            var scan = Assert.IsType<ForwardedScan>(Through(new ForwardedScan("c3/v1/sensors/radar-1/scans", [1, 2, 3])));
            Assert.Equal([1, 2, 3], scan.Envelope);

            Assert.ThrowsAny<Exception>(() => serialization.Deserialize([255, 255, 255, 255, 255], 7301, "S"));
            Assert.ThrowsAny<Exception>(() => serialization.Deserialize([1, 65, 1, 66, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 127], 7301, "R"));
            Assert.ThrowsAny<Exception>(() => serialization.Deserialize([0], 7301, "System.String"));
        }
        finally
        {
            await system.Terminate();
        }
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(2, 2, true)]
    public void The_side_with_at_least_half_of_the_boxes_goes_on(int reachable, int unreachable, bool goesOn) =>
        Assert.Equal(goesOn, BoxDowning.GoesOn(reachable, unreachable));

    private static (BoxSettings First, BoxSettings Second) TwoBoxes()
    {
        string text = ClusterFile.Shipped;
        foreach (string port in new[] { "5101", "5102", "5201", "5202" }) text = text.Replace(port, $"{LinkFixture.FreePort()}", StringComparison.Ordinal);
        BoxSettings Box(string box)
        {
            var problems = new List<ConfigProblem>();
            ClusterFile file = ClusterFile.Parse("cluster.hocon", text.Replace("box = box-1", $"box = {box}", StringComparison.Ordinal), ImmutableDictionary<string, string>.Empty, problems)!;
            BoxSettings? settings = BoxSettings.Read(file, problems);
            Assert.Empty(problems);
            return settings!;
        }

        return (Box("box-1"), Box("box-2"));
    }

    private static async Task<IngestReport> Ask(IActorRef target, string sensor, int seconds, CancellationToken cancellation, string? until = null)
    {
        var limit = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                IngestReport report = await target.Ask<IngestReport>(new KeepIngesting(sensor), TimeSpan.FromMilliseconds(500), cancellation);
                if (until is null || report.Box == until) return report;
            }
            catch (AskTimeoutException) when (limit.Elapsed.TotalSeconds < seconds)
            {
                // Not there yet.
            }
        }
    }

    private static async Task Until(Func<bool> condition, int seconds, string what)
    {
        var limit = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!condition())
        {
            Assert.True(limit.Elapsed.TotalSeconds < seconds, what);
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    private sealed record Uninvited(string Text);

    private sealed class Answering : ReceiveActor
    {
        public Answering(string name, string box) =>
            Receive<KeepIngesting>(_ => Sender.Tell(new IngestReport(name, box, 0, ImmutableSortedDictionary<string, long>.Empty)));
    }
}
