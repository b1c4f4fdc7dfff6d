namespace C3Fusion.Node.RosterFiles;

/// <summary>Reads small files whole. The length that a file states is not believed: a pipe or a device states none.</summary>
internal static class BoundedFile
{
    /// <summary>All bytes of a file, or null where it has more than <paramref name="most"/>; never reads more than one byte beyond.</summary>
    public static byte[]? Read(string path, int most)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        using var bytes = new MemoryStream();
        byte[] chunk = new byte[64 * 1024];
        while (bytes.Length <= most)
        {
            int read = file.Read(chunk, 0, (int)Math.Min(chunk.Length, most + 1 - bytes.Length));
            if (read == 0) return bytes.ToArray();
            bytes.Write(chunk, 0, read);
        }

        return null;
    }
}
