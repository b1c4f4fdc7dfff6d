using System.Globalization;
using System.Numerics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Counts how often each sensor's interval of a target meets no point that all but f of the sensors with a reading of it allow.</summary>
/// <remarks>
/// With the roster's bounds one such reading proves its sensor faulty while at most f are. A sensor stands accused only
/// where a quarter of its readings of the last scans are contradicted: an honest sensor whose noise is twice its
/// registration is contradicted in one of a hundred, one that mistakes its neighbours in a few.
/// </remarks>
internal sealed class Contradictions
{
    private const double Keep = 1 - (1.0 / 5);
    private const double LeastCount = 4;
    private const double LeastShare = 0.25;

    /// <summary>Scans running with two contradicted readings or more.</summary>
    private const int LeastScans = 2;

    private readonly Count[] _counts;

    public Contradictions(SensorTable sensors) => _counts = new Count[sensors.Count];

    /// <summary>Sensors that are contradicted persistently.</summary>
    public ulong Hot { get; private set; }

    public void CopyTo(Contradictions other)
    {
        _counts.CopyTo(other._counts, 0);
        other.Hot = Hot;
    }

    /// <summary>Takes what the readings of one target say: who has one, and whose is contradicted.</summary>
    public void Note(ulong readings, ulong contradicted)
    {
        for (ulong rest = readings; rest != 0; rest &= rest - 1) _counts[BitOperations.TrailingZeroCount(rest)].Now++;
        for (ulong rest = contradicted & readings; rest != 0; rest &= rest - 1) _counts[BitOperations.TrailingZeroCount(rest)].ContradictedNow++;
    }

    /// <summary>Ends the scan.</summary>
    public void Judge()
    {
        Hot = 0;
        for (int s = 0; s < _counts.Length; s++)
        {
            ref Count count = ref _counts[s];
            count.Readings = (count.Readings * Keep) + count.Now;
            count.Contradicted = (count.Contradicted * Keep) + count.ContradictedNow;
            count.Scans = count.ContradictedNow >= 2 ? count.Scans + 1 : 0;
            (count.Now, count.ContradictedNow) = (0, 0);
            if (count.Scans >= LeastScans && count.Contradicted >= LeastCount && count.Contradicted >= LeastShare * count.Readings) Hot |= 1UL << s;
        }
    }

    /// <summary>What was found of a sensor, in words.</summary>
    public string Evidence(int sensor, int f) => string.Create(
        CultureInfo.InvariantCulture,
        $"contradicted: {Share(sensor):P0} of its readings of the last scans meet no point that all but {f} of the sensors allow, {_counts[sensor].Scans} scans running");

    /// <summary>Share of its readings of the last scans that are contradicted.</summary>
    public double Share(int sensor) => _counts[sensor].Readings > 0 ? _counts[sensor].Contradicted / _counts[sensor].Readings : 0;

    private struct Count
    {
        /// <summary>In this scan.</summary>
        public int Now;
        public int ContradictedNow;

        /// <summary>Fading.</summary>
        public double Readings;
        public double Contradicted;

        public int Scans;
    }
}
