using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>How far a scan's time of validity may lie from now.</summary>
/// <param name="MaxAgeUs">Before now, microseconds.</param>
/// <param name="MaxAheadUs">After now, microseconds: the sensor's clock error and ours.</param>
public readonly record struct ScanWindow(long MaxAgeUs, long MaxAheadUs)
{
    /// <summary>10 s old (a satellite's down-link and a slot), 1 s ahead.</summary>
    public static ScanWindow Default => new(10_000_000, 1_000_000);

    /// <summary>Is <paramref name="time"/> within the window around <paramref name="now"/>?</summary>
    public bool Contains(Instant time, Instant now) =>
        time.Microseconds >= now.Microseconds - MaxAgeUs && time.Microseconds <= now.Microseconds + MaxAheadUs;
}

/// <summary>What one sensor has said so far: lets each scan through once. One per sensor; not thread-safe; deterministic.</summary>
/// <remarks>
/// A sensor's numbers rise strictly within a boot. Scans travel by several witnesses, so one may overtake another: a
/// number that was not seen yet is taken while it lies within <see cref="Memory"/> of the highest, as the anti-replay
/// window of RFC 4303, section 3.4.3, does.
/// </remarks>
public sealed class ScanGate
{
    /// <summary>Scans remembered with their content.</summary>
    public const int Memory = 16;

    private readonly ScanWindow _window;
    private readonly SignedScan?[] _recent = new SignedScan?[Memory];

    /// <summary>A gate that has seen nothing.</summary>
    public ScanGate(ScanWindow window) => _window = window;

    private ScanGate(ScanGate other)
    {
        _window = other._window;
        _recent = [.. other._recent];
        Boot = other.Boot;
        HighestSequence = other.HighestSequence;
        Equivocation = other.Equivocation;
    }

    /// <summary>The highest boot number let through; -1 before the first.</summary>
    public long Boot { get; private set; } = -1;

    /// <summary>The highest sequence number let through in this boot; -1 before the first.</summary>
    public long HighestSequence { get; private set; } = -1;

    /// <summary>The first proof against the sensor in the newest boot in which there is one, or null.</summary>
    public ScanEquivocation? Equivocation { get; private set; }

    /// <summary>A gate with the same memory that goes its own way.</summary>
    public ScanGate Fork() => new(this);

    /// <summary>Judges a verified scan of this sensor and remembers it where it is let through.</summary>
    /// <param name="scan">The scan.</param>
    /// <param name="now">The own clock at ingest; slot time in the agreed input.</param>
    public ScanRefusal Judge(Verified<SignedScan> scan, Instant now)
    {
        SignedScan signed = scan.Value;
        long boot = signed.Scan.Boot, sequence = signed.Scan.Sequence;
        ref SignedScan? known = ref _recent[(int)(sequence % Memory)];
        if (known is not null && known.Scan.Boot == boot && known.Scan.Sequence == sequence) return JudgeAgain(known, signed);
        if (!_window.Contains(signed.Scan.Time, now)) return ScanRefusal.OutsideWindow;
        if (boot < Boot) return ScanRefusal.RolledBack;
        if (boot == Boot && sequence <= HighestSequence - Memory) return ScanRefusal.Replayed;
        if (boot > Boot)
        {
            Array.Clear(_recent);
            Boot = boot;
            HighestSequence = -1;
        }

        known = signed;
        HighestSequence = Math.Max(HighestSequence, sequence);
        return ScanRefusal.None;
    }

    private ScanRefusal JudgeAgain(SignedScan known, SignedScan again)
    {
        if (known.Hash == again.Hash || known.ContentHash == again.ContentHash) return ScanRefusal.Duplicate;
        if (Equivocation is null || Equivocation.First.Scan.Boot < again.Scan.Boot) Equivocation = ScanEquivocation.Of(known, again);
        return ScanRefusal.Equivocation;
    }
}
