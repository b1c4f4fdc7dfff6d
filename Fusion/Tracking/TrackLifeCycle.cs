using System.Numerics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>When a track is published, and when it ends: existence needs f+1 lasting voices.</summary>
/// <remarks>
/// A quorum per scan fails: two liars that drag slowly together get a third voice from an honest but imprecise sensor that
/// drops one report into their gate. So voices must last, close tracks compete for them, and a sensor has one per place.
/// </remarks>
internal sealed class TrackLifeCycle
{
    private const int ConfirmedPatience = 3;
    private const int TentativePatience = 2;

    private readonly SystemTracks _tracks;
    private readonly int _f;

    public TrackLifeCycle(SystemTracks tracks, int faultBound)
    {
        _tracks = tracks;
        _f = faultBound;
    }

    /// <param name="free">Sensors that do not stand accused.</param>
    /// <param name="accused">How many do.</param>
    public void Run(ulong free, int accused)
    {
        int remaining = Math.Max(_f - accused, 0);
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            ref TrackLife life = ref _tracks.Life[_tracks.Active[i]];
            life.Twice |= life.Once & life.Now;
            life.Once |= life.Now;
            int now = BitOperations.PopCount(life.Now & free);
            int before = BitOperations.PopCount(life.Previous & free);
            int recent = BitOperations.PopCount((life.Now | life.Previous) & free);
            if (life.Confirmed)
            {
                int least = Math.Max(1, remaining + 1 - (before >= _f + 1 ? 1 : 0));
                life.Published = now >= _f + 1 || (recent >= _f + 1 && now >= least);
            }
            else
            {
                life.Published = now >= Math.Max(_f + 1, (2 * _f) + 1 - accused) || BitOperations.PopCount(life.Twice & free) >= _f + 1;
                life.Confirmed = life.Published;
            }

            bool failing = recent < _f + 1 || now < Math.Max(1, remaining);
            life.Failing = failing ? life.Failing + 1 : 0;
            if (life.Failing >= (life.Confirmed ? ConfirmedPatience : TentativePatience)) life.Number = 0;
        }
    }
}
