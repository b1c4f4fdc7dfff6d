using C3Fusion.Node.Storage;
using C3Fusion.Rosters;
using CsCheck;
using Microsoft.Data.Sqlite;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Node.Tests.Storage;

/// <summary>What a box keeps on disk: the slot lease and the ledger.</summary>
public sealed class StorageTests : IDisposable
{
    private static readonly Hash256 Roster = Hash256.Of("roster"u8);
    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-storage").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_lease_reads_back_what_was_written_last()
    {
        var lease = new SlotLeaseFile(Path.Combine(_folder, "state", "slot.lease"), Roster);
        Assert.Null(lease.Read());
        foreach (long slot in new[] { 0L, 17, long.MaxValue })
        {
            lease.Write(slot);
            Assert.Equal(slot, new SlotLeaseFile(Path.Combine(_folder, "state", "slot.lease"), Roster).Read());
        }

        Assert.Single(Directory.GetFiles(Path.Combine(_folder, "state")));
    }

    [Fact]
    public void A_lease_of_another_roster_is_none() => WithLease((path, _) => Assert.Null(new SlotLeaseFile(path, Hash256.Of("other"u8)).Read()));

    [Fact]
    public void A_damaged_lease_is_none() => WithLease((path, bytes) =>
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[1, 255]).Sample((at, flip) =>
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= (byte)flip;
            File.WriteAllBytes(path, damaged);
            return new SlotLeaseFile(path, Roster).Read() is null;
        }, iter: 300, threads: 1));

    [Fact]
    public void A_torn_lease_is_none() => WithLease((path, bytes) =>
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Null(new SlotLeaseFile(path, Roster).Read());
        }

        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Null(new SlotLeaseFile(path, Roster).Read());
    });

    [Fact]
    public void The_ledger_reads_back_its_chain_and_refuses_to_change_it()
    {
        string path = Path.Combine(_folder, "ledger.db");
        List<LedgerRow> written = Chain(600);
        using (var ledger = new SqliteLedger(path, Logger.None))
        {
            Assert.Empty(ledger.Read());
            ledger.Start();
            Assert.All(written, row => Assert.True(ledger.TryAppend(row)));
        }

        using (var ledger = new SqliteLedger(path, Logger.None))
        {
            IReadOnlyList<LedgerRow> read = ledger.Read();
            Assert.Equal(written.Select(row => row.Hash), read.Select(row => row.Hash));
            Assert.Equal(written[^1].Bytes.ToArray(), read[^1].Bytes.ToArray());
        }

        Assert.Throws<SqliteException>(() => Execute(path, "UPDATE ledger SET record = x'00' WHERE idx = 3"));
        Assert.Throws<SqliteException>(() => Execute(path, "DELETE FROM ledger WHERE idx = 3"));
    }

    [Fact]
    public void A_ledger_that_was_tampered_with_is_read_up_to_the_break()
    {
        string path = Path.Combine(_folder, "ledger.db");
        using (var ledger = new SqliteLedger(path, Logger.None))
        {
            ledger.Start();
            Assert.All(Chain(20), row => Assert.True(ledger.TryAppend(row)));
        }

        Execute(path, "DROP TRIGGER ledger_is_append_only_update; UPDATE ledger SET record = x'00' WHERE idx = 7");
        using var again = new SqliteLedger(path, Logger.None);
        Assert.Equal(7, again.Read().Count);
    }

    private static List<LedgerRow> Chain(int length)
    {
        var rows = new List<LedgerRow>();
        Hash256 previous = default;
        for (int i = 0; i < length; i++)
        {
            byte[] bytes = [.. BitConverter.GetBytes(i), 1, 2, 3];
            var row = new LedgerRow(i, previous, Hash256.Of(bytes), bytes);
            rows.Add(row);
            previous = row.Hash;
        }

        return rows;
    }

    private static void Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // constant text of this test
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private void WithLease(Action<string, byte[]> check)
    {
        string path = Path.Combine(_folder, "slot.lease");
        new SlotLeaseFile(path, Roster).Write(4711);
        Assert.Equal(4711, new SlotLeaseFile(path, Roster).Read());
        check(path, File.ReadAllBytes(path));
    }
}
