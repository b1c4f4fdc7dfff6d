using System.Collections.Immutable;
using Akka.Configuration;
using C3Fusion.Node.Mqtt;
using Serilog.Events;

namespace C3Fusion.Node.Configuration;

/// <summary>One box of this node: where it listens.</summary>
/// <param name="Name">Unique within the node.</param>
/// <param name="Cluster">For Akka, within the node.</param>
/// <param name="Links">For the peers' frames.</param>
public sealed record BoxAddress(string Name, NetworkAddress Cluster, NetworkAddress Links);

/// <summary>What one sensor may send before anything is verified.</summary>
/// <param name="QueuePerSensor">Most payloads that wait for verification; the oldest are dropped.</param>
/// <param name="ScansPerSecond">Sustained rate of one sensor.</param>
/// <param name="Burst">Scans that may come at once.</param>
/// <param name="MaxPayloadBytes">Longest payload.</param>
public sealed record IngestSettings(int QueuePerSensor = 32, int ScansPerSecond = 10, int Burst = 20, int MaxPayloadBytes = 256 << 10);

/// <summary>How far a box trusts its own clock.</summary>
/// <param name="StepGuardMs">Most that wall and monotonic clock may differ within a slot; 0 for half the roster's clock guard.</param>
/// <param name="TrustAfterS">How long a clock that was stepped must run evenly before the node follows it.</param>
public sealed record ClockSettings(int StepGuardMs = 0, int TrustAfterS = 30);

/// <summary>How a box logs.</summary>
/// <param name="Level">The least level written.</param>
/// <param name="Console">To standard error?</param>
/// <param name="File">To which file; empty for none.</param>
public sealed record LogSettings(LogEventLevel Level, bool Console, string File);

/// <summary>Everything that one box needs to know, read from <c>cluster.hocon</c> and validated.</summary>
/// <param name="Node">Name of the node in the roster.</param>
/// <param name="Box">Name of this box.</param>
/// <param name="RosterFile">Path of the roster.</param>
/// <param name="NodeKeyFile">Path of the node's key.</param>
/// <param name="StateDirectory">Where lease and ledger live.</param>
/// <param name="Boxes">All boxes of this node, this one included, ordered by name.</param>
/// <param name="Peers">Addresses for links of each other node.</param>
/// <param name="Broker">The MQTT broker.</param>
/// <param name="PublishPerSecond">Most messages published each second.</param>
/// <param name="Ingest">Limits of each sensor.</param>
/// <param name="MaxFrameBytes">Longest frame on a link.</param>
/// <param name="QueueFrames">Most frames waiting for a peer.</param>
/// <param name="MaxBytesPerSecond">What one peer may send.</param>
/// <param name="Clock">How far it trusts its clock.</param>
/// <param name="Log">How it logs.</param>
/// <param name="Akka">The <c>akka</c> section, wrapped in its name.</param>
internal sealed record BoxSettings(
    string Node,
    string Box,
    string RosterFile,
    string NodeKeyFile,
    string StateDirectory,
    ImmutableArray<BoxAddress> Boxes,
    ImmutableSortedDictionary<string, ImmutableArray<NetworkAddress>> Peers,
    NetworkAddress Broker,
    int PublishPerSecond,
    IngestSettings Ingest,
    int MaxFrameBytes,
    int QueueFrames,
    int MaxBytesPerSecond,
    ClockSettings Clock,
    LogSettings Log,
    Config Akka)
{
    /// <summary>As whom the box comes to the broker; null where the broker asks nobody.</summary>
    public BrokerLogin? Login { get; init; }

    /// <summary>Where the web picture and the box's health are served; null for nowhere.</summary>
    public NetworkAddress? Http { get; init; }

    /// <summary>This box's own addresses.</summary>
    public BoxAddress Own => Boxes.First(box => string.Equals(box.Name, Box, StringComparison.Ordinal));

    /// <summary>Reads and validates; null where something is wrong, which then stands in <paramref name="problems"/>.</summary>
    public static BoxSettings? Read(ClusterFile file, List<ConfigProblem> problems)
    {
        var reader = new SettingsReader(file, problems);
        string folder = Path.GetDirectoryName(Path.GetFullPath(file.Source)) ?? ".";
        string Resolve(string path) => path.Length == 0 ? path : Path.GetFullPath(path, folder);

        string node = reader.Name("c3fusion.node");
        string box = reader.Name("c3fusion.box");
        ImmutableArray<BoxAddress> boxes = [.. reader.Children("c3fusion.boxes").Select(name => new BoxAddress(name, reader.Address($"c3fusion.boxes.{name}.cluster"), reader.Address($"c3fusion.boxes.{name}.links")))];
        if (!boxes.IsEmpty && !boxes.Any(one => string.Equals(one.Name, box, StringComparison.Ordinal))) reader.Wrong("c3fusion.box", $"'{box}' is none of c3fusion.boxes ({string.Join(", ", boxes.Select(one => one.Name))})");
        if (boxes.Length == 0) reader.Wrong("c3fusion.boxes", "names no box: this box at least must stand here");
        var settings = new BoxSettings(
            node,
            box,
            Resolve(reader.Text("c3fusion.roster")),
            Resolve(reader.Text("c3fusion.node-key")),
            Resolve(reader.Text("c3fusion.state-directory")),
            boxes,
            reader.Children("c3fusion.peers").ToImmutableSortedDictionary(name => name, name => reader.Addresses($"c3fusion.peers.{name}"), StringComparer.Ordinal),
            reader.Address("c3fusion.mqtt.address"),
            reader.Number("c3fusion.mqtt.publish-per-second", 1, 100_000, 800),
            new IngestSettings(
                reader.Number("c3fusion.ingest.queue-per-sensor", 1, 10_000, 32),
                reader.Number("c3fusion.ingest.scans-per-second", 1, 10_000, 10),
                reader.Number("c3fusion.ingest.burst", 1, 10_000, 20),
                reader.Number("c3fusion.ingest.max-payload-bytes", 256, 16 << 20, 256 << 10)),
            reader.Number("c3fusion.links.max-frame-bytes", 64 << 10, 64 << 20, 4 << 20),
            reader.Number("c3fusion.links.queue-frames", 16, 65_536, 512),
            reader.Number("c3fusion.links.max-bytes-per-second", 64 << 10, 1 << 30, 32 << 20),
            new ClockSettings(reader.Number("c3fusion.clock.step-guard-ms", 0, 10_000, 0), reader.Number("c3fusion.clock.trust-after-s", 1, 86_400, 30)),
            new LogSettings(reader.Level("c3fusion.log.level"), reader.Flag("c3fusion.log.console", true), reader.OptionalText("c3fusion.log.file", "") is { Length: > 0 } log ? Resolve(log) : ""),
            file.Config)
        {
            Login = ReadLogin(reader, Resolve),
            Http = reader.OptionalText("c3fusion.http.address", "") is { Length: > 0 } ? reader.Address("c3fusion.http.address") : null,
        };
        reader.RefuseUnknown();
        return reader.Failed ? null : settings;
    }

    /// <summary>User and password; the password stands in a file of its own, so that the configuration can be shown to anyone.</summary>
    private static BrokerLogin? ReadLogin(SettingsReader reader, Func<string, string> resolve)
    {
        const string fileKey = "c3fusion.mqtt.password-file";
        string user = reader.OptionalText("c3fusion.mqtt.user", ""), file = resolve(reader.OptionalText(fileKey, ""));
        if (user.Length == 0 && file.Length == 0) return null;
        if (user.Length == 0 || file.Length == 0) reader.Wrong(user.Length == 0 ? "c3fusion.mqtt.user" : fileKey, "user and password-file go together: both or none");
        else if (!File.Exists(file)) reader.Wrong(fileKey, $"'{file}' is not there: it should hold the password in one line");
        else return new BrokerLogin(user, File.ReadAllText(file).TrimEnd('\r', '\n'));
        return null;
    }
}
