namespace C3Fusion.Node;

/// <summary>The exit codes of every verb.</summary>
internal static class ExitCode
{
    /// <summary>Done, and every check held.</summary>
    public const int Ok = 0;

    /// <summary>The check that the verb makes failed.</summary>
    public const int CheckFailed = 1;

    /// <summary>Bad usage, or at least one bad line of input.</summary>
    public const int BadUsage = 2;
}
