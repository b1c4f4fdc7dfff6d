namespace C3Fusion.Fusion.Tracking;

/// <summary>When a sensor that stood accused is believed again: a fault that has passed is not a life sentence.</summary>
/// <remarks>
/// It must be borne out in every scan for a stated time, which doubles with every accusation: so a liar that pauses for a
/// pardon lies for a share of the time that goes to zero, each time only until it is found out again.
/// </remarks>
internal sealed class Probation
{
    /// <summary>Scans running for which a sensor must be borne out after its first accusation.</summary>
    public const int FirstScans = 60;

    private const int MostDoublings = 16;

    private readonly int[] _accusations;
    private readonly int[] _good;

    public Probation(int sensors) => (_accusations, _good) = (new int[sensors], new int[sensors]);

    public void CopyTo(Probation other)
    {
        _accusations.CopyTo(other._accusations, 0);
        _good.CopyTo(other._good, 0);
    }

    public void Begin(int sensor)
    {
        _accusations[sensor]++;
        _good[sensor] = 0;
    }

    /// <summary>Takes whether a sensor on probation was borne out in this scan.</summary>
    /// <returns>Has it been for long enough?</returns>
    public bool Passes(int sensor, bool borneOut)
    {
        _good[sensor] = borneOut ? _good[sensor] + 1 : 0;
        return _good[sensor] >= FirstScans << Math.Clamp(_accusations[sensor] - 1, 0, MostDoublings);
    }
}
