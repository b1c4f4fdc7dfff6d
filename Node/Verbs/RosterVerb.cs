using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using C3Fusion.Node.RosterFiles;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion roster</c>: builds, signs and verifies a roster.</summary>
internal static class RosterVerb
{
    public static Command Create() => new("roster", "Builds, signs and verifies a roster. Example: c3fusion roster verify roster.json --authority keys/authority.pub")
    {
        BuildCommand(),
        SignCommand(),
        VerifyCommand(),
    };

    private static Command BuildCommand()
    {
        var cluster = new Option<string>("--cluster") { Description = "Name of the cluster", Required = true };
        var nodes = new Option<string[]>("--node") { Description = "NAME=KEY, KEY a .pub file or 64 hexadecimal digits; once for each node, in order", Required = true, Arity = ArgumentArity.OneOrMore };
        var sensors = new Option<string?>("--sensors") { Description = "A JSON file with a list of sensors, as in a roster; none by default" };
        var faultyNodes = new Option<int>("--f-n") { Description = "The most nodes that may be faulty, 0 to n-2", Required = true };
        var faultySensors = new Option<int>("--f-s") { Description = "The most sensors that may lie", DefaultValueFactory = _ => 0 };
        var hops = new Option<int>("--d") { Description = "Longest path between honest nodes over links that are not jammed", DefaultValueFactory = _ => 2 };
        var start = new Option<DateTimeOffset>("--start") { Description = "When slot 0 starts (ISO 8601)", Required = true };
        var period = new Option<long>("--period-ms") { Description = "P, from slot to slot", DefaultValueFactory = _ => 1000 };
        var round = new Option<long>("--round-ms") { Description = "R, one round: delay, clock skew and processing at the worst load", DefaultValueFactory = _ => 150 };
        var guard = new Option<long>("--clock-guard-ms") { Description = "Largest difference of two honest clocks", DefaultValueFactory = _ => 20 };
        var datum = new Option<double[]>("--datum") { Description = "Origin of the local frame: latitude and longitude in degrees, height in m", Required = true, Arity = new ArgumentArity(2, 3), AllowMultipleArgumentsPerToken = true };
        var acceleration = new Option<double>("--max-acceleration") { Description = "Bound on the targets' acceleration, m/s2", DefaultValueFactory = _ => 60 };
        var epoch = new Option<long>("--epoch") { Description = "Number of this roster; each change raises it by one", DefaultValueFactory = _ => 0 };
        var output = new Option<string>("-o", "--output") { Description = "The file to write", DefaultValueFactory = _ => "roster.json" };
        var command = new Command("build", "Writes an unsigned roster. Example: c3fusion roster build --cluster alpha --node node-1=keys/node-1.pub --node node-2=keys/node-2.pub --node node-3=keys/node-3.pub --f-n 1 --start 2026-06-01T00:00:00Z --datum 52.1 -1.3 --sensors sensors.json -o roster.json")
        {
            cluster, nodes, sensors, faultyNodes, faultySensors, hops, start, period, round, guard, datum, acceleration, epoch, output,
        };
        command.SetAction(parsed => FileErrors.Guard(() =>
        {
            double[] origin = parsed.GetValue(datum)!;
            var roster = new Roster(
                parsed.GetValue(cluster)!,
                parsed.GetValue(epoch),
                [.. parsed.GetValue(nodes)!.Select(ReadNode)],
                parsed.GetValue(sensors) is { } list ? ReadSensors(list) : [],
                parsed.GetValue(faultyNodes),
                parsed.GetValue(faultySensors),
                parsed.GetValue(hops),
                new SlotTiming(InstantOf(parsed.GetValue(start)), parsed.GetValue(period) * 1000, parsed.GetValue(round) * 1000, parsed.GetValue(guard) * 1000),
                new GeodeticPosition(origin[0], origin[1], origin.Length > 2 ? origin[2] : 0),
                parsed.GetValue(acceleration));
            return Build(roster, parsed.GetValue(output)!);
        }));
        return command;
    }

    private static Command SignCommand()
    {
        var file = new Argument<string>("file") { Description = "The roster" };
        var key = new Option<string>("--key") { Description = "The authority's private key file", Required = true };
        var output = new Option<string?>("-o", "--output") { Description = "The file to write; the same one by default" };
        var command = new Command("sign", "Signs a roster with the authority's key. Example: c3fusion roster sign roster.json --key keys/authority.key") { file, key, output };
        command.SetAction(parsed => FileErrors.Guard(() => Sign(parsed.GetValue(file)!, parsed.GetValue(key)!, parsed.GetValue(output))));
        return command;
    }

    private static Command VerifyCommand()
    {
        var file = new Argument<string>("file") { Description = "The roster" };
        var authority = new Option<string?>("--authority") { Description = "The authority's public key, a .pub file or 64 hexadecimal digits; without it only the file's own key is checked" };
        var json = new Option<bool>("--json") { Description = "One JSON object on standard output" };
        var command = new Command("verify", "Checks a roster's rules and signature. Exit code 1 where the signature does not hold, 2 where the file is no sound roster. Example: c3fusion roster verify roster.json --authority keys/authority.pub") { file, authority, json };
        command.SetAction(parsed => FileErrors.Guard(() => Verify(parsed.GetValue(file)!, parsed.GetValue(authority), parsed.GetValue(json))));
        return command;
    }

    private static int Build(Roster roster, string output)
    {
        IReadOnlyList<string> violations = RosterRules.Violations(roster);
        if (violations.Count > 0) throw new FormatException(string.Join("; ", violations));
        RosterFile.Write(output, roster, null);
        Console.WriteLine($"{output}: roster {roster.Hash} of {roster.Nodes.Length} nodes and {roster.Sensors.Length} sensors, not signed yet");
        return ExitCode.Ok;
    }

    private static int Sign(string file, string keyFile, string? output)
    {
        Roster roster = RosterFile.Read(file, out _);
        using Ed25519Signer authority = KeyFile.ReadSigner(keyFile);
        RosterFile.Write(output ?? file, roster, SignedRoster.Sign(roster, authority));
        Console.WriteLine($"{output ?? file}: roster {roster.Hash} signed by {authority.PublicKey}");
        return ExitCode.Ok;
    }

    private static int Verify(string file, string? authority, bool json)
    {
        Roster roster = RosterFile.Read(file, out SignedRoster? signed);
        PublicKey? trusted = authority is null ? null : KeyFile.ReadPublic(authority);
        string? wrong = null;
        if (signed is null) wrong = "it is not signed";
        else if (trusted is { } key && key != signed.Authority) wrong = $"it names the authority {signed.Authority}, not {key}";
        else if (!signed.IsSigned) wrong = "the authority's signature does not hold";
        if (json) Console.WriteLine(Summary(roster, signed, wrong));
        else if (wrong is not null) Console.WriteLine($"{file}: {wrong}");
        else Console.WriteLine($"{file}: roster {roster.Hash}, epoch {roster.Epoch} of cluster {roster.ClusterId}: {roster.Nodes.Length} nodes (f_n = {roster.FaultyNodes}), {roster.Sensors.Length} sensors (f_s = {roster.FaultySensors}), signed by {signed!.Authority}{(trusted is null ? ", whoever that is: give --authority" : "")}");
        return wrong is null ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static string Summary(Roster roster, SignedRoster? signed, string? wrong) => JsonSerializer.Serialize(new Dictionary<string, object?>(StringComparer.Ordinal)
    {
        ["valid"] = wrong is null,
        ["error"] = wrong,
        ["hash"] = roster.Hash.ToString(),
        ["cluster"] = roster.ClusterId,
        ["epoch"] = roster.Epoch,
        ["n"] = roster.Nodes.Length,
        ["f_n"] = roster.FaultyNodes,
        ["sensors"] = roster.Sensors.Length,
        ["f_s"] = roster.FaultySensors,
        ["rounds"] = roster.Rounds,
        ["certificateQuorum"] = roster.CertificateQuorum,
        ["authority"] = signed?.Authority.ToString(),
    });

    private static NodeEntry ReadNode(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1) throw new FormatException($"--node {text}: must be NAME=KEY, for example node-1=keys/node-1.pub");
        return new NodeEntry(text[..equals], KeyFile.ReadPublic(text[(equals + 1)..]));
    }

    private static ImmutableArray<SensorEntry> ReadSensors(string path)
    {
        try
        {
            return RosterJson.ReadSensors(File.ReadAllBytes(path));
        }
        catch (RosterFormatException wrong)
        {
            throw new FormatException($"{path}: {wrong.Message}", wrong);
        }
    }

    private static Instant InstantOf(DateTimeOffset time) => new((time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond);
}
