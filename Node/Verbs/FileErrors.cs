namespace C3Fusion.Node.Verbs;

/// <summary>What a verb does about files that cannot be read or make no sense: one line, exit code 2.</summary>
internal static class FileErrors
{
    public static int Guard(Func<int> verb)
    {
        try
        {
            return verb();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or FormatException)
        {
            Console.Error.WriteLine($"c3fusion: {problem.Message}");
            return ExitCode.BadUsage;
        }
    }
}
