using System.Buffers.Binary;
using System.Runtime.InteropServices;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Storage;

/// <summary>
/// The durable high-water mark of the slots in which this box may have signed (DESIGN section 5, slot lease). Written
/// ahead of any signature, so that after a restart no slot is signed twice.
/// </summary>
/// <remarks>
/// <see cref="DurableFile"/>: after <see cref="Write"/> returns the lease survives a loss of power. A file that is there and is not sound is
/// no absent one: nobody knows what was signed, so it is refused. Never falls: a late writer of an earlier incarnation changes nothing.
/// </remarks>
internal sealed class SlotLeaseFile
{
    /// <summary>What an operator can do about a lease that is damaged or lost.</summary>
    public const string WhatNow = "Give the node a new key by a change of roster; or, if you are sure that this box signed in no slot of the last minute and its clock is right, wait a minute, remove the state directory and start again";

    private const int Length = 4 + Hash256.Length + sizeof(long) + Hash256.Length;
    private static readonly Lock Gate = new();

    private readonly Hash256 _roster;

    /// <summary>The lease kept at <paramref name="path"/> for one roster.</summary>
    public SlotLeaseFile(string path, Hash256 roster)
    {
        (Path, _roster) = (System.IO.Path.GetFullPath(path), roster);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <summary>Where it is kept.</summary>
    public string Path { get; }

    private static ReadOnlySpan<byte> Magic => "C3L\u0001"u8;

    /// <summary>The last slot that may have been signed, or null where there is no lease.</summary>
    /// <exception cref="FormatException">There is one, and it is torn, damaged or of another roster.</exception>
    public long? Read()
    {
        if (!File.Exists(Path)) return null;
        Span<byte> bytes = stackalloc byte[Length + 1];
        int length;
        using (FileStream file = File.OpenRead(Path)) length = file.ReadAtLeast(bytes, Length + 1, throwOnEndOfStream: false);
        if (length != Length || !bytes[..4].SequenceEqual(Magic) || Hash256.Of(bytes[..(Length - Hash256.Length)]) != Hash256.Read(bytes[(Length - Hash256.Length)..]))
            throw new FormatException($"{Path}: the slot lease is damaged: nobody knows in which slots this box signed. {WhatNow}");
        if (Hash256.Read(bytes[4..]) != _roster)
            throw new FormatException($"{Path}: the slot lease is one of another roster: this state directory was copied or mixed up. {WhatNow}");
        return BinaryPrimitives.ReadInt64LittleEndian(bytes[(4 + Hash256.Length)..]);
    }

    /// <summary>Raises the lease to <paramref name="upToSlot"/>, durably; a lower one changes nothing.</summary>
    /// <exception cref="IOException">The medium refused; nothing may be signed above the old lease.</exception>
    /// <exception cref="FormatException">What is there is not sound.</exception>
    public void Write(long upToSlot)
    {
        byte[] bytes = new byte[Length];
        Magic.CopyTo(bytes);
        _roster.Write(bytes.AsSpan(4));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(4 + Hash256.Length), upToSlot);
        Hash256.Of(bytes.AsSpan(0, Length - Hash256.Length)).Write(bytes.AsSpan(Length - Hash256.Length));
        lock (Gate)
        {
            if (Read() is { } held && held >= upToSlot) return;
            DurableFile.Write(Path, bytes);
        }
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
