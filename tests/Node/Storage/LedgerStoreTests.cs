using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Node.Storage;
using C3Fusion.Replica;
using C3Fusion.Replica.Ledger;
using C3Fusion.Rosters;
using C3Fusion.Sim;
using CsCheck;
using Microsoft.Data.Sqlite;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Node.Tests.Storage;

/// <summary>The ledger on disk: what is good stays good, whatever happens to the rest.</summary>
public sealed class LedgerStoreTests : IDisposable
{
    private static readonly ExerciseRoster Keys = ExerciseRoster.Build(1, 4, new Instant(1_700_000_000_000_000), new GeodeticPosition(47, 8, 400));
    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-ledger").FullName;

    private static Roster Roster => Keys.Roster;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Records_read_back_and_cannot_be_changed()
    {
        List<LedgerRecord> written = Chain(Slots(0, 300));
        Write(written);
        AssertHolds(written);
        Assert.Throws<SqliteException>(() => Execute("UPDATE ledger SET record = x'00' WHERE idx = 3"));
        Assert.Throws<SqliteException>(() => Execute("DELETE FROM ledger WHERE idx = 3"));
        Assert.Throws<SqliteException>(() => Execute("UPDATE origin SET idx = 3"));
    }

    [Fact]
    public void A_damaged_record_keeps_the_prefix_and_a_new_part_follows_it()
    {
        List<LedgerRecord> written = Chain(Slots(0, 20));
        Write(written);
        Execute("DROP TRIGGER ledger_is_append_only_update; UPDATE ledger SET record = x'00' WHERE idx = 7");
        Assert.Equal([.. written.Take(7).Select(record => record.Hash), default], Read().Select(record => record?.Hash ?? default));

        // What the replica appends next follows record 6.
        List<LedgerRecord> second = Chain(Slots(100, 12), written[..7]);
        Write(second[7..]);
        Assert.Equal(2, Directory.GetFiles(_folder, "*.db").Length);
        AssertHolds(second);

        // And once more, within the second part, and at its end.
        List<LedgerRecord> third = Chain(Slots(200, 5), second[..10]);
        Write(third[10..13]);
        Write(third[13..]);
        Assert.Equal(3, Directory.GetFiles(_folder, "*.db").Length);
        AssertHolds(third);
    }

    [Theory]
    [InlineData("DROP TRIGGER ledger_is_append_only_delete; DELETE FROM ledger WHERE idx = 5", 5)]
    [InlineData("DROP TRIGGER ledger_is_append_only_update; UPDATE ledger SET previous = x'00' WHERE idx = 9", 9)]
    [InlineData("DROP TRIGGER ledger_is_append_only_update; UPDATE ledger SET hash = record WHERE idx = 0", 0)]
    public void Every_kind_of_damage_ends_the_chain_before_it(string sql, int good)
    {
        Write(Chain(Slots(0, 12)));
        Execute(sql);
        List<LedgerRecord?> read = Read();
        Assert.Equal(good + 1, read.Count);
        Assert.Null(read[^1]);
    }

    [Fact]
    public void A_file_that_is_no_ledger_is_left_aside_and_a_new_one_begun()
    {
        Write(Chain(Slots(0, 12)));
        string path = Directory.GetFiles(_folder, "*.db").Single();
        File.WriteAllBytes(path, [.. Enumerable.Repeat((byte)7, 5000)]);
        foreach (string side in new[] { path + "-wal", path + "-shm" }) File.Delete(side);
        Assert.Equal([null], Read());
        List<LedgerRecord> anew = Chain(Slots(40, 3));
        Write(anew);
        Assert.Equal(anew.Select(record => record.Hash), Read().OfType<LedgerRecord>().Select(record => record.Hash));
    }

    [Fact]
    public void A_record_after_a_gap_is_not_stored_and_the_loss_is_told_once()
    {
        List<LedgerRecord> chain = Chain(Slots(0, 10));
        var lost = new List<string>();
        using (var store = new LedgerStore(_folder, Roster, Logger.None, lost.Add))
        {
            foreach (LedgerRecord record in chain.Where(record => record.Index != 4)) store.Append(record);
        }

        AssertHolds(chain[..4]);
        Assert.Contains("record 5", Assert.Single(lost));
    }

    [Fact]
    public void A_write_that_fails_ends_the_appending_and_what_was_stored_stays()
    {
        List<LedgerRecord> chain = Chain(Slots(0, 10));
        Write(chain[..4]);
        Execute("CREATE TRIGGER refuse BEFORE INSERT ON ledger BEGIN SELECT RAISE(ABORT, 'no space'); END");
        var lost = new List<string>();
        using (var store = new LedgerStore(_folder, Roster, Logger.None, lost.Add))
        {
            foreach (LedgerRecord record in chain[4..]) store.Append(record);
        }

        Assert.Contains("no space", Assert.Single(lost));
        AssertHolds(chain[..4]);
    }

    [Fact]
    public void Slots_are_found_as_in_memory_through_roll_backs_parts_and_limits() => Gen.Select(
        Gen.Int[0, 6].Array[1, 60], Gen.Int[0, 60], Gen.Long[0, 40], Gen.Int[1, 12], Gen.Int[1, 4000]).Sample((moves, cut, from, maxSlots, maxBytes) =>
    {
        foreach (string file in Directory.GetFiles(_folder)) File.Delete(file);
        List<LedgerRecord> first = Chain(Moves(moves));
        Write(first);
        List<LedgerRecord> chain = cut < first.Count ? Chain(Slots(30, 4), first[..cut]) : first;
        if (cut < first.Count) Write(chain[cut..]);
        using var store = new LedgerStore(_folder, Roster, Logger.None, _ => { });
        ImmutableArray<StoredSlot> found = store.Read(from, maxSlots, maxBytes), expected = StoredSlots.Of(chain, from, maxSlots, maxBytes);
        Assert.Equal(expected.Select(slot => (slot.Record.Slot, slot.Record.PictureHash, slot.Decides.Length)), found.Select(slot => (slot.Record.Slot, slot.Record.PictureHash, slot.Decides.Length)));
    }, iter: 40, threads: 1);

    [Fact]
    public void Reading_goes_on_beside_writing()
    {
        List<LedgerRecord> chain = Chain(Slots(0, 400));
        using var store = new LedgerStore(_folder, Roster, Logger.None, reason => Assert.Fail(reason));
        int seen = 0;
        foreach (LedgerRecord record in chain)
        {
            store.Append(record);
            if (record.Index % 50 == 0) seen = Math.Max(seen, store.Read(0, 1000, int.MaxValue).Length);
        }

        Assert.True(SpinWait.SpinUntil(() => store.Read(0, 1000, int.MaxValue).Length == 400, 30_000), "all slots were found in the end");
        Assert.InRange(seen, 0, 400);
    }

    /// <summary>Applied slots, each with its proof.</summary>
    private static IEnumerable<LedgerBody> Slots(long first, int count)
    {
        for (long slot = first; slot < first + count; slot++)
        {
            yield return Applied(slot, (byte)(slot + first));
            yield return new LedgerBody.Certified(slot, Decides(slot));
        }
    }

    /// <summary>0 to 3: the next slot is applied; 4: proved; 5 and 6: the last two slots are undone.</summary>
    private static List<LedgerBody> Moves(int[] moves)
    {
        var bodies = new List<LedgerBody>();
        long head = -1;
        foreach (int move in moves)
        {
            if (move < 4) bodies.Add(Applied(++head, (byte)bodies.Count));
            else if (head < 0) continue;
            else if (move == 4) bodies.Add(bodies.Count % 2 == 0 ? new LedgerBody.Certified(head, Decides(head)) : new LedgerBody.Proven(head, Decides(head)));
            else bodies.Add(new LedgerBody.RolledBack(head = Math.Max(0, head - 1)));
            if (bodies[^1] is LedgerBody.RolledBack) head--;
        }

        return bodies;
    }

    private static LedgerBody Applied(long slot, byte salt)
    {
        byte[] payload = [.. Enumerable.Repeat(salt, 100)];
        ImmutableArray<Outcome> outcomes = [Outcome.Of(Hash256.Of(payload)), Outcome.Silent, Outcome.Equivocation, Outcome.Silent];
        return new LedgerBody.Applied(new SlotRecord(slot, outcomes, [payload, default, default, default], Hash256.Of([salt]), DecisionBasis.FinalSync));
    }

    private static ImmutableArray<Statement> Decides(long slot) =>
        [.. Enumerable.Range(0, 3).Select(author => new Statement(StatementKind.Decide, slot, 1, author, [], [.. Enumerable.Repeat(Outcome.Silent, 4)], Hash256.Of([1]), [.. new byte[64]]))];

    private static List<LedgerRecord> Chain(IEnumerable<LedgerBody> bodies, List<LedgerRecord>? after = null)
    {
        List<LedgerRecord> chain = [.. after ?? []];
        foreach (LedgerBody body in bodies) chain.Add(new LedgerRecord(chain.Count, chain.Count == 0 ? default : chain[^1].Hash, body));
        return chain;
    }

    private void Write(List<LedgerRecord> records)
    {
        using var store = new LedgerStore(_folder, Roster, Logger.None, reason => Assert.Fail(reason));
        foreach (LedgerRecord record in records) store.Append(record);
    }

    private List<LedgerRecord?> Read()
    {
        using var store = new LedgerStore(_folder, Roster, Logger.None, reason => Assert.Fail(reason));
        return [.. store.Records()];
    }

    private void AssertHolds(List<LedgerRecord> expected) => Assert.Equal(expected.Select(record => record.Hash), Read().Select(record => record?.Hash ?? default));

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Directory.GetFiles(_folder, "*.db").Order(StringComparer.Ordinal).First()};Pooling=false");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // constant text of this test
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
