using System.Text.Json;
using C3Fusion.Fusion.Metrics;

namespace C3Fusion.Node.Score;

/// <summary>Writes a score as one line of JSON.</summary>
internal static class ScoreOutput
{
    /// <summary>Writes <paramref name="score"/> and a line end; a value that does not exist is null.</summary>
    public static void Write(Stream output, PictureScore score)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteNumber("scans", score.Scans);
            Number(json, "gospa", score.Gospa);
            Number(json, "gospaLocalisation", score.GospaLocalisation);
            Number(json, "gospaMissed", score.GospaMissed);
            Number(json, "gospaFalse", score.GospaFalse);
            Number(json, "ospa", score.Ospa);
            Number(json, "rmse", score.Rmse);
            Number(json, "missed", score.Missed);
            Number(json, "false", score.False);
            Number(json, "ghosts", score.Ghosts);
            json.WriteNumber("idSwitches", score.IdSwitches);
            Number(json, "containment", score.Containment);
            Number(json, "meanWidth", score.MeanWidth);
            Number(json, "statContainment", score.StatContainment);
            Number(json, "statMeanWidth", score.StatMeanWidth);
            Number(json, "assuredShare", score.AssuredShare);
            json.WriteNumber("idSwitchesLasting", score.LastingIdSwitches);
            json.WriteNumber("matched", score.Matched);
            json.WriteStartObject("siap");
            json.WriteNumber("completeness", score.Siap.Completeness);
            json.WriteNumber("ambiguity", score.Siap.Ambiguity);
            json.WriteNumber("spuriousness", score.Siap.Spuriousness);
            Number(json, "positionAccuracy", score.Siap.PositionAccuracy);
            Number(json, "velocityAccuracy", score.Siap.VelocityAccuracy);
            Number(json, "trackNumberChangeRate", score.Siap.TrackNumberChangeRate);
            Number(json, "longestTrackSegment", score.Siap.LongestTrackSegment);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        output.WriteByte((byte)'\n');
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number)) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }
}
