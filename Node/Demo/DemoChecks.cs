using System.Collections.Immutable;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Demo;

/// <summary>
/// Judges a demo: what honest nodes held must be equal and must have stayed, traitors proved, liars accused and nobody else, the truth
/// in every Assured box. A part that did not work fails it too: a demo that proved nothing did not hold.
/// </summary>
internal static class DemoChecks
{
    /// <summary>An honest node that applied less than this share of the slots did not take part.</summary>
    private const double LeastShareOfSlots = 0.8;

    /// <summary>By then two honest nodes at least had their turn to propose, and their vetoes' time is over.</summary>
    private const int SlotsToAPlan = 28;

    /// <summary>A sensor of which the broker did not take more than this share of the scans was not there.</summary>
    private const double MostScansLost = 0.5;

    /// <summary>After so long the scheduled jammer has been on for two seconds, microseconds.</summary>
    private const long JammedAfterUs = 12_000_000;

    private const int ConflictsTold = 5;

    /// <summary>The summary of a run.</summary>
    public static DemoSummary Summarize(DemoObservations seen)
    {
        Roster roster = seen.Roster;
        DemoRecorder recorder = seen.Recorder;
        TruthCheck truth = seen.Truth;
        (double? p50, double? p99) = (recorder.Latency(0.5), recorder.Latency(0.99));
        return recorder.Held(held => recorder.Read(all =>
        {
            List<NodeRecord> honest = [.. all.Where((_, node) => recorder.IsHonest(node))];
            var accused = new SortedSet<(int Sensor, AccusationKind Kind)>(honest.SelectMany(node => node.Accused));
            var equivocators = new SortedSet<int>(honest.SelectMany(node => node.Equivocators));
            var summary = new DemoSummary
            {
                Nodes = roster.Nodes.Length,
                Honest = [.. honest.Select(node => node.Name)],
                Slots = held.Slots,
                SlotsFinal = held.SlotsFinal,
                DecisionsEqual = held.DecisionsEqual,
                PicturesEqual = held.PicturesEqual,
                TracksPublished = truth.PublishedLast,
                FalseTracks = truth.FalseTracks.Count,
                Containment = truth.Pairs == 0 ? null : (double)truth.Contained / truth.Pairs,
                AssuredOutside = truth.AssuredOutside,
                Accused = [.. accused.Select(entry => new AccusedSensor(roster.Sensors[entry.Sensor].Id, entry.Kind.ToString()))],
                Equivocators = [.. equivocators.Select(node => roster.Nodes[node].Name)],
                PlansCommitted = honest.Count == 0 ? 0 : honest.Select(node => node.Committed.AsEnumerable()).Aggregate((a, b) => a.Intersect(b, StringComparer.Ordinal)).Count(),
                Alarms = Alarms(honest),
                LatencyP50Ms = p50,
                LatencyP99Ms = p99,
                SlotsAbstained = honest.Sum(node => node.Counters.SlotsAbstained),
                Abstentions = [.. honest.SelectMany(node => node.Abstentions.Select(abstained => $"{node.Name} slot {abstained.Key}: {abstained.Value}")).Take(20)],
                WorstWakeMs = honest.Max(node => node.WorstWakeUs) / 1000.0,
                WorstStepMs = honest.Max(node => node.WorstStepUs) / 1000.0,
                Refused = Refused(honest),
                ScansPublished = seen.ScansPublished.Sum(),
                ScansLost = seen.ScansLost.Sum(),
                FramesJammed = seen.FramesJammed.Sum(),
                Failures = [],
            };
            return summary with { Failures = [.. Agreement(summary, held, all, recorder), .. Verdicts(seen.Options, summary), .. Fusion(seen, summary), .. Parts(seen, honest)] };
        }));
    }

    /// <summary>Honest nodes: one decision, one picture, and a past that stays as it was.</summary>
    private static IEnumerable<string> Agreement(DemoSummary summary, HeldSlots held, IReadOnlyList<NodeRecord> all, DemoRecorder recorder)
    {
        foreach (string conflict in held.Conflicts.Take(ConflictsTold)) yield return conflict;
        if (held.Conflicts.Count > ConflictsTold) yield return $"and {held.Conflicts.Count - ConflictsTold} more contradictions";
        if (summary.Slots == 0) yield return "no slot was decided";
        else if (summary.SlotsFinal == 0) yield return $"none of {summary.Slots} slots became final";
        if (summary.PlansCommitted == 0 && summary.Slots >= SlotsToAPlan) yield return $"no plan was committed in {summary.Slots} slots";
        for (int node = 0; node < all.Count; node++)
        {
            if (!recorder.IsHonest(node)) continue;
            if (held.AppliedBy(node) < LeastShareOfSlots * summary.Slots) yield return $"{all[node].Name} applied only {held.AppliedBy(node)} of {summary.Slots} slots";
            if (all[node].Stopped is { } reason) yield return $"{all[node].Name} stopped: {reason}";
        }
    }

    /// <summary>The guilty found, and nobody else.</summary>
    private static IEnumerable<string> Verdicts(DemoOptions options, DemoSummary summary)
    {
        string[] traitors = options.Traitor is { } traitor ? [traitor] : [];
        foreach (string unproved in traitors.Except(summary.Equivocators, StringComparer.Ordinal)) yield return $"{unproved} was not proved to equivocate";
        foreach (string innocent in summary.Equivocators.Except(traitors, StringComparer.Ordinal)) yield return $"{innocent} was proved to equivocate and is no traitor";
        string[] accused = [.. summary.Accused.Select(entry => entry.Sensor).Distinct(StringComparer.Ordinal)];
        foreach (string unaccused in options.Liars.Except(accused, StringComparer.Ordinal)) yield return $"{unaccused} lied and was not accused";
        foreach (string innocent in accused.Except(options.Liars, StringComparer.Ordinal)) yield return $"{innocent} was accused and is honest";
    }

    /// <summary>The promise of DESIGN section 1: with at most f_s liars the truth lies in every Assured box.</summary>
    private static IEnumerable<string> Fusion(DemoObservations seen, DemoSummary summary)
    {
        int liars = seen.Options.Liars.Length, assumed = seen.Roster.FaultySensors;
        if (summary.AssuredOutside > 0 && liars <= assumed) yield return $"{summary.AssuredOutside} Assured boxes held no truth, with {liars} lying sensors where {assumed} are assumed";
        if (seen.Truth.PublishedMost == 0) yield return "no track was ever published";
    }

    /// <summary>Sensors that scanned, an ingest that took it, a jammer that jammed.</summary>
    private static IEnumerable<string> Parts(DemoObservations seen, List<NodeRecord> honest)
    {
        if (seen.SensorFailure is { } why) yield return $"the sensors ended: {why}";
        for (int sensor = 0; sensor < seen.Roster.Sensors.Length; sensor++)
        {
            string id = seen.Roster.Sensors[sensor].Id;
            long published = seen.ScansPublished[sensor], lost = seen.ScansLost[sensor];
            if (published == 0) yield return $"{id} published no scan";
            else if (lost > MostScansLost * (published + lost)) yield return $"the broker did not take {lost} of {published + lost} scans of {id}";
            else if (!honest.Any(node => node.Ingest.Values.Any(report => report.Sensor == id && report.Accepted > 0))) yield return $"no honest node accepted a scan of {id}";
        }

        if (seen.ElapsedUs < JammedAfterUs) yield break;
        foreach (int node in seen.Jammed.Where(node => seen.FramesJammed[node] == 0)) yield return $"the link of {seen.Roster.Nodes[node].Name} was to be jammed and lost no frame";
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
}
