using C3Fusion.Agreement;
using C3Fusion.Node.Storage;
using C3Fusion.Node.Verbs;
using C3Fusion.Replica.Checkpoints;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Node.Tests.Storage;

/// <summary>Proof against a sensor becomes a file that <c>c3fusion verify</c> accepts, and nothing else does.</summary>
public sealed class EvidenceFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-evidence").FullName;
    private readonly ExerciseRoster _keys = ExerciseRoster.Build(1, 4, new Instant(1_700_000_000_000_000), new GeodeticPosition(47, 8, 400));

    public void Dispose()
    {
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_a_node_keeps_proves_the_guilt_to_whoever_holds_the_roster()
    {
        ScanEquivocation proof = Proof();
        var folder = new EvidenceFolder(Path.Combine(_folder, "evidence"), _keys.Roster, Logger.None);
        folder.Keep(proof);
        folder.Keep(proof);
        string file = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "evidence")));
        Assert.Equal(ExitCode.Ok, Verify(file));

        byte[] bytes = File.ReadAllBytes(file);
        for (int at = ScanEvidenceFile.Magic.Length; at < bytes.Length; at += 7)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 4;
            File.WriteAllBytes(file, damaged);
            Assert.NotEqual(ExitCode.Ok, Verify(file));
            File.WriteAllBytes(file, bytes[..at]);
            Assert.Equal(ExitCode.BadUsage, Verify(file));
        }
    }

    [Fact]
    public void Checkpoints_that_an_operator_puts_down_are_read_once_and_what_is_none_is_left_alone()
    {
        string folder = Path.Combine(_folder, "checkpoints");
        var checkpoints = new CheckpointFolder(folder, _keys.Roster, Logger.None);
        Assert.Empty(checkpoints.TakeNew());
        Directory.CreateDirectory(folder);
        Checkpoint made = Checkpoint.Sign(_keys.NodeKeys[0], _keys.Roster, 7, [.. Enumerable.Repeat(Outcome.Silent, 4)], Hash256.Of([1]));
        File.WriteAllBytes(Path.Combine(folder, "a.checkpoint"), CheckpointBytes.Write(made));
        File.WriteAllBytes(Path.Combine(folder, "b.checkpoint"), [1, 2, 3]);
        File.WriteAllBytes(Path.Combine(folder, "c.checkpoint"), new byte[1 << 20]);
        Assert.Equal(7, Assert.Single(checkpoints.TakeNew()).Slot);
        Assert.Empty(checkpoints.TakeNew());
    }

    [Fact]
    public void Two_scans_that_an_honest_sensor_signs_prove_nothing()
    {
        ScanEquivocation proof = Proof();
        ScanEquivocation other = Proof(number: 8);
        string file = Path.Combine(_folder, "none.evidence");
        File.WriteAllBytes(file, ScanEvidenceFile.Write(ScanEquivocation.Of(proof.First, other.First), _keys.Roster));
        Assert.Equal(ExitCode.CheckFailed, Verify(file));
    }

    private ScanEquivocation Proof(long number = 7)
    {
        var publisher = new ScanPublisher("radar-4", _keys.Roster.ClusterId, _keys.SensorKeys[3]);
        var scan = new SensorScan("radar-4", 1_700_000_000, number, new Instant(1_700_000_001_000_000), "tracks", []);
        byte[] one = publisher.Seal(scan), other = publisher.Seal(scan with { Time = scan.Time.Plus(1) });
        return Assert.NotNull(ScanEquivocation.Verify(new ScanVerifier(_keys.Roster), 3, one, other)).Value;
    }

    private int Verify(string file)
    {
        string roster = Path.Combine(_folder, "roster.json");
        File.WriteAllBytes(roster, RosterJson.Write(_keys.Roster));
        return VerifyVerb.Create().Parse([file, "--roster", roster]).Invoke();
    }
}
