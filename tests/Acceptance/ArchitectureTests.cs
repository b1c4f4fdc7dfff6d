using ArchUnitNET.Loader;
using Xunit;
using static ArchUnitNET.Fluent.ArchRuleDefinition;
using ArchModel = ArchUnitNET.Domain.Architecture;
using Assembly = System.Reflection.Assembly;

namespace C3Fusion.Acceptance;

/// <summary>Holds the table of DESIGN section 2: which part may use which.</summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, Assembly> Parts = new(StringComparer.Ordinal)
    {
        ["Roster"] = typeof(Rosters.Roster).Assembly,
        ["Fusion"] = typeof(Fusion.TrackReport).Assembly,
        ["Sensors"] = typeof(Sensors.SensorScan).Assembly,
        ["Agreement"] = typeof(Agreement.Statement).Assembly,
        ["Replica"] = typeof(Replica.ILink).Assembly,
        ["Sim"] = typeof(Sim.Trajectory).Assembly,
        ["Node"] = typeof(Node.ExitCode).Assembly,
    };

    private static readonly ArchModel Loaded = new ArchLoader().LoadAssemblies([.. Parts.Values]).Build();

    public static TheoryData<string, string> Allowed => new()
    {
        { "Roster", "" },
        { "Fusion", "" },
        { "Sensors", "Roster Fusion" },
        { "Agreement", "Roster" },
        { "Replica", "Roster Fusion Sensors Agreement" },
        { "Sim", "Roster Fusion Sensors Agreement Replica" },
        { "Node", "Roster Fusion Sensors Agreement Replica Sim" },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void A_part_uses_only_what_the_design_allows(string part, string mayUse)
    {
        string[] allowed = mayUse.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach ((string other, Assembly assembly) in Parts)
        {
            if (other == part || allowed.Contains(other)) continue;
            var rule = Types().That().ResideInAssembly(Parts[part]).Should().NotDependOnAny(Types().That().ResideInAssembly(assembly));
            Assert.True(rule.HasNoViolations(Loaded), $"{part} must not use {other}");
        }
    }

    [Theory]
    [InlineData("Roster")]
    [InlineData("Fusion")]
    [InlineData("Sensors")]
    [InlineData("Agreement")]
    [InlineData("Replica")]
    public void A_pure_part_references_no_assembly_that_does_io(string part)
    {
        string[] forbidden = ["System.Net.Sockets", "System.Net.Http", "System.IO.FileSystem", "System.Threading.Thread", "System.Diagnostics.Process", "Akka", "MQTTnet", "Microsoft.Data.Sqlite", "Serilog"];
        IEnumerable<string> referenced = Parts[part].GetReferencedAssemblies().Select(name => name.Name!);
        Assert.Empty(referenced.Intersect(forbidden, StringComparer.Ordinal));
    }
}
