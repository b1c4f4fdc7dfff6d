using System.Numerics;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Finds two tracks on one target and makes them one again, under the older number.</summary>
/// <remarks>
/// In a sharp manoeuvre some sensors can leave a track and give birth to a second one beside it; then every sensor follows
/// one of the two. Two targets that fly together look different: most sensors follow both. So tracks that agree in position
/// and velocity are one target when, for some scans running, no more sensors follow both than may lie. At most f liars can
/// thus neither keep twins apart by following both, nor merge two targets that f+1 honest sensors follow both.
/// </remarks>
internal sealed class TwinTracks
{
    /// <summary>Scans running for which the evidence must hold.</summary>
    private const int LastingScans = 3;

    /// <summary>Squared distance, in variances, per position and per velocity.</summary>
    private const double Gate = 16;

    /// <summary>What registration may set apart two groups of sensors, m².</summary>
    private const double RegistrationVariance = 35 * 35;

    private readonly SensorTable _sensors;
    private readonly LocalTracks _locals;
    private readonly SystemTracks _tracks;

    public TwinTracks(SensorTable sensors, LocalTracks locals, SystemTracks tracks) =>
        (_sensors, _locals, _tracks) = (sensors, locals, tracks);

    /// <summary>Runs between the prediction of a scan and its association.</summary>
    /// <param name="scan">Number of the scan.</param>
    /// <param name="rivals">Close neighbours of every confirmed track (<see cref="SystemTracks.RivalStart"/>).</param>
    /// <param name="free">Sensors that do not stand accused.</param>
    /// <param name="maxLiars">How many of those may lie.</param>
    /// <returns>Has any track ended?</returns>
    public bool Merge(int scan, int[] rivals, ulong free, int maxLiars)
    {
        bool merged = false;
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int younger = _tracks.Active[i];
            ref TrackLife life = ref _tracks.Life[younger];
            int older = OldestTwin(younger, scan, rivals, free, maxLiars);
            if (older < 0)
            {
                (life.Twin, life.TwinScans) = (0, 0);
                continue;
            }

            long number = _tracks.Life[older].Number;
            life.TwinScans = life.Twin == number ? life.TwinScans + 1 : 1;
            life.Twin = number;
            if (life.TwinScans < LastingScans) continue;
            Join(younger, older, scan);
            merged = true;
        }

        if (merged) _tracks.RemoveDead(_locals);
        return merged;
    }

    /// <returns>The slot of the oldest track that is on the same target, or -1.</returns>
    private int OldestTwin(int slot, int scan, int[] rivals, ulong free, int maxLiars)
    {
        int oldest = -1;
        for (int r = 0; r < _tracks.RivalCount[slot]; r++)
        {
            int other = rivals[_tracks.RivalStart[slot] + r];
            long number = _tracks.Life[other].Number;
            if (number == 0 || number >= _tracks.Life[slot].Number || (oldest >= 0 && number >= _tracks.Life[oldest].Number)) continue;
            if (InGate(slot, other) && BitOperations.PopCount(Followers(slot, scan) & Followers(other, scan) & free) <= maxLiars) oldest = other;
        }

        return oldest;
    }

    private bool InGate(int a, int b)
    {
        ref MotionFilter x = ref _tracks.Filter[a];
        ref MotionFilter y = ref _tracks.Filter[b];
        V p = x.Position - y.Position;
        V v = x.Velocity - y.Velocity;
        V registration = Vector256.Create(RegistrationVariance);
        return ConsistencySums.Sum(p * p / (x.PositionVariance + y.PositionVariance + registration)) <= Gate
            && ConsistencySums.Sum(v * v / (x.VelocityVariance + y.VelocityVariance + V.One)) <= Gate;
    }

    /// <summary>Sensors with a track of their own on it that has been heard of lately, detected in this scan or not.</summary>
    private ulong Followers(int slot, int scan)
    {
        ulong followers = 0;
        for (int s = 0; s < _sensors.Count; s++)
        {
            if (Follows(slot, s, scan)) followers |= 1UL << s;
        }

        return followers;
    }

    private bool Follows(int slot, int sensor, int scan)
    {
        int local = _tracks.Holder[(slot * _sensors.Count) + sensor];
        return local >= 0 && scan - _locals.State[local].LastScan <= Association.HolderSilentScans;
    }

    /// <summary>The older track takes over the sensors that it lacks; its own motion and its own sensors stay.</summary>
    private void Join(int younger, int older, int scan)
    {
        ref TrackLife from = ref _tracks.Life[younger];
        ref TrackLife to = ref _tracks.Life[older];
        ulong moved = 0;
        for (int s = 0; s < _sensors.Count; s++)
        {
            int local = _tracks.Holder[(younger * _sensors.Count) + s];
            if (local < 0 || Follows(older, s, scan)) continue;
            _tracks.Bind(_locals, local, older);
            _locals.VotesOf(local).Clear();
            _tracks.Carried[(older * _sensors.Count) + s] = _tracks.Carried[(younger * _sensors.Count) + s];
            _tracks.ResidualsOf(older, s).Clear();
            moved |= 1UL << s;
        }

        to.Previous |= from.Previous & moved;
        to.Earlier |= from.Earlier & moved;
        to.Earliest |= from.Earliest & moved;
        to.Once |= from.Once & moved;
        to.Twice |= from.Twice & moved;
        from.Number = 0;
    }
}
