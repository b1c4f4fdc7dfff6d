using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;

namespace C3Fusion.Sim.Adversaries;

/// <summary>
/// A traitor node: it tells one half of its peers one payload and the other half another, each with valid signatures of its
/// own key, in every slot, and is honest otherwise. Dolev-Strong must find it out: outcome equivocation, with transferable proof.
/// </summary>
/// <remarks>
/// It stands between an honest replica and its links and rewrites what passes. To the second half go twins of the node's own
/// statements, with the other value in place of its own. From what comes in it hides the twins (an honest machine that met its
/// own signature on a foreign statement would stop: the key would be in other hands) and the peers' DECIDEs (which
/// contradict what the deceived machine decides of itself). Thread-safe.
/// </remarks>
public sealed class EquivocatingTraitor
{
    private const int SlotsRemembered = 64;

    private readonly Roster _roster;
    private readonly int _self;
    private readonly ISigner _signer;
    private readonly ulong _deceived;
    private readonly Lock _gate = new();
    private readonly SortedList<long, TwinValues> _slots = [];

    /// <summary>A traitor that holds the key of a node.</summary>
    /// <param name="roster">The roster.</param>
    /// <param name="self">Index of the traitor.</param>
    /// <param name="signer">Its key.</param>
    public EquivocatingTraitor(Roster roster, int self, ISigner signer)
    {
        _roster = roster;
        _self = self;
        _signer = signer;
        ImmutableArray<int> peers = [.. Enumerable.Range(0, roster.Nodes.Length).Where(node => node != self)];
        foreach (int peer in peers[(peers.Length / 2)..]) _deceived |= 1UL << peer;
    }

    private sealed record TwinValues(Hash256 Own, Payload Twin);

    /// <summary>Is this peer told the other payload?</summary>
    public bool IsDeceived(int peer) => (_deceived >> peer & 1) != 0;

    /// <summary>What goes to <paramref name="peer"/> in place of <paramref name="bytes"/>, which the honest replica wants to send.</summary>
    public ReadOnlyMemory<byte> Outgoing(int peer, ReadOnlyMemory<byte> bytes)
    {
        if (ReadFrame(bytes) is not { } frame) return bytes;
        lock (_gate)
        {
            if (frame.Own.Kind == StatementKind.Send) Remember(frame);
            if (!IsDeceived(peer) || !_slots.TryGetValue(frame.Slot, out TwinValues? values)) return bytes;
            ImmutableArray<Payload> payloads = [.. frame.Payloads.Select(payload => payload.Value == values.Own ? values.Twin : payload).OrderBy(payload => payload.Value)];
            return WriteFrame(frame with
            {
                Own = TwinOf(frame.Own, values),
                Supports = StatementGroups.Canonical([.. frame.Supports.Select(support => TwinOf(support, values))]),
                Payloads = payloads,
            });
        }
    }

    /// <summary>What the honest replica is shown of <paramref name="bytes"/> from a peer; null where it is shown nothing.</summary>
    public ReadOnlyMemory<byte>? Incoming(ReadOnlyMemory<byte> bytes)
    {
        if (ReadFrame(bytes) is not { } frame) return bytes;
        if (frame.Own.Kind == StatementKind.Decide) return null;
        lock (_gate)
        {
            bool Hides(Statement support) => support.Kind == StatementKind.Decide || IsTwin(support);
            ImmutableArray<Statement> supports = [.. frame.Supports.Where(support => !Hides(support))];
            return supports.Length == frame.Supports.Length ? bytes : WriteFrame(frame with { Supports = supports });
        }
    }

    private Frame? ReadFrame(ReadOnlyMemory<byte> bytes) =>
        bytes.Length > 0 && bytes.Span[0] == (byte)PeerChannel.Agreement ? FrameBytes.Read(bytes[1..], _roster) : null;

    private static ReadOnlyMemory<byte> WriteFrame(Frame frame) => (byte[])[(byte)PeerChannel.Agreement, .. FrameBytes.Write(frame)];

    private void Remember(Frame send)
    {
        Hash256 own = send.Own.Entries[0].Value;
        if (_slots.ContainsKey(send.Slot)) return;
        bool isEmpty = send.Payloads.Length == 0 || send.Payloads[0].Bytes.Length == 0;
        _slots.Add(send.Slot, new TwinValues(own, Payload.Of(isEmpty ? (byte[])[0] : ReadOnlyMemory<byte>.Empty)));
        if (_slots.Count > SlotsRemembered) _slots.RemoveAt(0);
    }

    private bool IsTwin(Statement statement) =>
        statement.Author == _self && _slots.TryGetValue(statement.Slot, out TwinValues? values) && statement.Lists(_self, values.Twin.Value);

    private Statement TwinOf(Statement statement, TwinValues values)
    {
        if (statement.Author != _self || !statement.Lists(_self, values.Own)) return statement;
        ImmutableArray<StatementEntry> entries = [.. statement.Entries
            .Select(entry => entry == new StatementEntry(_self, values.Own) ? entry with { Value = values.Twin.Value } : entry)
            .Order()];
        return StatementBytes.Sign(statement with { Entries = entries, Signature = [] }, _signer, _roster.Scope);
    }
}
