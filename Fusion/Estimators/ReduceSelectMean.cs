using System.Runtime.CompilerServices;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The approximation function of synchronous approximate agreement: the f smallest and f largest values dropped, every f-th of the rest averaged.</summary>
/// <remarks>Dolev, Lynch, Pinter, Stark and Weihl, "Reaching approximate agreement in the presence of faults", JACM 33(3), 1986: with n >= 3f+1 the honest nodes' diameter shrinks by floor((n-2f-1)/f) + 1 in each round, which is optimal for one round. For nodes that only need to draw together; where they must be equal, the agreement part decides.</remarks>
public static class ReduceSelectMean
{
    /// <summary>By how much a round shrinks the diameter.</summary>
    /// <param name="n">Number of nodes, at least 2f+1.</param>
    /// <param name="f">Number of liars, at least 1.</param>
    public static int Contraction(int n, int f) => ((n - (2 * f) - 1) / f) + 1;

    /// <summary>One node's next value.</summary>
    /// <param name="values">What it received, one finite value per node, 1 to 64.</param>
    /// <param name="f">How many may be forged, at least 1; 2f &lt; n.</param>
    [SkipLocalsInit]
    public static double Of(ReadOnlySpan<double> values, int f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(f, 1);
        PointRules.Check(values, f);
        Span<double> sorted = stackalloc double[IntervalFusion.MaxSensors];
        RankSort.Sort(values, sorted);
        int selected = 0;
        for (int i = f; i < values.Length - f; i += f) sorted[selected++] = sorted[i];
        return ExactSum.MeanOfSorted(sorted[..selected]);
    }
}
