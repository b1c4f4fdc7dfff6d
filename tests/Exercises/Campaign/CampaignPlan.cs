using C3Fusion.Exercises.World;

namespace C3Fusion.Exercises.Campaign;

/// <summary>Which exercises a campaign runs, under headings.</summary>
public static class CampaignPlan
{
    private static readonly string[][] LiarPairs = [["R2", "S1"], ["R1", "R2"], ["R1", "R3"], ["S1", "S3"]];
    private static readonly string[] FiveSensors = ["R1", "R2", "R3", "S1", "S2"];
    private static readonly string[] PairLies = ["ghost", "coordinated", "slowdrift", "step-own-0-600", "drag-own-velocity", "parallel-600"];
    private static readonly string[] RecordedLies = ["bias", "drift", "ghost", "coordinated", "slowdrift"];

    /// <summary>All exercises of the campaign.</summary>
    /// <param name="seed">First seed; the plan uses it and its successors.</param>
    public static IEnumerable<(string Heading, ExerciseSettings Settings)> All(long seed)
    {
        foreach (ExerciseSettings s in Recorded(seed)) yield return ("The recorded lies, other liars", s);
        foreach (ExerciseSettings s in OtherLies(seed)) yield return ("The rest of the catalogue", s);
        foreach (ExerciseSettings s in Circumstantial(seed)) yield return ("Under circumstances", s);
        foreach (ExerciseSettings s in HonestTroubles(seed)) yield return ("Nobody lies", s);
        foreach (ExerciseSettings s in TooManyLiars(seed)) yield return ("Three liars, f = 2: nothing is promised but an alarm or a bounded error", s);
    }

    /// <summary>Every pair of liars among the eight sensors and among five, each pair with a seed of its own.</summary>
    /// <param name="seed">First seed.</param>
    public static IEnumerable<(string Heading, ExerciseSettings Settings)> Pairs(long seed)
    {
        foreach (ExerciseSettings s in Pairs(seed, [.. SensorSpec.Standard.Select(s => s.Id)])) yield return ("Every pair of liars", s);
        foreach (ExerciseSettings s in Pairs(seed, FiveSensors)) yield return ("Every pair of liars, n = 2f+1", s.FiveSensors());
    }

    /// <summary>Real aircraft under simulated sensors with correlated errors and registration biases.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="openSkyFile">OpenSky state vectors.</param>
    public static IEnumerable<(string Heading, ExerciseSettings Settings)> RealFlights(long seed, string openSkyFile)
    {
        foreach (string lie in new[] { "honest", "bias", "ghost", "slowdrift", "step-own-0-600" })
        {
            ExerciseSettings settings = Catalogue.Attack(lie, seed, "R2", "S1").RealFlights(openSkyFile);
            yield return ("Real aircraft", settings);
            yield return ("Real aircraft", settings.RegistrationBiases(registered: true));
            yield return ("Real aircraft", settings.RegistrationBiases(registered: true).Correlated(0.9));
        }
    }

    private static IEnumerable<ExerciseSettings> Pairs(long seed, string[] ids)
    {
        for (int i = 0; i < ids.Length; i++)
        {
            for (int j = i + 1; j < ids.Length; j++)
            {
                foreach (string lie in PairLies) yield return Catalogue.Attack(lie, seed, ids[i], ids[j]);
                seed++;
            }
        }
    }

    private static IEnumerable<ExerciseSettings> Recorded(long seed)
    {
        for (int i = 0; i < LiarPairs.Length; i++)
        {
            yield return Catalogue.Attack("honest", seed + i);
            foreach (string lie in RecordedLies) yield return Catalogue.Attack(lie, seed + i, LiarPairs[i]);
        }

        yield return Catalogue.Attack("honest", seed).Hundred();
        foreach (string lie in new[] { "ghost", "slowdrift", "coordinated" }) yield return Catalogue.Attack(lie, seed, "R1", "R3").Hundred();
    }

    private static IEnumerable<ExerciseSettings> OtherLies(long seed)
    {
        foreach (string lie in Catalogue.Lies.Keys.Except(RecordedLies, StringComparer.Ordinal))
        {
            yield return Catalogue.Attack(lie, seed, "R1", "R2");
            yield return Catalogue.Attack(lie, seed + 1, "R3", "S1");
        }
    }

    private static IEnumerable<ExerciseSettings> Circumstantial(long seed)
    {
        string[] circumstances = ["five-sensors", "biases", "biases-registered", "ar0.9", "rx", "late", "missing", "pd75", "no-height", "noise1.2", "crossing", "pairs-200", "pairs-400", "pairs-800"];
        foreach (string circumstance in circumstances)
        {
            yield return Circumstances.Apply(Catalogue.Attack("honest", seed), circumstance);
            foreach (string lie in new[] { "bias", "ghost", "slowdrift", "step-own-0-600" })
            {
                yield return Circumstances.Apply(Catalogue.Attack(lie, seed, "R2", "S1"), circumstance);
            }

            yield return Circumstances.Apply(Catalogue.Attack("slowdrift", seed, "R1", "R2"), circumstance);
        }
    }

    private static IEnumerable<ExerciseSettings> HonestTroubles(long seed)
    {
        foreach (string trouble in new[] { "noise1.5", "noise2-R3", "clock0.1-R1", "clock0.3-R1", "azimuth-R1", "azimuth-R4", "freeze-R2" })
        {
            for (int i = 0; i < 3; i++) yield return Circumstances.Apply(Catalogue.Attack("honest", seed + i), trouble);
        }

        foreach (string circumstance in new[] { "biases", "ar0.9", "crossing" })
        {
            for (int i = 1; i < 4; i++) yield return Circumstances.Apply(Catalogue.Attack("honest", seed + i), circumstance);
        }
    }

    private static IEnumerable<ExerciseSettings> TooManyLiars(long seed)
    {
        foreach (string lie in RecordedLies.Concat(["step-own-0-600", "step-own-150", "drag-own", "parallel-600", "late-step"]))
        {
            yield return Catalogue.Attack(lie, seed, "R1", "R2", "R3");
            yield return Catalogue.Attack(lie, seed, "R4", "S1", "S2");
        }
    }
}
