using C3Fusion.Exercises;
using C3Fusion.Exercises.Campaign;
using C3Fusion.Exercises.World;
using Xunit;

namespace C3Fusion.Fusion.Tests.Exercises;

/// <summary>Real aircraft (OpenSky) under simulated sensors.</summary>
public sealed class RealFlightTests
{
    private static string StateVectors => SharedFiles.Path("truth/OpenSky_Plane_States.csv.gz");

    [Fact]
    public void Flights_move_as_aircraft_do()
    {
        IReadOnlyList<TargetPath> flights = RecordedFlights.Read(StateVectors, 300, 200);
        Assert.InRange(flights.Count, 40, 84);
        foreach (TargetPath flight in flights)
        {
            for (int i = 1; i < flight.Positions.Count; i++)
            {
                Enu step = flight.Positions[i] - flight.Positions[i - 1];
                Assert.InRange(step.Length, 10, 400);
                Assert.True((step - ((flight.Velocities[i] + flight.Velocities[i - 1]) * 0.5)).Length < 8, "velocity is the slope of position");
            }
        }
    }

    [Theory]
    [InlineData("bias")]
    [InlineData("ghost")]
    [InlineData("slowdrift")]
    public void Two_liars_are_told_from_six_honest_sensors_with_biases_and_correlated_errors(string lie)
    {
        ExerciseSettings settings = Catalogue.Attack(lie, 21, "R2", "S1").RealFlights(StateVectors).RegistrationBiases(registered: true).Correlated(0.9);
        ExerciseOutcome outcome = ExerciseRun.Run(Exercise.Generate(settings));
        Assert.Equal(["R2", "S1"], outcome.Accusations.Select(a => settings.Sensors[a.Sensor].Id).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(0, outcome.Score.Ghosts);
        Assert.Equal(0, outcome.AlarmScans);
        Assert.True(outcome.Score.Containment >= 0.999, $"hard containment {outcome.Score.Containment}");
        Assert.True(outcome.MissedMature <= 0.01, $"missed {outcome.MissedMature}");
    }

    /// <summary>Sharp turns of real aircraft can split the sensors between two tracks on one target; that must not last.</summary>
    [Theory]
    [InlineData("honest", false)]
    [InlineData("honest", true)]
    [InlineData("slowdrift", false)]
    [InlineData("slowdrift", true)]
    public void A_target_has_one_track_and_keeps_it(string lie, bool biases)
    {
        ExerciseSettings settings = (lie == "honest" ? Catalogue.Attack(lie, 21) : Catalogue.Attack(lie, 21, "R2", "S1")).RealFlights(StateVectors);
        if (biases) settings = settings.RegistrationBiases(registered: true);
        ExerciseOutcome outcome = ExerciseRun.Run(Exercise.Generate(settings));
        Assert.True(outcome.Score.False <= 0.02, $"false {outcome.Score.False}");
        Assert.True(outcome.MissedMature <= 0.01, $"missed {outcome.MissedMature}");
        Assert.Equal(0, outcome.Score.IdSwitches);
        Assert.Equal(lie == "honest" ? [] : ["R2", "S1"], outcome.Accusations.Select(a => settings.Sensors[a.Sensor].Id).Order(StringComparer.Ordinal));
    }
}
