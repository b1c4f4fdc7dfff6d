using System.CommandLine;
using C3Fusion.Node.Configuration;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion config check</c>: validates cluster.hocon and names file, line and key of what is wrong.</summary>
internal static class ConfigVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The configuration", DefaultValueFactory = _ => "cluster.hocon" };
        var check = new Command("check", "Validates a cluster.hocon, the overrides in the environment included. Example: c3fusion config check /etc/c3fusion/cluster.hocon") { file };
        check.SetAction(parsed => Check(parsed.GetValue(file)!));
        return new Command("config", "Works with cluster.hocon.") { check };
    }

    private static int Check(string path)
    {
        var problems = new List<ConfigProblem>();
        BoxSettings? settings = ClusterFile.Load(path, Environment.GetEnvironmentVariables(), problems) is { } file ? BoxSettings.Read(file, problems) : null;
        foreach (ConfigProblem problem in problems) Console.Error.WriteLine(problem);
        if (settings is null) return ExitCode.BadUsage;
        Console.WriteLine($"{path}: sound: box {settings.Box} of {settings.Node}, {settings.Boxes.Length} boxes, {settings.Peers.Count} peers");
        return ExitCode.Ok;
    }
}
