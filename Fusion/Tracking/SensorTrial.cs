using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Which sensors lie, judged over all targets: how badly does "only the sensors in L lie" explain the windows?</summary>
/// <remarks>
/// Per set L a normal score z[L], the largest over windows, position and velocity, of three statistics: <i>pooled</i>, the
/// chi-square of every target added up; <i>common</i>, that of each sensor's mean offset over all targets; and both again
/// for the change between a short window and the longest (<i>alternating</i>), in which a constant bias cancels.
/// </remarks>
internal sealed class SensorTrial
{
    private const double WindowPenalty = 15;
    /// <summary>Below this nothing is out of order.</summary>
    public const double ZClear = 2.5;

    private const double ZSoft = 3.3;
    private const double ZAcceptable = 3.5;
    /// <summary>Beyond this an explanation is rejected.</summary>
    public const double ZHard = 5.0;

    private const int HotScans = 3;

    private readonly SensorTable _sensors;
    private readonly SystemTracks _tracks;
    private readonly Exclusion _exclusion;
    private readonly TrialOffsets _offsets;
    private readonly SetChiSquares _chi;
    private readonly double[] _pooledChi = new double[ResidualWindows.Tests * LiarHypotheses.MaxSets];
    private readonly double[] _pooledDof = new double[ResidualWindows.Tests * LiarHypotheses.MaxSets];
    private readonly double[] _z = new double[LiarHypotheses.MaxSets];
    private readonly double[] _lenient = new double[LiarHypotheses.MaxSets];
    private readonly int[] _hot;
    private readonly LiarHypotheses _pool = new();

    public SensorTrial(SensorTable sensors, SystemTracks tracks, Exclusion exclusion)
    {
        (_sensors, _tracks, _exclusion) = (sensors, tracks, exclusion);
        _offsets = new TrialOffsets(sensors, tracks);
        _chi = new SetChiSquares(sensors.Count);
        _hot = new int[sensors.Count];
    }

    /// <summary>Sensors that are left out of every estimate until the suspicion passes.</summary>
    public ulong Suspects { get; private set; }

    /// <summary>Normal score of "nobody lies" in this scan.</summary>
    public double ZNobody { get; private set; }

    /// <summary>Normal score of "no sensor's error changes" in this scan.</summary>
    public double ZChange { get; private set; }

    /// <summary>Normal score of the best explanation in this scan, with room for unregistered registration errors.</summary>
    public double ZBest { get; private set; }

    /// <summary>The windows of every sensor, accused or not, added up over all confirmed tracks of this scan.</summary>
    public ReadOnlySpan<V> Common => _offsets.Common;

    public void CopyTo(SensorTrial other)
    {
        other.Suspects = Suspects;
        _hot.CopyTo(other._hot, 0);
    }

    public void Absolve(int sensor) => _hot[sensor] = 0;

    /// <summary>Judges this scan.</summary>
    /// <returns>The sensors to accuse, each without which no explanation holds.</returns>
    public ulong Judge(LiarHypotheses hypotheses, ulong free, int maxLiars)
    {
        Suspects &= free;
        _offsets.Begin(free, maxLiars);
        Summarise(free, hypotheses, maxLiars);
        _offsets.OfAll(free);
        LiarHypotheses sets = hypotheses.IsComplete ? hypotheses : PoolOf(free, maxLiars);
        ScoreCommon(free, sets);
        ZNobody = Math.Max(_z[0], PooledScoreOfNobody());
        ZBest = 0;
        if (ZNobody < ZClear)
        {
            Suspects = 0;
            Array.Clear(_hot);
            return 0;
        }

        Pool(free, sets);
        ScorePooled(sets);
        ChooseSuspects(sets);
        return Accuse(free, sets);
    }

    /// <summary>First pass: chi-squares of "nobody lies", the windows of each track on their own, and the sums over targets.</summary>
    private void Summarise(ulong free, LiarHypotheses hypotheses, int maxLiars)
    {
        Array.Clear(_pooledChi);
        Array.Clear(_pooledDof);
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            _offsets.OfTrack(slot, free);
            bool pooled = _tracks.Life[slot].Confirmed;
            ulong suspects = 0;
            for (int test = 0; test < ResidualWindows.FirstLenient; test++)
            {
                ConsistencySums sums = default;
                V voices = V.Zero;
                for (int s = 0; s < _sensors.Count; s++)
                {
                    V precision = _offsets.Precision[(s * ResidualWindows.Tests) + test];
                    sums.Add(_offsets.Offset[(s * ResidualWindows.Tests) + test], precision);
                    voices += V.One & Vector256.GreaterThan(precision, V.Zero);
                }

                double chi = sums.Total;
                if (pooled)
                {
                    _pooledChi[test * LiarHypotheses.MaxSets] += chi;
                    _pooledDof[test * LiarHypotheses.MaxSets] += ChiSquareScore.Freedom(voices);
                }

                if (test < ResidualWindows.FirstAlternating && chi > WindowPenalty && maxLiars > 0) suspects |= WindowSuspects(test, free, hypotheses, maxLiars);
            }

            _tracks.Life[slot].Suspects = suspects;
            if (pooled) _offsets.AddToCommon(slot);
        }
    }

    private ulong WindowSuspects(int test, ulong free, LiarHypotheses hypotheses, int maxLiars)
    {
        _exclusion.Clear();
        for (int s = 0; s < _sensors.Count; s++)
        {
            V precision = _offsets.Precision[(s * ResidualWindows.Tests) + test];
            if ((free >> s & 1) != 0 && precision.GetElement(0) + precision.GetElement(1) + precision.GetElement(2) > 0)
                _exclusion.Add(s, _offsets.Offset[(s * ResidualWindows.Tests) + test], precision, V.Zero, V.Zero);
        }

        return _exclusion.Best(hypotheses, maxLiars, WindowPenalty, out _);
    }

    /// <summary>Second pass, only when "nobody lies" fits badly: the pooled chi-square of every set.</summary>
    private void Pool(ulong free, LiarHypotheses sets)
    {
        Array.Clear(_pooledChi);
        Array.Clear(_pooledDof);
        for (int i = 0; i < _tracks.ActiveCount; i++)
        {
            int slot = _tracks.Active[i];
            if (!_tracks.Life[slot].Confirmed) continue;
            _offsets.OfTrack(slot, free);
            for (int test = 0; test < ResidualWindows.Tests; test++)
            {
                _chi.Compute(test, sets, _offsets);
                int at = test * LiarHypotheses.MaxSets;
                for (int h = 0; h < sets.Count; h++)
                {
                    _pooledChi[at + h] += _chi.Chi[h];
                    _pooledDof[at + h] += ChiSquareScore.Freedom(_chi.Voices[h]);
                }
            }
        }
    }

    /// <summary>Scores of every set from each sensor's mean offset over all targets: alone, and against the best set.</summary>
    private void ScoreCommon(ulong free, LiarHypotheses sets)
    {
        _offsets.OfAll(free);
        ZChange = double.NegativeInfinity;
        Array.Fill(_z, double.NegativeInfinity, 0, sets.Count);
        Array.Fill(_lenient, double.NegativeInfinity, 0, sets.Count);
        for (int test = 0; test < ResidualWindows.Tests; test++)
        {
            _chi.Compute(test, sets, _offsets);
            double least = double.PositiveInfinity;
            for (int h = 0; h < sets.Count; h++) least = Math.Min(least, _chi.Chi[h]);
            for (int h = 0; h < sets.Count; h++)
            {
                double score = Math.Max(ChiSquareScore.Normal(_chi.Chi[h], ChiSquareScore.Freedom(_chi.Voices[h])), (_chi.Chi[h] - least) / 8);
                Take(test, h, score);
                if (h == 0 && test is >= ResidualWindows.FirstAlternating and < ResidualWindows.FirstLenient) ZChange = Math.Max(ZChange, score);
            }
        }
    }

    private void ScorePooled(LiarHypotheses sets)
    {
        for (int test = 0; test < ResidualWindows.Tests; test++)
        {
            int at = test * LiarHypotheses.MaxSets;
            for (int h = 0; h < sets.Count; h++) Take(test, h, ChiSquareScore.Normal(_pooledChi[at + h], _pooledDof[at + h]));
        }
    }

    /// <summary>A strict test counts for suspicion, a lenient one for accusation; velocity and change count for both.</summary>
    private void Take(int test, int set, double score)
    {
        bool lenient = test >= ResidualWindows.FirstLenient;
        bool strict = test < ResidualWindows.FirstAlternating && (test & 1) == 0;
        if (!lenient) _z[set] = Math.Max(_z[set], score);
        if (!strict) _lenient[set] = Math.Max(_lenient[set], score);
    }

    private double PooledScoreOfNobody()
    {
        double z = double.NegativeInfinity;
        for (int test = 0; test < ResidualWindows.FirstLenient; test++)
            z = Math.Max(z, ChiSquareScore.Normal(_pooledChi[test * LiarHypotheses.MaxSets], _pooledDof[test * LiarHypotheses.MaxSets]));
        return z;
    }

    private void ChooseSuspects(LiarHypotheses sets)
    {
        int best = 0;
        int current = -1;
        ZBest = double.PositiveInfinity;
        for (int h = 0; h < sets.Count; h++)
        {
            if (_z[h] + (0.5 * sets.Size[h]) < _z[best] + (0.5 * sets.Size[best])) best = h;
            if (sets.Set[h] == Suspects) current = h;
            ZBest = Math.Min(ZBest, _lenient[h]);
        }

        if (Suspects == 0 && ZNobody < ZSoft) return;
        double now = current < 0 ? double.PositiveInfinity : _z[current] + (0.5 * sets.Size[current]);
        if (now - (_z[best] + (0.5 * sets.Size[best])) > 1) Suspects = sets.Set[best];
    }

    private ulong Accuse(ulong free, LiarHypotheses sets)
    {
        ulong accused = 0;
        for (int s = 0; s < _sensors.Count; s++)
        {
            double without = double.PositiveInfinity;
            for (int h = 0; h < sets.Count; h++)
            {
                if ((sets.Set[h] >> s & 1) == 0) without = Math.Min(without, _lenient[h]);
            }

            bool hot = (free >> s & 1) != 0 && without > ZHard && ZBest < ZAcceptable;
            _hot[s] = hot ? _hot[s] + 1 : 0;
            if (_hot[s] >= HotScans) accused |= 1UL << s;
        }

        return accused;
    }

    /// <summary>The sets over the sensors that stand out most, where there are too many sensors to try them all.</summary>
    private LiarHypotheses PoolOf(ulong free, int maxLiars)
    {
        var suspects = new List<(double Chi, int Sensor)>();
        for (int s = 0; s < _sensors.Count; s++)
        {
            if ((free >> s & 1) == 0) continue;
            double most = 0;
            for (int test = 0; test < ResidualWindows.Tests; test++)
            {
                V o = _offsets.Offset[(s * ResidualWindows.Tests) + test];
                most = Math.Max(most, ConsistencySums.Sum(o * o * _offsets.Precision[(s * ResidualWindows.Tests) + test]));
            }

            suspects.Add((-most, s));
        }

        suspects.Sort();
        _pool.BuildFrom(suspects.ConvertAll(x => x.Sensor).ToArray(), maxLiars);
        return _pool;
    }
}
