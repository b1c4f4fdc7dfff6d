using C3Fusion.Agreement;
using C3Fusion.Replica;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Demo;

/// <summary>Reads what a node sends its peers, to hold it against what it sent before; changes nothing.</summary>
/// <param name="link">The link below.</param>
/// <param name="roster">Who is who.</param>
/// <param name="said">Told each statement of the node's own.</param>
internal sealed class WitnessedLink(ILink link, Roster roster, Action<Statement> said) : ILink
{
    private ReadOnlyMemory<byte> _last;

    /// <inheritdoc/>
    public bool TrySend(int peer, ReadOnlyMemory<byte> frame)
    {
        // One frame goes to every peer: it is read once.
        if (!frame.Equals(_last))
        {
            _last = frame;
            if (frame.Length > 0 && frame.Span[0] == (byte)PeerChannel.Agreement && FrameBytes.Read(frame[1..], roster) is { } read) said(read.Own);
        }

        return link.TrySend(peer, frame);
    }
}
