using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary>A verb that has its place and no content yet: it says so and fails, so that no script mistakes it for done.</summary>
internal static class PlannedVerb
{
    public static Command Create(string name, string summary)
    {
        var command = new Command(name, summary + " (not built yet)") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction(_ =>
        {
            Console.Error.WriteLine($"c3fusion {name}: not built yet");
            return ExitCode.BadUsage;
        });
        return command;
    }
}
