namespace C3Fusion.Node.Track;

/// <summary>The output takes no more: its reader has gone, or the disk is full.</summary>
internal sealed class OutputFailedException(IOException cause) : Exception(cause.Message, cause)
{
    private const int BrokenPipe = 32;

    /// <summary>Has the reader of a pipe closed it, as <c>head</c> does once it has enough?</summary>
    public bool ReaderHasGone { get; } = (cause.HResult & 0xFFFF) is BrokenPipe or 109 or 232;
}
