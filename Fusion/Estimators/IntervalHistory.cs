namespace C3Fusion.Fusion.Estimators;

/// <summary>Intersects C_f over a bounded window of time, as far as motion allows: X_k = C_f(k) ∩ (motion(X_(k-1)) ⊕ reachable).</summary>
/// <remarks>
/// Sound while at most f intervals miss the truth in every step of the window; never wider than C_f alone (after Ivanov,
/// Pajic and Lee, "Attack-resilient sensor fusion", TECS 15(1), 2016). One step with more liars poisons X; so only the
/// last <c>window</c> steps count, and an empty intersection, which proves such a step, drops the history and says so.
/// Holds regions, not hulls. One axis; single-threaded.
/// </remarks>
public sealed class IntervalHistory
{
    private const int MaxRegions = 64;

    private readonly int window;
    private double last = double.NegativeInfinity;
    private readonly List<(double Time, Interval[] Regions)> steps = [];

    /// <param name="window">How many steps count, the current one included; 1 to 64.</param>
    public IntervalHistory(int window)
    {
        if (window is < 1 or > 64) throw new ArgumentOutOfRangeException(nameof(window), "1 to 64");
        this.window = window;
    }

    /// <summary>How often the history was dropped.</summary>
    public int Resets { get; private set; }

    /// <summary>How many steps it holds.</summary>
    public int Depth => steps.Count;

    /// <summary>Takes the C_f of a new step and returns what of it the history allows.</summary>
    /// <param name="seconds">Time of the step; not before the last one.</param>
    /// <param name="current">C_f now, ascending regions; empty in an alarm, which adds no step; the history is carried on all the same.</param>
    /// <param name="motion">How the truth can have moved since the last step.</param>
    /// <param name="reset">Did the intersection come out empty? Then the result is <paramref name="current"/>, and more than f intervals missed the truth at some step: an alarm.</param>
    /// <returns>The regions of X_k, ascending.</returns>
    public Interval[] Step(double seconds, ReadOnlySpan<Interval> current, MotionBound motion, out bool reset)
    {
        if (!double.IsFinite(seconds) || seconds < last) throw new ArgumentOutOfRangeException(nameof(seconds), "finite, and not before the last step");
        if (current.Length > MaxRegions) throw new ArgumentException($"at most {MaxRegions} regions", nameof(current));
        foreach (Interval region in current)
            if (!region.IsValid) throw new ArgumentException("a region is not finite with low <= high", nameof(current));
        reset = false;
        // Every older step is carried to now by this step's motion, in an alarm too, so that each stays a bound of its own: when the oldest leaves, nothing of it is left.
        for (int i = 0; i < steps.Count; i++) steps[i] = (seconds, Carry(steps[i].Regions, seconds - steps[i].Time, motion));
        last = seconds;
        if (current.IsEmpty) return [];

        if (steps.Count == window) steps.RemoveAt(0);
        Interval[] result = current.ToArray();
        foreach ((_, Interval[] regions) in steps)
        {
            Interval[] both = Intersect(result, regions);
            if (both.Length == 0)
            {
                reset = true;
                Resets++;
                steps.Clear();
                result = current.ToArray();
                break;
            }

            result = both;
        }

        steps.Add((seconds, current.ToArray()));
        return result;
    }

    private static Interval[] Carry(Interval[] regions, double seconds, MotionBound motion)
    {
        var carried = new List<Interval>();
        foreach (Interval region in regions)
        {
            Interval reach = motion.Reach(region, seconds);
            if (carried.Count > 0 && reach.Low <= carried[^1].High) carried[^1] = new Interval(carried[^1].Low, Math.Max(carried[^1].High, reach.High));
            else carried.Add(reach);
        }

        return [.. carried];
    }

    private static Interval[] Intersect(Interval[] a, Interval[] b)
    {
        var both = new List<Interval>();
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            double low = Math.Max(a[i].Low, b[j].Low);
            double high = Math.Min(a[i].High, b[j].High);
            if (low <= high) both.Add(new Interval(low, high));
            if (a[i].High < b[j].High) i++;
            else j++;
        }

        return [.. both];
    }
}
