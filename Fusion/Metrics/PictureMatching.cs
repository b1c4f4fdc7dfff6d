using C3Fusion.Fusion.Assignment;

namespace C3Fusion.Fusion.Metrics;

/// <summary>The best assignment of tracks to true targets of one scan, within a cutoff: what GOSPA, OSPA and every per-pair figure rest on.</summary>
/// <remarks>
/// Minimises the sum over pairs of d^p plus c^p per pair left out. GOSPA with alpha 2 (Rahmathullah, García-Fernández and
/// Svensson, FUSION 2017, proposition 1) and OSPA (Schuhmacher, Vo and Vo, IEEE TSP 56(8), 2008) have the same minimiser.
/// A pair counts as matched only where d &lt; c. Not thread-safe; keeps its buffers.
/// </remarks>
public sealed class PictureMatching
{
    private readonly GatedAssignment _assignment = new();
    private CandidatePair[] _pairs = [];
    private int[] _trackOfTruth = [];
    private double[] _distances = [];
    private int[] _byEast = [];
    private double[] _east = [];
    private int _pairCount;

    /// <summary>Makes a matcher.</summary>
    /// <param name="cutoff">c, m, above 0: a pair farther apart costs as much as a missed target and a false track.</param>
    /// <param name="order">p.</param>
    public PictureMatching(double cutoff, DistanceOrder order)
    {
        if (!(cutoff > 0) || double.IsInfinity(cutoff)) throw new ArgumentOutOfRangeException(nameof(cutoff), cutoff, "the cutoff must be finite and above 0");
        if (!(order.P >= 1)) throw new ArgumentOutOfRangeException(nameof(order), order, "the order must be made with its p");
        Cutoff = cutoff;
        Order = order;
    }

    /// <summary>c, m.</summary>
    public double Cutoff { get; }

    /// <summary>p.</summary>
    public DistanceOrder Order { get; }

    /// <summary>Number of true targets of the last scan matched.</summary>
    public int TruthCount { get; private set; }

    /// <summary>Number of tracks of the last scan matched.</summary>
    public int TrackCount { get; private set; }

    /// <summary>Number of matched pairs.</summary>
    public int MatchedCount { get; private set; }

    /// <summary>For each true target, the index of its track, or -1.</summary>
    public ReadOnlySpan<int> TrackOfTruth => _trackOfTruth.AsSpan(0, TruthCount);

    /// <summary>For each true target, the distance to its track, m; NaN where it has none.</summary>
    public ReadOnlySpan<double> Distances => _distances.AsSpan(0, TruthCount);

    /// <summary>Matches one scan; the results stand until the next call.</summary>
    /// <param name="truth">True positions, m, finite.</param>
    /// <param name="tracks">Track positions, m, finite.</param>
    public void Match(ReadOnlySpan<Enu> truth, ReadOnlySpan<Enu> tracks)
    {
        (TruthCount, TrackCount, MatchedCount) = (truth.Length, tracks.Length, 0);
        Buffers.Grow(ref _trackOfTruth, truth.Length);
        Buffers.Grow(ref _distances, truth.Length);
        FindCandidates(truth, tracks);
        _assignment.Solve(truth.Length, tracks.Length, _pairs.AsSpan(0, _pairCount), _trackOfTruth);
        for (int i = 0; i < truth.Length; i++)
        {
            int track = _trackOfTruth[i];
            _distances[i] = track < 0 ? double.NaN : (tracks[track] - truth[i]).Length;
            if (track >= 0) MatchedCount++;
        }
    }

    /// <summary>Exchanges the tracks of two matched targets where that costs exactly as much: another of the best assignments.</summary>
    /// <returns>False where it would cost more, or where a pair would be out of the cutoff; nothing has changed then.</returns>
    public bool TryExchange(ReadOnlySpan<Enu> truth, ReadOnlySpan<Enu> tracks, int a, int b)
    {
        (int trackOfA, int trackOfB) = (_trackOfTruth[a], _trackOfTruth[b]);
        if (trackOfA < 0 || trackOfB < 0) return false;
        double distanceA = (tracks[trackOfB] - truth[a]).Length, distanceB = (tracks[trackOfA] - truth[b]).Length;
        bool isTie = Order.Power(distanceA) + Order.Power(distanceB) == Order.Power(_distances[a]) + Order.Power(_distances[b]);
        if (!isTie || !(distanceA < Cutoff) || !(distanceB < Cutoff)) return false;
        (_trackOfTruth[a], _trackOfTruth[b]) = (trackOfB, trackOfA);
        (_distances[a], _distances[b]) = (distanceA, distanceB);
        return true;
    }

    /// <summary>All pairs nearer than the cutoff: a sweep over the tracks in order of east.</summary>
    private void FindCandidates(ReadOnlySpan<Enu> truth, ReadOnlySpan<Enu> tracks)
    {
        _pairCount = 0;
        Buffers.Grow(ref _byEast, tracks.Length);
        Buffers.Grow(ref _east, tracks.Length);
        for (int j = 0; j < tracks.Length; j++) (_byEast[j], _east[j]) = (j, tracks[j].X);
        Span<double> east = _east.AsSpan(0, tracks.Length);
        east.Sort(_byEast.AsSpan(0, tracks.Length));
        double worst = Order.Power(Cutoff);
        for (int i = 0; i < truth.Length; i++)
        {
            for (int k = FirstNotBelow(east, truth[i].X - Cutoff); k < east.Length && east[k] <= truth[i].X + Cutoff; k++)
            {
                double distance = (tracks[_byEast[k]] - truth[i]).Length;
                if (!(distance < Cutoff)) continue;
                if (_pairCount == _pairs.Length) Array.Resize(ref _pairs, Math.Max(64, _pairCount * 2));
                _pairs[_pairCount++] = new CandidatePair(i, _byEast[k], worst - Order.Power(distance));
            }
        }
    }

    /// <summary>First place in an ascending list whose value is not below <paramref name="value"/>.</summary>
    internal static int FirstNotBelow(ReadOnlySpan<double> ascending, double value)
    {
        int low = 0, high = ascending.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (ascending[middle] < value) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
