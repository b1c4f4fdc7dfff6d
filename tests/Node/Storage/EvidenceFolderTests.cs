using C3Fusion.Node.Storage;
using C3Fusion.Node.Verbs;
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
