namespace C3Fusion.Fusion.Estimators;

/// <summary>What every point estimator demands of its input.</summary>
internal static class PointRules
{
    public static void Check(ReadOnlySpan<double> values, int f)
    {
        CheckCount(values.Length, f);
        bool finite = true;
        foreach (double value in values) finite &= double.IsFinite(value);
        if (!finite) throw new ArgumentException("a value is not finite: a faulty report, to be taken out before fusion", nameof(values));
    }

    public static void Check(ReadOnlySpan<Interval> intervals, int f)
    {
        CheckCount(intervals.Length, f);
        bool valid = true;
        foreach (Interval interval in intervals) valid &= interval.IsValid;
        if (!valid) throw new ArgumentException("an interval is not finite with low <= high: a faulty report, to be taken out before fusion", nameof(intervals));
    }

    public static void CheckCount(int n, int f)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(f);
        if (n is 0 or > IntervalFusion.MaxSensors) throw new ArgumentException($"{n} sensors: 1 to {IntervalFusion.MaxSensors} are allowed", nameof(n));
        if (!FaultBound.IsSufficient(n, f)) throw new ArgumentException($"n = {n} sensors do not bear f = {f}: n >= 2f+1 is needed", nameof(f));
    }
}
