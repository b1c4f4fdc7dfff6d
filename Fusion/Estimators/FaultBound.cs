namespace C3Fusion.Fusion.Estimators;

/// <summary>The rules on n, f and the status.</summary>
public static class FaultBound
{
    /// <summary>n >= 2f+1: below that no set bounds the truth.</summary>
    public static bool IsSufficient(int n, int f) => n - 1L >= 2L * f;

    /// <summary>n >= 3f+1: the safe interval is no wider than one honest interval.</summary>
    public static bool BoundsHonestWidth(int n, int f) => n - 1L >= 3L * f;

    /// <summary>The largest f that n sensors allow at all: floor((n-1)/2).</summary>
    public static int Largest(int n) => Math.Max(0, (n - 1) / 2);

    /// <summary>The largest f for which the width stays within one honest width: floor((n-1)/3).</summary>
    public static int LargestWithHonestWidth(int n) => Math.Max(0, (n - 1) / 3);

    /// <summary>The status, the first that applies: <c>Insufficient</c> n &lt; 2f+1, <c>Alarm</c> minFaulty > f, <c>Weak</c> n &lt; 3f+1, <c>Ok</c>.</summary>
    /// <param name="n">Number of sensors with a reading.</param>
    /// <param name="f">Assumed largest number of liars.</param>
    /// <param name="minFaulty">Certified lower bound on the number of liars: n minus the largest overlap.</param>
    public static FusionStatus Status(int n, int f, int minFaulty)
    {
        if (!IsSufficient(n, f)) return FusionStatus.Insufficient;
        if (minFaulty > f) return FusionStatus.Alarm;
        return BoundsHonestWidth(n, f) ? FusionStatus.Ok : FusionStatus.Weak;
    }

    /// <summary>f after <paramref name="provenFaulty"/> readings that are provably invalid (NaN, low above high, bad signature content) were taken out: each was one of the f.</summary>
    /// <remarks>A reading that is merely missing or late lowers n and leaves f as it was. (Hybrid fault model after Schmid.)</remarks>
    public static int AfterRemoving(int f, int provenFaulty) => Math.Max(0, f - provenFaulty);

    /// <summary>The f to fuse with when honest intervals miss the truth now and then: f Byzantine sensors and the quantile of the honest misses.</summary>
    /// <remarks>f + min{q : P(Bin(n-f, missRate) > q) &lt;= risk}. Underestimating f is fatal, overestimating it only widens: so it is rounded up. f counts independent failure domains: sensors that share a vendor or a clock are one.</remarks>
    /// <param name="n">Number of sensors.</param>
    /// <param name="f">How many may be Byzantine.</param>
    /// <param name="missRate">Chance that an honest interval misses the truth, 0 to 1 (<see cref="MissProbability.OfReading"/>).</param>
    /// <param name="risk">Accepted chance that more honest intervals miss than are allowed for.</param>
    /// <returns>The effective f and the status that n sensors then have before any reading: <c>Insufficient</c>, <c>Weak</c> or <c>Ok</c>.</returns>
    public static (int F, FusionStatus Status) Effective(int n, int f, double missRate, double risk = 1e-9)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfNegative(f);
        if (!(missRate is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(missRate), "a probability is needed");
        if (!(risk is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(risk), "above 0 and below 1");
        int honest = Math.Max(0, n - f);
        int misses = 0;
        while (misses < honest && BinomialTail.Above(misses, honest, missRate) > risk) misses++;
        int effective = f + misses;
        return (effective, Status(n, effective, minFaulty: 0));
    }
}
