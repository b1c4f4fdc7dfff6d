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

    private readonly SensorTable _sensors;
    private readonly SystemTracks _tracks;
    private readonly TrackPrediction _prediction;
    private readonly int _f;

    public TrackLifeCycle(SensorTable sensors, SystemTracks tracks, TrackPrediction prediction, int faultBound) =>
        (_sensors, _tracks, _prediction, _f) = (sensors, tracks, prediction, faultBound);

    /// <summary>Tells readings that are as recent as can be from those that came late: a dead target lives on only in the latter.</summary>
    /// <remarks>As recent as can be is the least age of the (f+1)-th promptest sensor, so liars cannot make honest ones look late.</remarks>
    public void FindFresh(ScanReports reports, double dt)
    {
        Span<double> least = stackalloc double[_sensors.Count];
        least.Fill(double.PositiveInfinity);
        int prompt = 0;
        for (int s = 0; s < _sensors.Count; s++)
        {
            for (int i = reports.SensorStart[s]; i < reports.SensorStart[s + 1]; i++)
                least[s] = Math.Min(least[s], _prediction.AgeUs(reports.TimeUs[reports.Order[i]]) * 1e-6);
            if (least[s] < double.PositiveInfinity) prompt++;
        }

        least.Sort();
        double newest = prompt == 0 ? 0 : least[Math.Min(_f, prompt - 1)];
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            ReadOnlySpan<int> readings = _tracks.ReadingsOf(slot);
            ulong fresh = 0;
            for (int s = 0; s < readings.Length; s++)
            {
                if (readings[s] >= 0 && reports.Age[readings[s]] < newest + (1.5 * dt)) fresh |= 1UL << s;
            }

            _tracks.Life[slot].Fresh = fresh;
        }
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
            int now = BitOperations.PopCount(life.Fresh & free);
            int before = BitOperations.PopCount(life.Previous & free);
            // With every liar found the others may be believed for longer.
            ulong lasting = remaining == 0 ? life.Earlier | life.Earliest : 0;
            int recent = BitOperations.PopCount((life.Now | life.Previous | lasting) & free);
            if (life.Confirmed)
            {
                // One fresh voice is enough for one scan after a quorum; liars alone keep a dead target no longer than that.
                int least = before >= _f + 1 ? 1 : remaining + 1;
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
