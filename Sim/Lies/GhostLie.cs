using System.Collections.Immutable;
using System.Globalization;
using C3Fusion.Fusion;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim.Sensing;
using C3Fusion.Sim.Worlds;

namespace C3Fusion.Sim.Lies;

/// <summary>Adds targets that fly like real ones and do not exist.</summary>
internal sealed class GhostLie : Lie
{
    private const long FirstNumber = 500_000;
    private readonly ImmutableArray<ManoeuvringTrajectory> _ghosts;
    private readonly RandomStream _noise;
    private readonly SensorEntry _entry;

    /// <summary>Paths come from <paramref name="paths"/>, which colluding liars share; noise from the liar's own stream.</summary>
    public GhostLie(RandomStream paths, RandomStream noise, SensorEntry entry, World world, Instant from, long untilUs, int count)
    {
        _entry = entry;
        _ghosts = [.. Enumerable.Range(0, count).Select(i => ManoeuvringTrajectory.Draw(i, from.Microseconds, Math.Max(untilUs, from.Microseconds + 1), world.Area, paths))];
        _noise = noise;
    }

    public override Instant Apply(Instant time, List<SensedTrack> tracks)
    {
        foreach (ManoeuvringTrajectory ghost in _ghosts)
        {
            if (time.Microseconds < ghost.FirstUs) continue;
            (Enu position, Enu velocity) = ghost.At(time.Microseconds);
            Enu Error(double sigma) => new Enu(_noise.NextGaussian(), _noise.NextGaussian(), _noise.NextGaussian()) * sigma;
            var track = new ScanTrack(
                (FirstNumber + ghost.Id).ToString(CultureInfo.InvariantCulture),
                position + Error(_entry.SigmaPositionM),
                velocity + Error(_entry.SigmaVelocityMps),
                _entry.SigmaPositionM,
                _entry.SigmaVelocityMps,
                "");
            tracks.Add(new SensedTrack(-1, position, velocity, track));
        }

        return time;
    }
}
