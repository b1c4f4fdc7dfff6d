using C3Fusion.Replica;
using C3Fusion.Rosters;
using C3Fusion.Sim.Links;

namespace C3Fusion.Node.Links;

/// <summary>Which directed pairs of nodes a jammer cuts, and when. Asked for each frame; safe to ask from any thread.</summary>
internal interface IJammer
{
    /// <summary>Does a frame from <paramref name="from"/> to <paramref name="to"/> get lost at <paramref name="now"/>?</summary>
    bool IsJammed(int from, int to, Instant now);
}

/// <summary>A link for exercises: frames of jammed pairs are lost without a word, as on the air.</summary>
internal sealed class JammableLink(ILink link, int self, IJammer jammer) : ILink
{
    private long _lost;

    /// <summary>Frames that the jammer took.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <inheritdoc/>
    public bool TrySend(int peer, ReadOnlyMemory<byte> frame)
    {
        if (!jammer.IsJammed(self, peer, SystemClock.Now)) return link.TrySend(peer, frame);
        Interlocked.Increment(ref _lost);
        return true;
    }
}

/// <summary>A jammer that an exercise steers: by a schedule, and by hand at run time.</summary>
/// <param name="schedule">What is cut when; <see cref="JamSchedule.None"/> for nothing.</param>
internal sealed class ExerciseJammer(JamSchedule schedule) : IJammer
{
    private readonly Lock _gate = new();
    private readonly HashSet<(int From, int To)> _cut = [];

    /// <summary>Cuts or releases one direction.</summary>
    public void Set(int from, int to, bool jammed)
    {
        lock (_gate)
        {
            if (jammed) _cut.Add((from, to));
            else _cut.Remove((from, to));
        }
    }

    /// <inheritdoc/>
    public bool IsJammed(int from, int to, Instant now)
    {
        if (schedule.IsJammed(from, to, now)) return true;
        lock (_gate) return _cut.Contains((from, to));
    }
}
