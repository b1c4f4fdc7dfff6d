namespace C3Fusion.Node.Storage;

/// <summary>Small files that are there whole or not at all, whenever the power goes.</summary>
internal static class DurableFile
{
    /// <summary>Replaces <paramref name="path"/>: written beside it, flushed to the medium, renamed over it, and the directory flushed too.</summary>
    /// <exception cref="IOException">The medium refused; the old content stands.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        DirectoryFlush.Flush(Path.GetDirectoryName(path)!);
    }
}
