using System.Collections.Concurrent;
using C3Fusion.Rosters;
using Microsoft.Data.Sqlite;
using Serilog;

namespace C3Fusion.Node.Storage;

/// <summary>A stored link of the ledger's hash chain.</summary>
/// <param name="Index">0 for the first, then rising by one.</param>
/// <param name="Previous">Hash of the record before; zero for the first.</param>
/// <param name="Hash">SHA-256 of <paramref name="Bytes"/>.</param>
/// <param name="Bytes">Canonical bytes of the record.</param>
internal sealed record LedgerRow(long Index, Hash256 Previous, Hash256 Hash, ReadOnlyMemory<byte> Bytes);

/// <summary>The append-only ledger of one node on one box, in SQLite. Written by a thread of its own, in batches.</summary>
/// <remarks>Triggers refuse updates and deletes; <see cref="Read"/> checks the chain and stops before the first break.</remarks>
internal sealed class SqliteLedger : IDisposable
{
    private const int BatchRows = 256;

    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS ledger (
          idx INTEGER PRIMARY KEY, previous BLOB NOT NULL, hash BLOB NOT NULL, record BLOB NOT NULL) STRICT;
        CREATE TRIGGER IF NOT EXISTS ledger_is_append_only_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER IF NOT EXISTS ledger_is_append_only_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        """;

    private readonly SqliteConnection _connection;
    private readonly BlockingCollection<LedgerRow> _queue = new(4096);
    private readonly Thread _writer;
    private readonly ILogger _log;
    private long _lost;

    /// <summary>Opens or creates the ledger at <paramref name="path"/>.</summary>
    /// <exception cref="SqliteException">The file is no ledger or cannot be written.</exception>
    public SqliteLedger(string path, ILogger log)
    {
        _log = log;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        _connection.Open();
        using (SqliteCommand schema = _connection.CreateCommand())
        {
            schema.CommandText = Schema;
            schema.ExecuteNonQuery();
        }

        _writer = new Thread(Write, 512 << 10) { IsBackground = true, Name = "ledger" };
    }

    /// <summary>Records that could not be stored.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Did the last <see cref="Read"/> find the chain whole?</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Every record whose chain holds, in order; call before <see cref="Start"/>.</summary>
    public IReadOnlyList<LedgerRow> Read()
    {
        var rows = new List<LedgerRow>();
        using SqliteCommand select = _connection.CreateCommand();
        select.CommandText = "SELECT idx, previous, hash, record FROM ledger ORDER BY idx";
        using SqliteDataReader reader = select.ExecuteReader();
        Hash256 previous = default;
        while (reader.Read())
        {
            byte[] bytes = reader.GetFieldValue<byte[]>(3);
            var row = new LedgerRow(reader.GetInt64(0), Digest(reader, 1), Hash256.Of(bytes), bytes);
            if (row.Index != rows.Count || row.Previous != previous || row.Hash != Digest(reader, 2))
            {
                _log.Error("the ledger's chain breaks at record {Index}", row.Index);
                IsWhole = false;
                break;
            }

            rows.Add(row);
            previous = row.Hash;
        }

        return rows;
    }

    /// <summary>Starts to write.</summary>
    public void Start() => _writer.Start();

    /// <summary>Queues one record; false where the disk is so far behind that it was lost.</summary>
    public bool TryAppend(LedgerRow row)
    {
        if (!_queue.IsAddingCompleted && _queue.TryAdd(row)) return true;
        Interlocked.Increment(ref _lost);
        return false;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.CompleteAdding();
        if (_writer.IsAlive) _writer.Join(TimeSpan.FromSeconds(5));
        _connection.Dispose();
        _queue.Dispose();
    }

    private static Hash256 Digest(SqliteDataReader reader, int column)
    {
        byte[] bytes = reader.GetFieldValue<byte[]>(column);
        return bytes.Length == Hash256.Length ? Hash256.Read(bytes) : default;
    }

    private void Write()
    {
        var batch = new List<LedgerRow>(BatchRows);
        foreach (LedgerRow first in _queue.GetConsumingEnumerable())
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < BatchRows && _queue.TryTake(out LedgerRow? next)) batch.Add(next);
            try
            {
                Insert(batch);
            }
            catch (SqliteException error)
            {
                Interlocked.Add(ref _lost, batch.Count);
                _log.Error(error, "{Count} ledger records could not be stored", batch.Count);
            }
        }
    }

    private void Insert(List<LedgerRow> batch)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction();
        using SqliteCommand insert = _connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO ledger (idx, previous, hash, record) VALUES ($idx, $previous, $hash, $record)";
        SqliteParameter index = insert.Parameters.Add("$idx", SqliteType.Integer);
        SqliteParameter previous = insert.Parameters.Add("$previous", SqliteType.Blob);
        SqliteParameter hash = insert.Parameters.Add("$hash", SqliteType.Blob);
        SqliteParameter record = insert.Parameters.Add("$record", SqliteType.Blob);
        foreach (LedgerRow row in batch)
        {
            index.Value = row.Index;
            previous.Value = Bytes(row.Previous);
            hash.Value = Bytes(row.Hash);
            record.Value = row.Bytes.ToArray();
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static byte[] Bytes(Hash256 hash)
    {
        byte[] bytes = new byte[Hash256.Length];
        hash.Write(bytes);
        return bytes;
    }
}
