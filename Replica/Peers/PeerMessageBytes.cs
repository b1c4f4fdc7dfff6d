using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>What goes over a link: the channel byte, then the message.</summary>
internal static class PeerMessageBytes
{
    /// <summary>Most bytes of a message: links must carry as much.</summary>
    public const int MaxBytes = 4 << 20;

    public static byte[] Write(PeerMessage.CatchUpRequest request)
    {
        var writer = new CanonicalWriter(64);
        writer.U8((byte)PeerChannel.CatchUpRequest);
        CatchUpBytes.Write(writer, request);
        return writer.ToArray();
    }

    public static byte[] Write(PeerMessage.CatchUpAnswer answer)
    {
        var writer = new CanonicalWriter(1 << 16);
        writer.U8((byte)PeerChannel.CatchUpAnswer);
        CatchUpBytes.Write(writer, answer);
        return writer.ToArray();
    }

    public static byte[] WriteFrame(ReadOnlySpan<byte> frame)
    {
        byte[] bytes = new byte[frame.Length + 1];
        bytes[0] = (byte)PeerChannel.Agreement;
        frame.CopyTo(bytes.AsSpan(1));
        return bytes;
    }
}
