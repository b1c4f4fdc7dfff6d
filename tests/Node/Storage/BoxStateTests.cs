using C3Fusion.Node.Storage;
using C3Fusion.Rosters;
using C3Fusion.Sim;
using Serilog.Core;
using Xunit;

namespace C3Fusion.Node.Tests.Storage;

/// <summary>What keeps a box from starting until an operator acted.</summary>
public sealed class BoxStateTests : IDisposable
{
    private static readonly Roster Roster = ExerciseRoster.Build(1, 4, new Instant(0), new GeodeticPosition(50, 10, 0)).Roster;
    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-state").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_lease_that_is_missing_beside_a_ledger_stops_the_box()
    {
        BoxState.Check(_folder, Roster);
        File.WriteAllText(Path.Combine(_folder, "ledger-0123456789ab-v2-0.db"), "of another roster");
        BoxState.Check(_folder, Roster);
        BoxState.LeaseOf(_folder, Roster).Write(-1);
        using (var ledger = new LedgerStore(_folder, Roster, Logger.None, _ => { }))
            ledger.Append(new Replica.Ledger.LedgerRecord(0, default, new Replica.Ledger.LedgerBody.RolledBack(3)));
        BoxState.Check(_folder, Roster);
        File.Delete(BoxState.LeaseOf(_folder, Roster).Path);
        Assert.Contains("lost", Assert.Throws<FormatException>(() => BoxState.Check(_folder, Roster)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lease_that_is_damaged_stops_the_box()
    {
        BoxState.LeaseOf(_folder, Roster).Write(7);
        File.WriteAllBytes(BoxState.LeaseOf(_folder, Roster).Path, [1, 2, 3]);
        Assert.Contains("damaged", Assert.Throws<FormatException>(() => BoxState.Check(_folder, Roster)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_was_stopped_stays_so_until_an_operator_removes_the_file()
    {
        new OperatorHold(_folder).Stop("signed x,\nbut a certificate says y");
        new OperatorHold(_folder).Stop("again");
        Assert.EndsWith("signed x, but a certificate says y", new OperatorHold(_folder).Stopped, StringComparison.Ordinal);
        Assert.Null(new OperatorHold(_folder).Frozen);
        Assert.Contains("certificate says y", Assert.Throws<FormatException>(() => BoxState.Check(_folder, Roster)).Message, StringComparison.Ordinal);
        File.Delete(new OperatorHold(_folder).StoppedFile);
        new OperatorHold(_folder).Freeze("two decisions");
        Assert.NotNull(new OperatorHold(_folder).Frozen);
        BoxState.Check(_folder, Roster);
    }
}
