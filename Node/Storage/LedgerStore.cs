using System.Collections.Immutable;
using System.Globalization;
using C3Fusion.Agreement;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Replica.Ledger;
using C3Fusion.Rosters;
using Microsoft.Data.Sqlite;
using Serilog;

namespace C3Fusion.Node.Storage;

/// <summary>The ledger of one roster on one box: an append-only hash chain in one or more files.</summary>
/// <remarks>
/// <para>Records are read one at a time, so memory does not grow with the ledger. Reading ends at the first record that is damaged;
/// what is appended then begins a new part, whose origin is the last good record, and what the old part holds beyond it is void.
/// Nothing that was stored is ever changed.</para>
/// <para>A record that cannot be stored ends the appending of this incarnation: later ones would not follow. Thread-safe; written
/// in batches by a thread of its own.</para>
/// </remarks>
internal sealed class LedgerStore : IDisposable
{
    private const int BatchRows = 256;

    private readonly Roster _roster;
    private readonly ILogger _log;
    private readonly string _folder;
    private readonly string _prefix;
    private readonly Lock _reading = new();
    private readonly LedgerQueue _queue = new();
    private readonly Action<string> _lost;
    private readonly Thread _writer;
    private ImmutableArray<LedgerPart> _parts = [];
    private int _nextNumber;
    private bool _isDamaged;

    /// <summary>Opens the ledger in <paramref name="folder"/>; parts that are no ledger are left aside.</summary>
    /// <param name="folder">The box's state directory.</param>
    /// <param name="roster">Whose ledger.</param>
    /// <param name="log">For what is wrong.</param>
    /// <param name="lost">Called once, on any thread, when a record could not be stored.</param>
    public LedgerStore(string folder, Roster roster, ILogger log, Action<string> lost)
    {
        (_roster, _log, _lost) = (roster, log, lost);
        _folder = Path.GetFullPath(folder);
        _prefix = $"ledger-{roster.Hash.ToString()[..12]}-v2-";
        Directory.CreateDirectory(_folder);
        foreach (string path in Directory.GetFiles(_folder, _prefix + "*.db").Order(StringComparer.Ordinal)) Open(path);
        _writer = new Thread(Write, 512 << 10) { IsBackground = true, Name = "ledger" };
        _writer.Start();
    }

    /// <summary>Every record whose chain holds, in order, decoded; a null at the end stands for a damaged one.</summary>
    public IEnumerable<LedgerRecord?> Records()
    {
        long next = 0;
        Hash256 previous = default;
        foreach ((LedgerPart part, long end) in Effective())
        {
            bool isHole = part.Origin != next || part.OriginPrevious != previous;
            foreach (LedgerRow? row in isHole ? [null] : Rows(part, end))
            {
                LedgerRecord? record = row is not null && row.Hash == Hash256.Of(row.Bytes.Span) ? LedgerBytes.Read(row.Bytes, _roster) : null;
                if (record is null || record.Index != next || record.Previous != previous || row!.Index != next || row.Previous != previous)
                {
                    _log.Error("the ledger is damaged at record {Index} in {Path}", next, part.Path);
                    yield return null;
                    yield break;
                }

                yield return record;
                (next, previous) = (next + 1, record.Hash);
            }
        }

        if (_isDamaged) yield return null;
    }

    /// <summary>Stores one record behind those before it. Returns at once.</summary>
    public void Append(LedgerRecord record)
    {
        if (_queue.TryAdd(LedgerRow.Of(record)) is { } reason) Lose(reason);
    }

    /// <summary>Applied slots from <paramref name="from"/> on with their proofs, ascending; empty where there are none. Blocks.</summary>
    /// <param name="from">The first slot.</param>
    /// <param name="maxSlots">Most slots.</param>
    /// <param name="maxBytes">No further slot once the payloads have as many bytes.</param>
    /// <exception cref="SqliteException">The files cannot be read.</exception>
    public ImmutableArray<StoredSlot> Read(long from, int maxSlots, int maxBytes)
    {
        lock (_reading)
        {
            var readers = new List<LedgerReader>();
            try
            {
                return Read(readers, from, maxSlots, maxBytes);
            }
            finally
            {
                foreach (LedgerReader reader in readers) reader.Dispose();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Complete();
        _writer.Join(TimeSpan.FromSeconds(5));
        foreach (LedgerPart part in _parts) part.Dispose();
    }

    private ImmutableArray<StoredSlot> Read(List<LedgerReader> readers, long from, int maxSlots, int maxBytes)
    {
        var applied = new SortedDictionary<long, (LedgerReader Reader, long Index)>();
        var proofs = new SortedDictionary<long, (LedgerReader Reader, long Index)>();
        var given = new SortedDictionary<long, (LedgerReader Reader, long Index)>();
        var undone = new List<(long Slot, long Index)>();
        foreach ((LedgerPart part, long end) in Effective())
        {
            LedgerReader reader = part.OpenReader();
            readers.Add(reader);
            foreach ((long slot, long index) in reader.Newest(LedgerRowKind.Applied, from, end, maxSlots)) applied[slot] = (reader, index);
            foreach ((long slot, long index) in reader.Newest(LedgerRowKind.Proof, from, end, maxSlots)) proofs[slot] = (reader, index);
            foreach ((long slot, long index) in reader.Newest(LedgerRowKind.Checkpoint, from, end, maxSlots)) given[slot] = (reader, index);
            undone.AddRange(reader.All(LedgerRowKind.Undone, end));
        }

        var slots = ImmutableArray.CreateBuilder<StoredSlot>();
        long bytes = 0;
        foreach ((long slot, (LedgerReader reader, long index)) in applied)
        {
            if (slots.Count >= maxSlots || bytes >= maxBytes) break;
            if (undone.Exists(roll => roll.Index > index && roll.Slot <= slot)) continue;
            if (Body(reader, index) is not LedgerBody.Applied body) break;
            ImmutableArray<Statement> decides = !proofs.TryGetValue(slot, out (LedgerReader Reader, long Index) proof) || proof.Index < index ? [] : Body(proof.Reader, proof.Index) switch
            {
                LedgerBody.Certified certified => certified.Decides,
                LedgerBody.Proven proven => proven.Decides,
                _ => [],
            };
            Checkpoint? checkpoint = given.TryGetValue(slot, out (LedgerReader Reader, long Index) row) && Body(row.Reader, row.Index) is LedgerBody.Checkpointed found ? found.Checkpoint : null;
            slots.Add(new StoredSlot(body.Record, decides, checkpoint));
            foreach (ReadOnlyMemory<byte> payload in body.Record.Payloads) bytes += payload.Length;
        }

        return slots.ToImmutable();
    }

    private LedgerBody? Body(LedgerReader reader, long index) =>
        reader.RowOf(index) is { } row && LedgerBytes.Read(row.Bytes, _roster) is { } record ? record.Body : null;

    /// <summary>The parts with the index up to which each counts: up to the origin of a later one.</summary>
    private List<(LedgerPart Part, long End)> Effective()
    {
        ImmutableArray<LedgerPart> parts = _parts;
        var effective = new List<(LedgerPart, long)>();
        for (int i = 0; i < parts.Length; i++)
        {
            long end = long.MaxValue;
            for (int later = i + 1; later < parts.Length; later++) end = Math.Min(end, parts[later].Origin);
            if (parts[i].Origin < end) effective.Add((parts[i], end));
        }

        return effective;
    }

    /// <summary>The rows of a part; a null where it cannot be read further.</summary>
    private IEnumerable<LedgerRow?> Rows(LedgerPart part, long end)
    {
        using LedgerReader reader = part.OpenReader();
        using IEnumerator<LedgerRow> rows = reader.Rows(end).GetEnumerator();
        while (true)
        {
            LedgerRow? row = null;
            try
            {
                if (!rows.MoveNext()) yield break;
                row = rows.Current;
            }
            catch (SqliteException error)
            {
                _log.Error(error, "the ledger cannot be read: {Path}", part.Path);
            }

            yield return row;
            if (row is null) yield break;
        }
    }

    private void Open(string path)
    {
        string number = Path.GetFileNameWithoutExtension(path)[_prefix.Length..];
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int parsed)) return;
        _nextNumber = parsed + 1;
        try
        {
            _parts = _parts.Add(LedgerPart.Open(path));
        }
        catch (SqliteException error)
        {
            _isDamaged = true;
            _log.Error(error, "this part of the ledger cannot be opened and is left aside: {Path}", path);
        }
    }

    private void Write()
    {
        while (_queue.Take(BatchRows) is { Count: > 0 } rows)
        {
            try
            {
                Store(rows);
            }
            catch (Exception error)
            {
                // Whatever it is: the node goes on without its ledger and says so; an exception on this thread would end the process.
                _log.Error(error, "{Count} ledger records could not be stored", rows.Count);
                Lose($"record {rows[0].Index} could not be stored: {error.Message}");
                return;
            }
        }
    }

    private void Store(List<LedgerRow> rows)
    {
        int stored = 0;
        while (stored < rows.Count)
        {
            LedgerPart part = PartFor(rows[stored]);
            int end = stored + 1;
            while (end < rows.Count && rows[end].Index == rows[end - 1].Index + 1 && rows[end].Previous == rows[end - 1].Hash) end++;
            part.Append(rows[stored..end]);
            stored = end;
        }
    }

    /// <summary>The last part where the row follows its last one; else a new part: what lies beyond the record before the row is void.</summary>
    private LedgerPart PartFor(LedgerRow row)
    {
        if (!_parts.IsEmpty && _parts[^1] is var last)
        {
            if (last.Next == row.Index && last.Last == row.Previous) return last;
            if (row.Index > last.Next) throw new IOException($"record {row.Index} follows no stored one: {last.Next} is the next");
        }

        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_prefix}{_nextNumber++:D4}.db"));
        LedgerPart part = LedgerPart.Open(path, row.Index, row.Previous);
        _parts = _parts.Add(part);
        return part;
    }

    private void Lose(string reason)
    {
        if (!_queue.Halt()) return;
        _log.Error("the ledger is no longer written: {Reason}", reason);
        _lost(reason);
    }
}
