using System.CommandLine;
using C3Fusion.Node;
using C3Fusion.Node.Verbs;

var root = new RootCommand("C3Fusion: one picture and one plan on every honest node, while sensors lie, nodes betray and links are jammed.")
{
    DemoVerb.Create(),
    NodeVerb.Create(),
    KeysVerb.Create(),
    RosterVerb.Create(),
    ConfigVerb.Create(),
    GatewayVerb.Create(),
    RecordVerb.Create(),
    ReplayVerb.Create(),
    FuseVerb.Create(),
    TrackVerb.Create(),
    ScoreVerb.Create(),
    SimVerb.Create(),
    PlanVerb.Create(),
    VerifyVerb.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) await Console.Error.WriteLineAsync($"c3fusion: {error.Message}").ConfigureAwait(false);
    await Console.Error.WriteLineAsync("Try 'c3fusion --help', or 'c3fusion VERB --help' for a verb with an example.").ConfigureAwait(false);
    return ExitCode.BadUsage;
}

// A box hands its replica over before it goes and a demo sums up: both take longer than the two seconds that are the default.
var invocation = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) };
return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
