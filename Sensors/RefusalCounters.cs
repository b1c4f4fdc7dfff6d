namespace C3Fusion.Sensors;

/// <summary>How many scans met each <see cref="ScanRefusal"/>; <see cref="ScanRefusal.None"/> counts the accepted ones. Thread-safe.</summary>
public sealed class RefusalCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<ScanRefusal>().Length];

    /// <summary>The count of one reason.</summary>
    public long this[ScanRefusal reason] => Interlocked.Read(ref _counts[(int)reason]);

    /// <summary>All refusals that count against a sender: neither accepted nor a harmless duplicate.</summary>
    public long Total
    {
        get
        {
            long total = 0;
            foreach (ScanRefusal reason in Enum.GetValues<ScanRefusal>())
            {
                if (reason is not (ScanRefusal.None or ScanRefusal.Duplicate)) total += this[reason];
            }

            return total;
        }
    }

    /// <summary>Adds one.</summary>
    public void Count(ScanRefusal reason) => Interlocked.Increment(ref _counts[(int)reason]);
}
