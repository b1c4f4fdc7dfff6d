using C3Fusion.Node.Storage;
using C3Fusion.Rosters;
using CsCheck;
using Xunit;

namespace C3Fusion.Node.Tests.Storage;

/// <summary>The slot lease on disk: what is not sound is refused.</summary>
public sealed class SlotLeaseFileTests : IDisposable
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
    public void A_lease_never_falls() => WithLease((path, _) =>
    {
        new SlotLeaseFile(path, Roster).Write(4710);
        Assert.Equal(4711, new SlotLeaseFile(path, Roster).Read());
        new SlotLeaseFile(path, Roster).Write(4712);
        Assert.Equal(4712, new SlotLeaseFile(path, Roster).Read());
    });

    [Fact]
    public void A_lease_of_another_roster_is_refused_and_not_overwritten() => WithLease((path, bytes) =>
    {
        var other = new SlotLeaseFile(path, Hash256.Of("other"u8));
        Assert.Contains("another roster", Assert.Throws<FormatException>(() => other.Read()).Message, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => other.Write(5000));
        Assert.Equal(bytes, File.ReadAllBytes(path));
    });

    [Fact]
    public void A_damaged_lease_is_refused() => WithLease((path, bytes) =>
        Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[1, 255]).Sample((at, flip) =>
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= (byte)flip;
            File.WriteAllBytes(path, damaged);
            Assert.Throws<FormatException>(() => new SlotLeaseFile(path, Roster).Read());
        }, iter: 300, threads: 1));

    [Fact]
    public void A_torn_lease_is_refused() => WithLease((path, bytes) =>
    {
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(path, bytes[..length]);
            Assert.Throws<FormatException>(() => new SlotLeaseFile(path, Roster).Read());
        }

        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Throws<FormatException>(() => new SlotLeaseFile(path, Roster).Read());
    });

    private void WithLease(Action<string, byte[]> check)
    {
        string path = Path.Combine(_folder, "slot.lease");
        new SlotLeaseFile(path, Roster).Write(4711);
        Assert.Equal(4711, new SlotLeaseFile(path, Roster).Read());
        check(path, File.ReadAllBytes(path));
    }
}
