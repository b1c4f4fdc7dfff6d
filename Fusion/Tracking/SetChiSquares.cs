using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Chi-square of mutual consistency of the sensors outside each set of <see cref="LiarHypotheses"/>: each from its parent's sums by one subtraction.</summary>
internal sealed class SetChiSquares(int sensors)
{
    private readonly V[] _a = new V[LiarHypotheses.MaxSets];
    private readonly V[] _b = new V[LiarHypotheses.MaxSets];
    private readonly V[] _c = new V[LiarHypotheses.MaxSets];

    /// <summary>By set.</summary>
    public double[] Chi { get; } = new double[LiarHypotheses.MaxSets];

    /// <summary>How many sensors outside the set have something to say, per axis.</summary>
    public V[] Voices { get; } = new V[LiarHypotheses.MaxSets];

    /// <summary>Computes both from the offsets at hand.</summary>
    public void Compute(int test, LiarHypotheses sets, TrialOffsets offsets)
    {
        ConsistencySums sums = default;
        V voices = V.Zero;
        for (int s = 0; s < sensors; s++)
        {
            V precision = offsets.Precision[(s * ResidualWindows.Tests) + test];
            sums.Add(offsets.Offset[(s * ResidualWindows.Tests) + test], precision);
            voices += V.One & Vector256.GreaterThan(precision, V.Zero);
        }

        (_a[0], _b[0], _c[0], Voices[0]) = (sums.A, sums.B, sums.C, voices);
        Chi[0] = sums.Total;
        for (int h = 1; h < sets.Count; h++)
        {
            int parent = sets.Parent[h];
            int at = (sets.Last[h] * ResidualWindows.Tests) + test;
            V p = offsets.Precision[at];
            V weighted = p * offsets.Offset[at];
            _a[h] = _a[parent] - p;
            _b[h] = _b[parent] - weighted;
            _c[h] = _c[parent] - (weighted * offsets.Offset[at]);
            Voices[h] = Voices[parent] - (V.One & Vector256.GreaterThan(p, V.Zero));
            Chi[h] = ConsistencySums.Sum(ConsistencySums.ChiSquare(_a[h], _b[h], _c[h], _a[0]));
        }
    }
}
