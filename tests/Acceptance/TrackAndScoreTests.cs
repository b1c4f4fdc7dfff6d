using System.Text.Json;
using C3Fusion.Exercises;
using C3Fusion.Exercises.Campaign;
using Xunit;

namespace C3Fusion.Acceptance;

/// <summary>A generated exercise through <c>c3fusion track</c> and <c>c3fusion score</c> gives what the campaign's table says.</summary>
public sealed class TrackAndScoreTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("c3fusion-track-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("slowdrift", "")]
    [InlineData("ghost", "rx")]
    public async Task The_command_line_and_the_campaign_agree(string lie, string circumstance)
    {
        ExerciseSettings settings = Catalogue.Attack(lie, 31, "R2", "S1");
        if (circumstance.Length > 0) settings = Circumstances.Apply(settings, circumstance);
        Exercise exercise = Exercise.Generate(settings);
        ExerciseFiles.Write(exercise, _folder);
        ExerciseOutcome expected = ExerciseRun.Run(exercise);

        Product.Run track = await Product.RunAsync(["track", "--sensors", In("sensors.json"), "--f", "2", "--order", settings.Order, "--stats", In("reports.jsonl.gz")]);
        Assert.Equal(0, track.ExitCode);
        JsonElement[] accused = [.. JsonDocument.Parse(track.Error).RootElement.GetProperty("accusations").EnumerateArray()];
        Assert.Equal(["R2", "S1"], accused.Select(a => a.GetProperty("sensor").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal(expected.Accusations.Select(a => a.FromUs / 1e6), accused.Select(a => a.GetProperty("from").GetDouble()));

        Product.Run score = await Product.RunAsync(["score", "--truth", In("truth.jsonl.gz"), "--from", "20"], track.Output);
        Assert.Equal((0, ""), (score.ExitCode, score.Error));
        JsonElement values = JsonDocument.Parse(score.Output).RootElement;

        // The files round positions to centimetres; nothing else may differ.
        Assert.Equal(180, values.GetProperty("scans").GetInt32());
        Assert.Equal(expected.Score.Gospa!.Value, values.GetProperty("gospa").GetDouble(), 0.05);
        Assert.Equal(expected.Score.MeanWidth!.Value, values.GetProperty("meanWidth").GetDouble(), 0.05);
        Assert.Equal(expected.Score.False, values.GetProperty("false").GetDouble());
        Assert.Equal(expected.Score.Matched, values.GetProperty("matched").GetInt64());
        Assert.Equal(expected.Score.IdSwitches, values.GetProperty("idSwitches").GetInt64());
        Assert.Equal(expected.Score.Containment, values.GetProperty("containment").GetDouble());
    }

    private string In(string file) => Path.Combine(_folder, file);
}
