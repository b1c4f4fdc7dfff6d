using System.Collections.Immutable;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Demo;

/// <summary>Judges a demo: what honest nodes held must be equal, traitors proved, liars accused, and nobody else.</summary>
internal static class DemoChecks
{
    /// <summary>An honest node that applied less than this share of the slots did not take part.</summary>
    private const double LeastShareOfSlots = 0.8;

    /// <summary>The summary of a run.</summary>
    public static DemoSummary Summarize(DemoRun run)
    {
        Roster roster = run.Roster;
        DemoRecorder recorder = run.Recorder;
        ImmutableArray<string> conflicts = recorder.Conflicts();
        var truth = new TruthCheck(run.World);
        ImmutableArray<ImmutableArray<SystemTrack>> pictures = recorder.Pictures();
        foreach (ImmutableArray<SystemTrack> picture in pictures) truth.Check(picture);
        double[] latencies = recorder.Latencies();

        return recorder.Read(all =>
        {
            List<NodeRecord> honest = [.. all.Where((_, node) => recorder.IsHonest(node))];
            SortedSet<long> slots = [.. honest.SelectMany(node => node.PictureHashes.Keys)];
            var accused = new SortedSet<(int Sensor, AccusationKind Kind)>(honest.SelectMany(node => node.Accused));
            var equivocators = new SortedSet<int>(honest.SelectMany(node => node.Equivocators));
            var summary = new DemoSummary
            {
                Nodes = roster.Nodes.Length,
                Honest = [.. honest.Select(node => node.Name)],
                Slots = slots.Count,
                SlotsFinal = slots.Count(slot => honest.Any(node => node.Decisions.TryGetValue(slot, out SlotDecision? decision) && decision.Basis == DecisionBasis.FinalSync)),
                DecisionsEqual = !conflicts.Any(conflict => conflict.Contains("decided", StringComparison.Ordinal)),
                PicturesEqual = !conflicts.Any(conflict => conflict.Contains("picture", StringComparison.Ordinal)),
                TracksPublished = pictures.IsEmpty ? 0 : pictures[^1].Count(track => track.IsPublished),
                FalseTracks = truth.FalseTracks.Count,
                Containment = truth.Pairs == 0 ? null : (double)truth.Contained / truth.Pairs,
                AssuredOutside = truth.AssuredOutside,
                Accused = [.. accused.Select(entry => new AccusedSensor(roster.Sensors[entry.Sensor].Id, entry.Kind.ToString()))],
                Equivocators = [.. equivocators.Select(node => roster.Nodes[node].Name)],
                PlansCommitted = honest.Count == 0 ? 0 : honest.Select(node => node.Committed.AsEnumerable()).Aggregate((a, b) => a.Intersect(b, StringComparer.Ordinal)).Count(),
                Alarms = Alarms(honest),
                LatencyP50Ms = Quantile(latencies, 0.5),
                LatencyP99Ms = Quantile(latencies, 0.99),
                SlotsAbstained = honest.Sum(node => node.Counters.SlotsAbstained),
                Abstentions = [.. honest.SelectMany(node => node.Abstentions.Select(abstained => $"{node.Name} slot {abstained.Key}: {abstained.Value}")).Take(20)],
                WorstWakeMs = honest.Max(node => node.WorstWakeUs) / 1000.0,
                WorstStepMs = honest.Max(node => node.WorstStepUs) / 1000.0,
                Refused = Refused(honest),
                Failures = [],
            };
            return summary with { Failures = Failures(run.Options, summary, honest, conflicts) };
        });
    }

    private static ImmutableArray<string> Failures(DemoOptions options, DemoSummary summary, List<NodeRecord> honest, ImmutableArray<string> conflicts)
    {
        ImmutableArray<string>.Builder failures = ImmutableArray.CreateBuilder<string>();
        failures.AddRange(conflicts.Take(5));
        if (summary.Slots == 0) failures.Add("no slot was decided");
        foreach (NodeRecord node in honest)
        {
            if (node.PictureHashes.Count < LeastShareOfSlots * summary.Slots) failures.Add($"{node.Name} applied only {node.PictureHashes.Count} of {summary.Slots} slots");
            if (node.Stopped is { } reason) failures.Add($"{node.Name} stopped: {reason}");
        }

        string[] traitors = options.Traitor is { } traitor ? [traitor] : [];
        foreach (string unproved in traitors.Except(summary.Equivocators, StringComparer.Ordinal)) failures.Add($"{unproved} was not proved to equivocate");
        foreach (string innocent in summary.Equivocators.Except(traitors, StringComparer.Ordinal)) failures.Add($"{innocent} was proved to equivocate and is no traitor");
        string[] accused = [.. summary.Accused.Select(entry => entry.Sensor).Distinct(StringComparer.Ordinal)];
        foreach (string unaccused in options.Liars.Except(accused, StringComparer.Ordinal)) failures.Add($"{unaccused} lied and was not accused");
        foreach (string innocent in accused.Except(options.Liars, StringComparer.Ordinal)) failures.Add($"{innocent} was accused and is honest");
        return failures.ToImmutable();
    }

    private static ImmutableArray<SummaryAlarm> Alarms(List<NodeRecord> honest) =>
        [.. honest.SelectMany(node => node.Alarms.Select(alarm => (node.Name, Alarm: alarm.Value)))
            .GroupBy(entry => (entry.Alarm.Kind, entry.Alarm.Subject))
            .OrderBy(group => group.Key.Kind).ThenBy(group => group.Key.Subject, StringComparer.Ordinal)
            .Select(group => new SummaryAlarm(group.Key.Kind.ToString(), group.Key.Subject, group.Min(entry => entry.Alarm.Slot), [.. group.Select(entry => entry.Name)]))];

    private static ImmutableSortedDictionary<string, long> Refused(List<NodeRecord> honest) =>
        honest.SelectMany(node => node.Ingest.Values).SelectMany(report => report.Refused)
            .GroupBy(reason => reason.Key, StringComparer.Ordinal)
            .ToImmutableSortedDictionary(group => group.Key, group => group.Sum(reason => reason.Value), StringComparer.Ordinal);

    private static double? Quantile(double[] ascending, double share) =>
        ascending.Length == 0 ? null : Math.Round(ascending[Math.Min(ascending.Length - 1, (int)(share * ascending.Length))], 1);
}
