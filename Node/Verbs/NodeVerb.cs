using System.CommandLine;
using System.Runtime.CompilerServices;
using C3Fusion.Node.Configuration;
using C3Fusion.Node.Http;
using C3Fusion.Node.Ingest;
using C3Fusion.Node.Replicas;
using C3Fusion.Node.RosterFiles;
using C3Fusion.Node.Storage;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using Serilog.Core;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion node</c>: one box of one cluster node, from cluster.hocon.</summary>
internal static class NodeVerb
{
    public static Command Create()
    {
        var config = new Option<string>("--config", "-c") { Description = "The box's configuration", DefaultValueFactory = _ => "cluster.hocon" };
        var form = new Option<bool>("--form") { Description = "The node's other boxes are off, you are sure: this box forms the cluster whichever it is, and signs without waiting for them" };
        var command = new Command("node", "Runs one box of one cluster node until it is told to stop; then it leaves in order. Exit code 1 where the box had to end by itself: start it again. Example: c3fusion node --config /etc/c3fusion/cluster.hocon") { config, form };
        command.SetAction((parsed, cancellation) => RunAsync(parsed.GetValue(config)!, parsed.GetValue(form), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string path, bool othersAreOff, CancellationToken cancellation)
    {
        var problems = new List<ConfigProblem>();
        BoxSettings? settings = ClusterFile.Load(path, Environment.GetEnvironmentVariables(), problems) is { } file ? BoxSettings.Read(file, problems) : null;
        foreach (ConfigProblem problem in problems) await Console.Error.WriteLineAsync(problem.ToString()).ConfigureAwait(false);
        if (settings is null) return ExitCode.BadUsage;
        try
        {
            Roster roster = RosterFile.Read(settings.RosterFile, out SignedRoster? signed);
            using Ed25519Signer signer = KeyFile.ReadSigner(settings.NodeKeyFile);
            int self = Self(roster, settings, signer);
            BoxState.Check(settings.StateDirectory, roster);
            PublicKey? authority = signed is { IsSigned: true } ? signed.Authority : null;
            return await RunAsync(settings, roster, authority, self, signer, othersAreOff, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"c3fusion node: {error.Message}").ConfigureAwait(false);
            return ExitCode.BadUsage;
        }
    }

    /// <summary>Index of the box's node, where roster, key and peers fit together.</summary>
    private static int Self(Roster roster, BoxSettings settings, Ed25519Signer signer)
    {
        int self = roster.IndexOfNode(settings.Node);
        if (self < 0) throw new FormatException($"{settings.RosterFile}: no node '{settings.Node}'; there are {string.Join(", ", roster.Nodes.Select(node => node.Name))}");
        if (roster.Nodes[self].Key != signer.PublicKey) throw new FormatException($"{settings.NodeKeyFile}: is not the key that {settings.RosterFile} names for {settings.Node}");
        if (roster.Sensors.IsEmpty) throw new FormatException($"{settings.RosterFile}: names no sensor; there must be at least one to fuse");
        foreach (NodeEntry peer in roster.Nodes.Where(node => node.Name != settings.Node))
        {
            if (!settings.Peers.ContainsKey(peer.Name)) throw new FormatException($"c3fusion.peers.{peer.Name} is missing: where do its boxes listen for links?");
        }

        return self;
    }

    private static async Task<int> RunAsync(BoxSettings settings, Roster roster, PublicKey? authority, int self, Ed25519Signer signer, bool othersAreOff, CancellationToken cancellation)
    {
        Logger log = BoxLog.Create(settings.Log, settings.Node, settings.Box);
        await using (log.ConfigureAwait(false))
        {
            var hosting = new ReplicaHosting(roster, self, signer, settings, NodeTracker.Of(roster), new ScanIngress(roster, settings.Ingest), new ScanVerifier(roster), log) { OthersAreOff = othersAreOff, Authority = authority };
            IAsyncDisposable web = await DashboardServer.ServeAsync(hosting.Outputs, [settings.Node], settings.Http).ConfigureAwait(false);
            await using ConfiguredAsyncDisposable serving = web.ConfigureAwait(false);
            NodeBox box = NodeBox.Start(hosting);
            await using (box.ConfigureAwait(false))
            {
                log.Information("box {Box} of {Node} started; cluster {Cluster}, links {Links}, broker {Broker}", settings.Box, settings.Node, settings.Own.Cluster, settings.Own.Links, settings.Broker);
                try
                {
                    await box.WhenEnded.WaitAsync(cancellation).ConfigureAwait(false);
                    if (box.Failure is null) log.Fatal("the box was removed from its node's cluster; start it again");
                    return ExitCode.CheckFailed;
                }
                catch (OperationCanceledException)
                {
                    log.Information("told to stop: leaving in order");
                    return ExitCode.Ok;
                }
            }
        }
    }
}
