namespace C3Fusion.Node.Demo;

/// <summary>A demo that could not begin.</summary>
/// <param name="exitCode"><see cref="ExitCode.BadUsage"/> where what was asked for cannot be had; <see cref="ExitCode.CheckFailed"/> where this machine was too slow.</param>
/// <param name="message">What is wrong and what would be right, in one line.</param>
/// <param name="cause">What it came from.</param>
internal sealed class DemoStartException(int exitCode, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The verb's exit code.</summary>
    public int ExitCode { get; } = exitCode;
}
