using System.Collections;
using C3Fusion.Node.Configuration;
using Xunit;

namespace C3Fusion.Node.Tests.Configuration;

/// <summary>cluster.hocon: what ships is sound, the environment overrides, and what is wrong is named with file, line and key.</summary>
public sealed class ClusterFileTests
{
    [Fact]
    public void The_shipped_configuration_is_sound()
    {
        BoxSettings settings = Sound(ClusterFile.Shipped);
        Assert.Equal("node-1", settings.Node);
        Assert.Equal(["box-1", "box-2"], settings.Boxes.Select(box => box.Name));
        Assert.Equal(new NetworkAddress("127.0.0.1", 5203), settings.Peers["node-2"][0]);
        Assert.Equal(262144, settings.Ingest.MaxPayloadBytes);
    }

    [Fact]
    public void The_environment_overrides_the_file()
    {
        BoxSettings settings = Sound(
            ClusterFile.Shipped,
            ("C3FUSION__MQTT__ADDRESS", "broker.example:1884"),
            ("C3FUSION__INGEST__QUEUE_PER_SENSOR", "7"),
            ("C3FUSION__PEERS__NODE_2", "[\"a:1\",\"b:2\"]"),
            ("UNRELATED", "x"));
        Assert.Equal(new NetworkAddress("broker.example", 1884), settings.Broker);
        Assert.Equal(7, settings.Ingest.QueuePerSensor);
        Assert.Equal(2, settings.Peers["node-2"].Length);
    }

    [Theory]
    [InlineData("burst = 20", "burst = many", "c3fusion.ingest.burst")]
    [InlineData("burst = 20", "bursts = 20", "c3fusion.ingest.bursts")]
    [InlineData("box = box-1", "box = box-7", "c3fusion.box")]
    [InlineData("node = node-1", "node = Node_1", "c3fusion.node")]
    [InlineData("address = \"127.0.0.1:1883\"", "address = \"127.0.0.1\"", "c3fusion.mqtt.address")]
    [InlineData("level = information", "level = loud", "c3fusion.log.level")]
    [InlineData("node-3 = [\"127.0.0.1:5204\"]", "node-3 = []", "c3fusion.peers.node-3")]
    [InlineData("links = \"127.0.0.1:5202\"", "links = \"127.0.0.1:99999\"", "c3fusion.boxes.box-2.links")]
    public void What_is_wrong_is_named_with_file_line_and_key(string right, string wrong, string key)
    {
        int line = 1 + ClusterFile.Shipped[..ClusterFile.Shipped.IndexOf(right, StringComparison.Ordinal)].Count(c => c == '\n');
        List<ConfigProblem> problems = Problems(ClusterFile.Shipped.Replace(right, wrong, StringComparison.Ordinal));
        ConfigProblem problem = Assert.Single(problems);
        Assert.Equal(("cluster.hocon", line, key), (problem.Source, problem.Line, problem.Key));
    }

    [Fact]
    public void A_missing_key_is_named_with_the_line_of_its_section()
    {
        ConfigProblem problem = Assert.Single(Problems(ClusterFile.Shipped.Replace("node-key = keys/node-1.key", "", StringComparison.Ordinal)));
        Assert.Equal("c3fusion.node-key", problem.Key);
        Assert.Equal(1 + ClusterFile.Shipped[..ClusterFile.Shipped.IndexOf("c3fusion {", StringComparison.Ordinal)].Count(c => c == '\n'), problem.Line);
    }

    [Theory]
    [InlineData("a {\n b = 1\n", 1)]
    [InlineData("a { b = 1 }\n}\n", 2)]
    [InlineData("a {\n b = \"open\n}\n", 2)]
    public void Braces_and_quotes_that_do_not_match_are_named_with_their_line(string text, int line) =>
        Assert.Equal(line, Assert.Single(Problems(text)).Line);

    [Fact]
    public void A_wrong_environment_variable_is_named()
    {
        var problems = new List<ConfigProblem>();
        ClusterFile file = ClusterFile.Parse("cluster.hocon", ClusterFile.Shipped, new Hashtable { ["C3FUSION__LINKS__QUEUE_FRAMES"] = "0" }, problems)!;
        Assert.Null(BoxSettings.Read(file, problems));
        Assert.Contains("C3FUSION__LINKS__QUEUE_FRAMES", Assert.Single(problems).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1:1883", "127.0.0.1", 1883)]
    [InlineData("[::1]:5201", "::1", 5201)]
    [InlineData("broker.example:1", "broker.example", 1)]
    public void An_address_reads_back(string text, string host, int port)
    {
        Assert.Equal(new NetworkAddress(host, port), NetworkAddress.TryParse(text));
        Assert.Equal(text, NetworkAddress.TryParse(text)!.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData(":80")]
    [InlineData("host:")]
    [InlineData("host:-1")]
    [InlineData("host:65536")]
    [InlineData("::1:80")]
    public void What_is_no_address_is_refused(string text) => Assert.Null(NetworkAddress.TryParse(text));

    private static BoxSettings Sound(string text, params (string Name, string Value)[] environment)
    {
        var problems = new List<ConfigProblem>();
        var variables = new Hashtable();
        foreach ((string name, string value) in environment) variables[name] = value;
        BoxSettings? settings = BoxSettings.Read(ClusterFile.Parse("cluster.hocon", text, variables, problems)!, problems);
        Assert.Empty(problems);
        return settings!;
    }

    private static List<ConfigProblem> Problems(string text)
    {
        var problems = new List<ConfigProblem>();
        if (ClusterFile.Parse("cluster.hocon", text, new Hashtable(), problems) is { } file) BoxSettings.Read(file, problems);
        return problems;
    }
}
