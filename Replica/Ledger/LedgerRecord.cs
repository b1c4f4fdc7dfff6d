using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Ledger;

/// <summary>One link of the ledger: an append-only hash chain of what this node applied, what proves it, and proofs of guilt.</summary>
/// <param name="Index">0 for the first record of a node's ledger, then rising by one.</param>
/// <param name="Previous">Hash of the record before; zero for the first.</param>
/// <param name="Body">What happened.</param>
public sealed record LedgerRecord(long Index, Hash256 Previous, LedgerBody Body)
{
    private ReadOnlyMemory<byte>? _bytes;

    /// <summary>Canonical bytes of the record: what a host stores.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes ??= LedgerBytes.Write(this);

    /// <summary>SHA-256 of <see cref="Bytes"/>: the next record's <see cref="Previous"/>.</summary>
    public Hash256 Hash => Hash256.Of(Bytes.Span);
}

/// <summary>What a ledger record holds. A closed set.</summary>
public abstract record LedgerBody
{
    private LedgerBody()
    {
    }

    /// <summary>A slot was applied.</summary>
    /// <param name="Record">Its decision and payloads.</param>
    public sealed record Applied(SlotRecord Record) : LedgerBody;

    /// <summary>A slot that was applied became final here.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Decides">A quorum certificate: m or more DECIDEs for the vector applied, ascending by author.</param>
    public sealed record Certified(long Slot, ImmutableArray<Statement> Decides) : LedgerBody;

    /// <summary>A slot that was applied left the memory without a quorum certificate: what proves it to peers that catch up.</summary>
    /// <param name="Slot">The slot.</param>
    /// <param name="Decides">f+1 or more DECIDEs for the vector applied, ascending by author.</param>
    public sealed record Proven(long Slot, ImmutableArray<Statement> Decides) : LedgerBody;

    /// <summary>A checkpoint of the authority was taken.</summary>
    /// <param name="Checkpoint">The checkpoint with its signature.</param>
    public sealed record Checkpointed(Checkpoint Checkpoint) : LedgerBody;

    /// <summary>The records from slot <paramref name="FromSlot"/> on were undone; later records apply those slots anew.</summary>
    /// <param name="FromSlot">The first slot undone.</param>
    public sealed record RolledBack(long FromSlot) : LedgerBody;

    /// <summary>A node was proved guilty.</summary>
    /// <param name="Evidence">The proof.</param>
    public sealed record NodeGuilt(Evidence Evidence) : LedgerBody;

    /// <summary>A sensor was proved guilty: two envelopes for one (sensor, boot, sequence).</summary>
    /// <param name="Sensor">Index of the sensor.</param>
    /// <param name="First">The one with the smaller hash.</param>
    /// <param name="Second">The other.</param>
    public sealed record SensorGuilt(int Sensor, ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second) : LedgerBody;
}

/// <summary>A slot as it entered the agreed state.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Outcomes">One for each node by index.</param>
/// <param name="Payloads">One for each node by index: the payload of each value, empty for the others.</param>
/// <param name="PictureHash">Hash of the agreed state after it.</param>
/// <param name="Basis">What the decision rested on when it was applied.</param>
public sealed record SlotRecord(
    long Slot,
    ImmutableArray<Outcome> Outcomes,
    ImmutableArray<ReadOnlyMemory<byte>> Payloads,
    Hash256 PictureHash,
    DecisionBasis Basis);

/// <summary>A slot as it lies in a ledger, for peers that catch up.</summary>
/// <param name="Record">The slot that was applied.</param>
/// <param name="Decides">Its quorum certificate, or f+1 DECIDEs; empty where the ledger holds neither.</param>
/// <param name="Checkpoint">A checkpoint of the slot, or null.</param>
public sealed record StoredSlot(SlotRecord Record, ImmutableArray<Statement> Decides, Checkpoint? Checkpoint = null);
