using C3Fusion.Replica;
using C3Fusion.Rosters;

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

/// <summary>A jammer that an exercise steers at run time: pairs are cut and released by hand or for a stretch of every minute.</summary>
internal sealed class ManualJammer : IJammer
{
    private readonly Lock _gate = new();
    private readonly HashSet<(int From, int To)> _cut = [];
    private readonly List<(int From, int To, Instant Start, long EveryUs, long ForUs)> _periodic = [];

    /// <summary>Cuts or releases one direction.</summary>
    public void Set(int from, int to, bool jammed)
    {
        lock (_gate)
        {
            if (jammed) _cut.Add((from, to));
            else _cut.Remove((from, to));
        }
    }

    /// <summary>Cuts one direction for the first <paramref name="forUs"/> of every <paramref name="everyUs"/> from <paramref name="start"/> on.</summary>
    public void Repeat(int from, int to, Instant start, long everyUs, long forUs)
    {
        lock (_gate) _periodic.Add((from, to, start, everyUs, forUs));
    }

    /// <inheritdoc/>
    public bool IsJammed(int from, int to, Instant now)
    {
        lock (_gate)
        {
            if (_cut.Contains((from, to))) return true;
            foreach ((int From, int To, Instant Start, long EveryUs, long ForUs) cut in _periodic)
            {
                if (cut.From == from && cut.To == to && now >= cut.Start && now.Since(cut.Start) % cut.EveryUs < cut.ForUs) return true;
            }

            return false;
        }
    }
}
