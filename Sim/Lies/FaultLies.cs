using C3Fusion.Fusion;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim.Sensing;

namespace C3Fusion.Sim.Lies;

/// <summary>Hides every other target.</summary>
internal sealed class SuppressLie(Instant from) : Lie
{
    public override Instant Apply(Instant time, List<SensedTrack> tracks)
    {
        if (time >= from) tracks.RemoveAll(sensed => sensed.Target >= 0 && sensed.Target % 2 == 0);
        return time;
    }
}

/// <summary>Repeats its last honest scan for ever.</summary>
internal sealed class FreezeLie(Instant from) : Lie
{
    private List<SensedTrack>? _frozen;

    public override Instant Apply(Instant time, List<SensedTrack> tracks)
    {
        if (time < from) return time;
        _frozen ??= [.. tracks];
        tracks.Clear();
        tracks.AddRange(_frozen);
        return time;
    }
}

/// <summary>Errs more than the roster registers.</summary>
internal sealed class NoiseLie(RandomStream random, Instant from, double times) : Lie
{
    public override Instant Apply(Instant time, List<SensedTrack> tracks)
    {
        for (int i = 0; i < tracks.Count && time >= from; i++)
        {
            // Independent errors add in squares: what was drawn already is one of the times.
            double more = tracks[i].Track.SigmaPositionM * Math.Sqrt(Math.Max(0, (times * times) - 1));
            Enu error = new Enu(random.NextGaussian(), random.NextGaussian(), random.NextGaussian()) * more;
            ScanTrack track = tracks[i].Track;
            tracks[i] = tracks[i] with { Track = track with { Position = track.Position + error } };
        }

        return time;
    }
}

/// <summary>Stamps its scans with a clock that is off.</summary>
internal sealed class ClockLie(Instant from, double seconds) : Lie
{
    public override Instant Apply(Instant time, List<SensedTrack> tracks) => time < from ? time : time.Plus((long)(seconds * 1e6));
}
