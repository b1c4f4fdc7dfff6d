using System.Collections.Immutable;
using System.Globalization;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.Links;
using C3Fusion.Node.Mqtt;
using C3Fusion.Replica;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace C3Fusion.Node.Demo;

/// <summary>The live terminal view of a demo: tracks with how far each can be trusted, sensors, nodes, links, plans.</summary>
internal static class DemoView
{
    private const int TracksShown = 14;
    private const int PlansShown = 5;

    /// <summary>The view at one time.</summary>
    public static IRenderable Render(DemoRun run, TimeSpan elapsed) => run.Recorder.Read(nodes =>
    {
        NodeRecord witness = nodes.Where((_, node) => run.IsHonest(node)).MaxBy(node => node.Agreed?.Slot ?? -1)!;
        var left = new Rows(Tracks(run, witness));
        var right = new Rows(Nodes(run, nodes), Sensors(run, witness, nodes), Links(run, nodes), Plans(run, witness));
        var columns = new Grid().AddColumn().AddColumn();
        columns.AddRow(left, right);
        string head = string.Create(CultureInfo.InvariantCulture, $"[bold]C3Fusion demo[/]  {elapsed.TotalSeconds:F0} s of {run.Options.DurationUs / 1e6:F0} s   broker [link]{run.Broker}[/]   [grey]mosquitto_sub -p {run.Broker.Port} -t 'c3/v1/#' -v[/]");
        return (IRenderable)new Rows(new Markup(head), columns);
    });

    /// <summary>One line for a terminal that cannot redraw.</summary>
    public static string Line(DemoRun run, TimeSpan elapsed) => run.Recorder.Read(nodes =>
    {
        NodeRecord witness = nodes.Where((_, node) => run.IsHonest(node)).MaxBy(node => node.Agreed?.Slot ?? -1)!;
        int tracks = witness.Agreed?.Picture.Tracks.Count(track => track.IsPublished) ?? 0;
        string hash = witness.Agreed?.PictureHash.ToString()[..12] ?? "-";
        string accused = string.Join(' ', witness.Accused.Select(entry => run.Roster.Sensors[entry.Sensor].Id).Distinct(StringComparer.Ordinal));
        return string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds,4:F0} s  slot {witness.Agreed?.Slot ?? -1,4}  picture {hash}  {tracks,3} tracks  accused: {accused}  equivocators: {string.Join(' ', witness.Equivocators.Select(node => run.Roster.Nodes[node].Name))}");
    });

    private static Table Table(string title, params string[] columns)
    {
        Table table = new Table().Title($"[bold]{title}[/]").Border(TableBorder.Simple);
        foreach (string column in columns) table.AddColumn(new TableColumn(column).NoWrap());
        return table;
    }

    private static Table Tracks(DemoRun run, NodeRecord witness)
    {
        Table table = Table("agreed tracks", "track", "east km", "north km", "alt m", "m/s", "assurance", "±m", "n", "rejected");
        ImmutableArray<SystemTrack> tracks = witness.Agreed?.Picture.Tracks ?? [];
        foreach (SystemTrack track in tracks.OrderBy(track => track.Assurance).ThenBy(track => track.Number).Take(TracksShown))
        {
            string colour = track.Assurance switch { Assurance.Assured => "green", Assurance.Supported => "yellow", Assurance.Alarm => "red", _ => "grey" };
            double width = Math.Max(track.High.X - track.Low.X, track.High.Y - track.Low.Y) / 2;
            table.AddRow(
                TrackJson.NameOf(track),
                Number(track.Position.X / 1000, "F1"),
                Number(track.Position.Y / 1000, "F1"),
                Number(track.Position.Z, "F0"),
                Number(track.Velocity.Length, "F0"),
                $"[{colour}]{track.Assurance}[/]",
                Number(width, "F0"),
                Number(track.ReadingCount, "F0"),
                Names(run.Roster, track.Rejected));
        }

        if (tracks.Length > TracksShown) table.Caption($"[grey]and {tracks.Length - TracksShown} more[/]");
        return table;
    }

    private static Table Nodes(DemoRun run, IReadOnlyList<NodeRecord> nodes)
    {
        Table table = Table("nodes", "node", "box", "slot", "picture", "decision", "g", "alarms");
        for (int node = 0; node < nodes.Count; node++)
        {
            NodeRecord record = nodes[node];
            SlotDecision? last = record.LastDecision;
            string name = run.IsHonest(node) ? record.Name : $"[red]{record.Name} ☠[/]";
            string basis = last?.Basis switch { DecisionBasis.FinalSync => "[green]FinalSync[/]", DecisionBasis.FinalSuspect => "[yellow]FinalSuspect[/]", null => "-", var other => $"[red]{other}[/]" };
            table.AddRow(
                name,
                record.Boxes.LastOrDefault() ?? "-",
                Number(record.Agreed?.Slot ?? -1, "F0"),
                record.Agreed?.PictureHash.ToString()[..8] ?? "-",
                basis,
                Number(last?.Strength ?? 0, "F0"),
                Markup.Escape(string.Join(' ', record.Standing.Select(alarm => alarm.Kind).Distinct())));
        }

        return table;
    }

    private static Table Sensors(DemoRun run, NodeRecord witness, IReadOnlyList<NodeRecord> nodes)
    {
        Table table = Table("sensors", "sensor", "agreed trust", "accepted", "refused");
        for (int sensor = 0; sensor < run.Roster.Sensors.Length; sensor++)
        {
            string id = run.Roster.Sensors[sensor].Id;
            SensorTrust? trust = sensor < witness.Trust.Length ? witness.Trust[sensor] : null;
            var reports = nodes.SelectMany(node => node.Ingest.Values).Where(report => report.Sensor == id).ToList();
            string state = trust?.Accusation switch { null => "[green]trusted[/]", AccusationKind.OutsideRegistration => "[yellow]OutsideRegistration[/]", var kind => $"[red]{kind}[/]" };
            table.AddRow(
                run.Options.Liars.Contains(id, StringComparer.Ordinal) ? $"[red]{id} ☠[/]" : id,
                state,
                Number(reports.Sum(report => report.Accepted), "F0"),
                Number(reports.Sum(report => report.Refused.Values.Sum()), "F0"));
        }

        return table;
    }

    private static Table Links(DemoRun run, IReadOnlyList<NodeRecord> nodes)
    {
        Table table = Table("links", ["from \\ to", .. nodes.Select(node => node.Name)]);
        Instant now = SystemClock.Now;
        for (int from = 0; from < nodes.Count; from++)
        {
            var row = new List<string> { nodes[from].Name };
            for (int to = 0; to < nodes.Count; to++)
            {
                LinkStatus? link = nodes[from].Vitals?.Links.FirstOrDefault(status => status.Peer == to);
                row.Add(from == to ? "" : run.Jammer.IsJammed(from, to, now) ? "[red]jammed[/]" : link is { OutgoingUp: true } ? "[green]up[/]" : "[yellow]down[/]");
            }

            table.AddRow([.. row]);
        }

        return table;
    }

    private static Table Plans(DemoRun run, NodeRecord witness)
    {
        Table table = Table("plans", "plan", "by", "task", "unit", "state");
        foreach (Plan plan in witness.Plans.Values.OrderByDescending(plan => plan.ProposedSlot).Take(PlansShown))
            table.AddRow(plan.Id, run.Roster.Nodes[plan.Proposer].Name, plan.Task.ToString(), Markup.Escape(string.Join(' ', plan.Units)), plan.State.ToString());
        return table;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Names(Roster roster, ulong mask) =>
        string.Join(' ', roster.Sensors.Where((_, i) => (mask >> i & 1) != 0).Select(sensor => sensor.Id));
}
