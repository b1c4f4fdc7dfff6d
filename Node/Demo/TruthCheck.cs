using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Rosters;
using C3Fusion.Sim;

namespace C3Fusion.Node.Demo;

/// <summary>Holds agreed pictures against the truth, which only the simulation knows.</summary>
internal sealed class TruthCheck(World world)
{
    /// <summary>A confirmed track farther than this from every truth is false, m.</summary>
    private const double FalseBeyondM = 1000;

    /// <summary>How long a truth that is gone still explains a track, microseconds.</summary>
    private const long MemoryUs = 10_000_000;

    private const long MemoryStepUs = 1_000_000;

    private readonly List<TargetState> _states = [];
    private readonly List<TargetState> _before = [];
    private readonly SortedSet<long> _false = [];

    /// <summary>(Confirmed track, slot) pairs with a truth near by.</summary>
    public int Pairs { get; private set; }

    /// <summary>Of those, the pairs whose truth lay in the hard box.</summary>
    public int Contained { get; private set; }

    /// <summary>Confirmed tracks in the last picture.</summary>
    public int PublishedLast { get; private set; }

    /// <summary>The most confirmed tracks that a picture ever held.</summary>
    public int PublishedMost { get; private set; }

    /// <summary>(Assured track, slot) pairs whose hard box held no truth at all. A track whose target ended within the last 10 s coasts: it has no truth to hold.</summary>
    public int AssuredOutside { get; private set; }

    /// <summary>Numbers of the tracks that were ever false.</summary>
    public IReadOnlyCollection<long> FalseTracks => _false;

    /// <summary>Takes one agreed picture.</summary>
    public void Check(IEnumerable<SystemTrack> picture)
    {
        PublishedLast = 0;
        foreach (SystemTrack track in picture)
        {
            if (!track.IsPublished) continue;
            PublishedMost = Math.Max(PublishedMost, ++PublishedLast);
            world.At(new Instant(track.TimeUs), _states);
            (double nearest, Enu truth) = Nearest(_states, track.Position);
            if (nearest <= FalseBeyondM)
            {
                Pairs++;
                if (Holds(track, truth)) Contained++;
            }
            else if (!NearRecently(track))
            {
                _false.Add(track.Number);
            }

            // With at most f_s liars the truth lies in every Assured box: any truth in the box will do, so that no choice of pairs can hide a miss.
            if (track.Assurance == Assurance.Assured && !_states.Any(state => Holds(track, state.Position)) && !IsOfATargetThatEnded(track)) AssuredOutside++;
        }
    }

    private bool NearRecently(in SystemTrack track)
    {
        for (long back = MemoryStepUs; back <= MemoryUs; back += MemoryStepUs)
        {
            world.At(new Instant(track.TimeUs - back), _before);
            if (Nearest(_before, track.Position).Distance <= FalseBeyondM) return true;
        }

        return false;
    }

    private bool IsOfATargetThatEnded(in SystemTrack track)
    {
        for (long back = MemoryStepUs; back <= MemoryUs; back += MemoryStepUs)
        {
            world.At(new Instant(track.TimeUs - back), _before);
            foreach (TargetState before in _before)
            {
                // Where it would be now, had it gone on.
                Enu now = before.Position + (before.Velocity * (back / 1e6));
                if ((now - track.Position).Length <= FalseBeyondM && !_states.Exists(state => state.Target == before.Target)) return true;
            }
        }

        return false;
    }

    private static (double Distance, Enu Position) Nearest(List<TargetState> states, Enu position)
    {
        double nearest = double.PositiveInfinity;
        Enu found = default;
        foreach (TargetState state in states)
        {
            double distance = (state.Position - position).Length;
            if (distance < nearest) (nearest, found) = (distance, state.Position);
        }

        return (nearest, found);
    }

    private static bool Holds(in SystemTrack track, Enu truth) =>
        truth.X >= track.Low.X && truth.X <= track.High.X
        && truth.Y >= track.Low.Y && truth.Y <= track.High.Y
        && truth.Z >= track.Low.Z && truth.Z <= track.High.Z;
}
