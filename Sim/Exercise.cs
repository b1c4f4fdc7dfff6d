using System.Collections.Immutable;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim.Lies;
using C3Fusion.Sim.Sensing;

namespace C3Fusion.Sim;

/// <summary>What an exercise is made from.</summary>
/// <param name="Seed">Equal seeds give equal exercises.</param>
/// <param name="Nodes">How many nodes.</param>
/// <param name="Start">When sensors and nodes begin: T0 of slot 0, where <see cref="SlotZero"/> says nothing else.</param>
/// <param name="DurationUs">How long, microseconds: ghosts live as long.</param>
/// <param name="Liars">Ids of the sensors that lie.</param>
/// <param name="Lie">What they do.</param>
public sealed record ExerciseSpec(ulong Seed, int Nodes, Instant Start, long DurationUs, ImmutableArray<string> Liars, LieSpec Lie)
{
    /// <summary>T0 of slot 0 where the cluster starts later than that; null where it starts with slot 0.</summary>
    public Instant? SlotZero { get; init; }
}

/// <summary>One sensor of an exercise: what it sees, and its signing end.</summary>
/// <param name="Sensor">Makes the scans.</param>
/// <param name="Publisher">Signs them.</param>
public sealed record ExerciseSensor(SimulatedSensor Sensor, ScanPublisher Publisher);

/// <summary>A world, a roster with its keys, and sensors that watch the one and are in the other.</summary>
public sealed class Exercise : IDisposable
{
    private readonly ExerciseRoster _keys;

    private Exercise(ExerciseSpec spec, World world, ExerciseRoster keys, ImmutableArray<ExerciseSensor> sensors)
    {
        Spec = spec;
        World = world;
        _keys = keys;
        Sensors = sensors;
    }

    /// <summary>What it was made from.</summary>
    public ExerciseSpec Spec { get; }

    /// <summary>What is truly out there.</summary>
    public World World { get; }

    /// <summary>The roster.</summary>
    public Roster Roster => _keys.Roster;

    /// <summary>Private keys of the nodes, by index.</summary>
    public ImmutableArray<Ed25519Signer> NodeKeys => _keys.NodeKeys;

    /// <summary>The sensors, in the roster's order.</summary>
    public ImmutableArray<ExerciseSensor> Sensors { get; }

    /// <summary>Makes an exercise over <paramref name="world"/>.</summary>
    /// <exception cref="ArgumentException">A liar is no sensor of the roster.</exception>
    public static Exercise Build(ExerciseSpec spec, World world)
    {
        ExerciseRoster keys = ExerciseRoster.Build(spec.Seed, spec.Nodes, spec.SlotZero ?? spec.Start, world.Datum);
        foreach (string liar in spec.Liars)
        {
            if (keys.Roster.IndexOfSensor(liar) >= 0) continue;
            keys.Dispose();
            throw new ArgumentException($"'{liar}' is no sensor; there are: {string.Join(", ", keys.Roster.Sensors.Select(sensor => sensor.Id))}", nameof(spec));
        }

        var sensors = ImmutableArray.CreateBuilder<ExerciseSensor>();
        for (int i = 0; i < keys.Roster.Sensors.Length; i++)
        {
            SensorEntry entry = keys.Roster.Sensors[i];
            Lie? lie = spec.Liars.Contains(entry.Id, StringComparer.Ordinal)
                ? LieFactory.Make(spec.Lie, entry, world, spec.Seed, spec.Start, spec.Start.Microseconds + spec.DurationUs)
                : null;
            sensors.Add(new ExerciseSensor(
                new SimulatedSensor(entry, SensorBehaviour.Of(entry), world, spec.Seed, spec.Start, lie),
                new ScanPublisher(entry.Id, keys.Roster.ClusterId, keys.SensorKeys[i])));
        }

        return new Exercise(spec, world, keys, sensors.ToImmutable());
    }

    /// <inheritdoc/>
    public void Dispose() => _keys.Dispose();
}
