using C3Fusion.Rosters;
using C3Fusion.Sim.Sensing;

namespace C3Fusion.Sim.Lies;

/// <summary>A change of a sensor's honest reports. One per liar; it may remember.</summary>
public abstract class Lie
{
    /// <summary>Changes <paramref name="tracks"/>, the honest scan valid at <paramref name="time"/>.</summary>
    /// <returns>The time of validity to claim.</returns>
    public abstract Instant Apply(Instant time, List<SensedTrack> tracks);
}

/// <summary>Makes the liars of one exercise.</summary>
public static class LieFactory
{
    /// <summary>The lie of one sensor.</summary>
    /// <param name="spec">What it does.</param>
    /// <param name="entry">Who lies.</param>
    /// <param name="world">What truly is there.</param>
    /// <param name="seed">Of the exercise; liars who collude draw from one stream of it.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="untilUs">When the exercise ends, microseconds: ghosts live until then.</param>
    public static Lie Make(LieSpec spec, SensorEntry entry, World world, ulong seed, Instant from, long untilUs)
    {
        RandomStream own = RandomStream.Of(seed, entry.Id, "lie"), common = RandomStream.Of(seed, "liars", "common");
        int manyGhosts = Math.Max(1, world.Trajectories.Length / 4);
        return spec.Kind switch
        {
            LieKind.Bias or LieKind.Independent => new ShiftLie(own, from) { StartM = spec.Size },
            LieKind.Drift => new ShiftLie(own, from) { RateMps = spec.Size / 180, LimitM = spec.Size, ShiftsVelocity = true },
            LieKind.SlowDrift => new ShiftLie(common, from) { RateMps = spec.Size, Precise = RandomStream.Of(seed, entry.Id, "precise") },
            LieKind.Ghost => new GhostLie(own, own, entry, world, from, untilUs, (int)spec.Size),
            LieKind.Coordinated => new LieInSequence(
                new ShiftLie(common, from) { StartM = spec.Size, Precise = RandomStream.Of(seed, entry.Id, "precise") },
                new GhostLie(RandomStream.Of(seed, "liars", "ghosts"), own, entry, world, from, untilUs, manyGhosts)),
            LieKind.Suppress => new SuppressLie(from),
            LieKind.Freeze => new FreezeLie(from),
            LieKind.Noise => new NoiseLie(own, from, spec.Size),
            LieKind.Clock => new ClockLie(from, spec.Size),
            _ => throw new ArgumentOutOfRangeException(nameof(spec)),
        };
    }

    private sealed class LieInSequence(params Lie[] lies) : Lie
    {
        public override Instant Apply(Instant time, List<SensedTrack> tracks)
        {
            foreach (Lie lie in lies) lie.Apply(time, tracks);
            return time;
        }
    }
}
