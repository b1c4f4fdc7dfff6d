using System.Globalization;
using C3Fusion.Fusion.Metrics;
using C3Fusion.Fusion.Tracking;

namespace C3Fusion.Exercises.Campaign;

/// <summary>Writes outcomes as rows of a Markdown table.</summary>
public static class CampaignTable
{
    /// <summary>The head of a table.</summary>
    public const string Head = """
        | exercise | GOSPA | removed | ratio | missed | false | ghosts | id switches / lasting | hard in | width | stat in | width | Assured | Assured wrong | accused, at scan |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
        """;

    /// <summary>One row.</summary>
    /// <param name="outcome">With the liars.</param>
    /// <param name="removed">With the liars' lines removed; null where nobody lies.</param>
    public static string Row(ExerciseOutcome outcome, ExerciseOutcome? removed)
    {
        PictureScore s = outcome.Score;
        string mark = removed is null ? "" : Format(removed.Score.Gospa, 1), ratio = removed is null ? "" : Format(s.Gospa / removed.Score.Gospa, 2);
        string[] cells =
        [
            outcome.Exercise.Name,
            Format(s.Gospa, 1),
            mark,
            ratio,
            Format(outcome.MissedMature, 3),
            Format(s.False, 3),
            Format(s.Ghosts, 3),
            $"{s.IdSwitches} / {s.LastingIdSwitches}",
            Format(s.Containment, 4),
            Format(s.MeanWidth, 0),
            Format(s.StatContainment, 4),
            Format(s.StatMeanWidth, 0),
            Format(s.AssuredShare, 3),
            outcome.Assured > 0 ? Format(outcome.AssuredWrong / (double)outcome.Assured, 4) : "",
            Accused(outcome),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    /// <summary>Who was accused and when: honest sensors in bold, outside its registration in brackets, contradicted with a c, withdrawn ones with their end.</summary>
    public static string Accused(ExerciseOutcome outcome)
    {
        var words = new List<string>();
        foreach (Accusation a in outcome.Accusations)
        {
            string sensor = outcome.Exercise.Sensors[a.Sensor].Id;
            string text = $"{sensor} {a.FromUs / 1_000_000}{(a.Kind == AccusationKind.Contradicted ? "c" : "")}{(a.ToUs is { } to ? $"-{to / 1_000_000}" : "")}";
            if (a.Kind == AccusationKind.OutsideRegistration) text = $"({text})";
            else if (!outcome.Exercise.Liars.Contains(sensor, StringComparer.Ordinal)) text = $"**{text}**";
            words.Add(text);
        }

        if (outcome.AlarmScans > 0) words.Add($"alarm in {outcome.AlarmScans} scans");
        return words.Count == 0 ? "nobody" : string.Join(", ", words);
    }

    private static string Format(double? value, int digits) => value is { } v ? v.ToString($"F{digits}", CultureInfo.InvariantCulture) : "";
}
