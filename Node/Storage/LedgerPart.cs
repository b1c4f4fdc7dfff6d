using C3Fusion.Rosters;
using Microsoft.Data.Sqlite;

namespace C3Fusion.Node.Storage;

/// <summary>One file of the ledger: a run of the hash chain, in SQLite. Append-only: triggers refuse updates and deletes.</summary>
/// <remarks>Written by one thread; any number of others may read, each over a connection of its own.</remarks>
internal sealed class LedgerPart : IDisposable
{
    private const string Schema = """
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        CREATE TABLE IF NOT EXISTS origin (id INTEGER PRIMARY KEY CHECK (id = 0), idx INTEGER NOT NULL, previous BLOB NOT NULL) STRICT;
        CREATE TABLE IF NOT EXISTS ledger (
          idx INTEGER PRIMARY KEY, previous BLOB NOT NULL, hash BLOB NOT NULL, kind INTEGER NOT NULL, slot INTEGER NOT NULL, record BLOB NOT NULL) STRICT;
        CREATE INDEX IF NOT EXISTS ledger_by_slot ON ledger (kind, slot, idx);
        CREATE TRIGGER IF NOT EXISTS origin_stands BEFORE UPDATE ON origin BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER IF NOT EXISTS ledger_is_append_only_update BEFORE UPDATE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        CREATE TRIGGER IF NOT EXISTS ledger_is_append_only_delete BEFORE DELETE ON ledger BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
        """;

    private readonly SqliteConnection _writer;

    private LedgerPart(string path, SqliteConnection writer, long origin, Hash256 previous)
    {
        Path = path;
        _writer = writer;
        (Origin, OriginPrevious) = (origin, previous);
        (Next, Last) = ReadTip(writer) ?? (origin, previous);
    }

    /// <summary>Its file.</summary>
    public string Path { get; }

    /// <summary>Index of its first record.</summary>
    public long Origin { get; }

    /// <summary>Hash of the record before that; zero for the first of all.</summary>
    public Hash256 OriginPrevious { get; }

    /// <summary>Index of the next record.</summary>
    public long Next { get; private set; }

    /// <summary>Hash of the last record, as stored.</summary>
    public Hash256 Last { get; private set; }

    /// <summary>Opens a part, or creates one that goes on from a record of an earlier part.</summary>
    /// <exception cref="SqliteException">The file is none, or cannot be written.</exception>
    public static LedgerPart Open(string path, long origin = 0, Hash256 previous = default)
    {
        SqliteConnection writer = Connect(path, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Execute(writer, Schema);
            using SqliteCommand begin = writer.CreateCommand();
            begin.CommandText = "INSERT OR IGNORE INTO origin (id, idx, previous) VALUES (0, $idx, $previous)";
            begin.Parameters.AddWithValue("$idx", origin);
            begin.Parameters.AddWithValue("$previous", Bytes(previous));
            begin.ExecuteNonQuery();
            using SqliteCommand select = writer.CreateCommand();
            select.CommandText = "SELECT idx, previous FROM origin";
            using SqliteDataReader reader = select.ExecuteReader();
            reader.Read();
            return new LedgerPart(path, writer, reader.GetInt64(0), LedgerReader.Digest(reader, 1));
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Stores rows that follow one another and the last one, all or none.</summary>
    /// <exception cref="SqliteException">They could not be stored.</exception>
    public void Append(IReadOnlyList<LedgerRow> rows)
    {
        using SqliteTransaction transaction = _writer.BeginTransaction();
        using SqliteCommand insert = _writer.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO ledger (idx, previous, hash, kind, slot, record) VALUES ($idx, $previous, $hash, $kind, $slot, $record)";
        SqliteParameter index = insert.Parameters.Add("$idx", SqliteType.Integer);
        SqliteParameter previous = insert.Parameters.Add("$previous", SqliteType.Blob);
        SqliteParameter hash = insert.Parameters.Add("$hash", SqliteType.Blob);
        SqliteParameter kind = insert.Parameters.Add("$kind", SqliteType.Integer);
        SqliteParameter slot = insert.Parameters.Add("$slot", SqliteType.Integer);
        SqliteParameter record = insert.Parameters.Add("$record", SqliteType.Blob);
        foreach (LedgerRow row in rows)
        {
            (index.Value, previous.Value, hash.Value) = (row.Index, Bytes(row.Previous), Bytes(row.Hash));
            (kind.Value, slot.Value, record.Value) = ((int)row.Kind, row.Slot, row.Bytes.ToArray());
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
        (Next, Last) = (rows[^1].Index + 1, rows[^1].Hash);
    }

    /// <summary>Opens a connection for reading; it sees what was stored when each question is asked.</summary>
    public LedgerReader OpenReader() => new(Connect(Path, SqliteOpenMode.ReadOnly));

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // the schema above
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static (long Next, Hash256 Last)? ReadTip(SqliteConnection connection)
    {
        using SqliteCommand select = connection.CreateCommand();
        select.CommandText = "SELECT idx, hash FROM ledger ORDER BY idx DESC LIMIT 1";
        using SqliteDataReader reader = select.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0) + 1, LedgerReader.Digest(reader, 1)) : null;
    }

    private static byte[] Bytes(Hash256 hash)
    {
        byte[] bytes = new byte[Hash256.Length];
        hash.Write(bytes);
        return bytes;
    }
}
