using C3Fusion.Rosters;
using Microsoft.Data.Sqlite;

namespace C3Fusion.Node.Storage;

/// <summary>Reads one part of the ledger. For one thread.</summary>
internal sealed class LedgerReader : IDisposable
{
    private readonly SqliteConnection _connection;
    private SqliteCommand? _rowOf;

    /// <summary>Over a connection that is open; it is closed with this.</summary>
    public LedgerReader(SqliteConnection connection) => _connection = connection;

    /// <summary>The rows below <paramref name="end"/>, ascending, one at a time; neither hashes nor their chain are checked.</summary>
    public IEnumerable<LedgerRow> Rows(long end)
    {
        using SqliteCommand select = _connection.CreateCommand();
        select.CommandText = "SELECT idx, previous, hash, kind, slot, record FROM ledger WHERE idx < $end ORDER BY idx";
        select.Parameters.AddWithValue("$end", end);
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read()) yield return RowAt(reader);
    }

    /// <summary>For each slot from <paramref name="from"/> on, the index of its newest row below <paramref name="end"/>; ascending by slot.</summary>
    public List<(long Slot, long Index)> Newest(LedgerRowKind kind, long from, long end, int limit)
    {
        using SqliteCommand select = _connection.CreateCommand();
        select.CommandText = "SELECT slot, max(idx) FROM ledger WHERE kind = $kind AND slot >= $from AND idx < $end GROUP BY slot ORDER BY slot LIMIT $limit";
        select.Parameters.AddWithValue("$kind", (int)kind);
        select.Parameters.AddWithValue("$from", from);
        select.Parameters.AddWithValue("$end", end);
        select.Parameters.AddWithValue("$limit", limit);
        return Pairs(select);
    }

    /// <summary>All rows of a kind below <paramref name="end"/>.</summary>
    public List<(long Slot, long Index)> All(LedgerRowKind kind, long end)
    {
        using SqliteCommand select = _connection.CreateCommand();
        select.CommandText = "SELECT slot, idx FROM ledger WHERE kind = $kind AND idx < $end ORDER BY idx";
        select.Parameters.AddWithValue("$kind", (int)kind);
        select.Parameters.AddWithValue("$end", end);
        return Pairs(select);
    }

    /// <summary>The row of an index, or null where it is missing or its bytes are not those of its hash.</summary>
    public LedgerRow? RowOf(long index)
    {
        if (_rowOf is null)
        {
            _rowOf = _connection.CreateCommand();
            _rowOf.CommandText = "SELECT idx, previous, hash, kind, slot, record FROM ledger WHERE idx = $idx";
            _rowOf.Parameters.Add("$idx", SqliteType.Integer);
        }

        _rowOf.Parameters[0].Value = index;
        using SqliteDataReader reader = _rowOf.ExecuteReader();
        return reader.Read() && RowAt(reader) is var row && Hash256.Of(row.Bytes.Span) == row.Hash ? row : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rowOf?.Dispose();
        _connection.Dispose();
    }

    internal static Hash256 Digest(SqliteDataReader reader, int column)
    {
        byte[] bytes = reader.GetFieldValue<byte[]>(column);
        return bytes.Length == Hash256.Length ? Hash256.Read(bytes) : default;
    }

    private static LedgerRow RowAt(SqliteDataReader reader) => new(
        reader.GetInt64(0), Digest(reader, 1), Digest(reader, 2), (LedgerRowKind)reader.GetInt64(3), reader.GetInt64(4), reader.GetFieldValue<byte[]>(5));

    private static List<(long Slot, long Index)> Pairs(SqliteCommand select)
    {
        var found = new List<(long, long)>();
        using SqliteDataReader reader = select.ExecuteReader();
        while (reader.Read()) found.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return found;
    }
}
