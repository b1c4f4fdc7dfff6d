using System.Buffers.Binary;
using System.Runtime.InteropServices;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Storage;

/// <summary>
/// The durable high-water mark of the slots in which this box may have signed (DESIGN section 5, slot lease). Written
/// ahead of any signature, so that after a restart no slot is signed twice.
/// </summary>
/// <remarks>
/// Written to a temporary file, flushed to the medium, renamed over the old one, and the directory flushed too: after
/// <see cref="Write"/> returns the lease survives a loss of power. A torn or foreign file reads as null; a box without a
/// lease stays silent until every slot that was open at its start is over.
/// </remarks>
internal sealed class SlotLeaseFile
{
    private const int Length = 4 + Hash256.Length + sizeof(long) + Hash256.Length;
    private static ReadOnlySpan<byte> Magic => "C3L\u0001"u8;

    private readonly string _path;
    private readonly Hash256 _roster;

    /// <summary>The lease kept at <paramref name="path"/> for one roster.</summary>
    public SlotLeaseFile(string path, Hash256 roster)
    {
        (_path, _roster) = (Path.GetFullPath(path), roster);
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
    }

    /// <summary>The last slot that may have been signed, or null where no sound lease of this roster exists.</summary>
    public long? Read()
    {
        if (!File.Exists(_path)) return null;
        Span<byte> bytes = stackalloc byte[Length + 1];
        using (FileStream file = File.OpenRead(_path))
        {
            if (file.ReadAtLeast(bytes, Length + 1, throwOnEndOfStream: false) != Length) return null;
        }

        if (!bytes[..4].SequenceEqual(Magic) || Hash256.Read(bytes[4..]) != _roster) return null;
        if (Hash256.Of(bytes[..(Length - Hash256.Length)]) != Hash256.Read(bytes[(Length - Hash256.Length)..])) return null;
        return BinaryPrimitives.ReadInt64LittleEndian(bytes[(4 + Hash256.Length)..]);
    }

    /// <summary>Raises the lease to <paramref name="upToSlot"/>, durably.</summary>
    /// <exception cref="IOException">The medium refused; nothing may be signed above the old lease.</exception>
    public void Write(long upToSlot)
    {
        byte[] bytes = new byte[Length];
        Magic.CopyTo(bytes);
        _roster.Write(bytes.AsSpan(4));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4 + Hash256.Length), upToSlot);
        Hash256.Of(bytes.AsSpan(0, Length - Hash256.Length)).Write(bytes.AsSpan(Length - Hash256.Length));

        string temporary = _path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, _path, overwrite: true);
        DirectoryFlush.Flush(Path.GetDirectoryName(_path)!);
    }
}

/// <summary>Makes a rename durable: on POSIX systems a directory is flushed like a file (fsync(2)).</summary>
internal static class DirectoryFlush
{
    private const int ReadOnly = 0;

    /// <summary>Flushes <paramref name="directory"/> to the medium; nothing to do on Windows, where the rename is journalled.</summary>
    /// <exception cref="IOException">The system refused.</exception>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows()) return;
        int handle = Open(directory, ReadOnly);
        if (handle < 0) throw new IOException($"cannot open directory {directory}: error {Marshal.GetLastPInvokeError()}");
        try
        {
            if (Fsync(handle) != 0) throw new IOException($"cannot flush directory {directory}: error {Marshal.GetLastPInvokeError()}");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int handle);
}
