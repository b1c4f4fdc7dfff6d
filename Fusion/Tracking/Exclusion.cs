using System.Numerics;
using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>The offsets of the sensors that speak about one place, and the smallest set to leave out so that the rest agree.</summary>
internal sealed class Exclusion
{
    private readonly Vector256<double>[] _a = new Vector256<double>[2 * LiarHypotheses.MaxSets];
    private readonly Vector256<double>[] _b = new Vector256<double>[2 * LiarHypotheses.MaxSets];
    private readonly Vector256<double>[] _c = new Vector256<double>[2 * LiarHypotheses.MaxSets];
    private ConsistencySums _position;
    private ConsistencySums _velocity;

    public Vector256<double>[] Offset { get; } = new Vector256<double>[2 * SensorTable.MaxSensors];

    public Vector256<double>[] Precision { get; } = new Vector256<double>[2 * SensorTable.MaxSensors];

    public ulong Present { get; private set; }

    public void Clear()
    {
        Present = 0;
        _position = default;
        _velocity = default;
    }

    public void Add(int sensor, Vector256<double> offset, Vector256<double> precision, Vector256<double> velocityOffset, Vector256<double> velocityPrecision)
    {
        Present |= 1UL << sensor;
        Offset[2 * sensor] = offset;
        Precision[2 * sensor] = precision;
        Offset[(2 * sensor) + 1] = velocityOffset;
        Precision[(2 * sensor) + 1] = velocityPrecision;
        _position.Add(offset, precision);
        _velocity.Add(velocityOffset, velocityPrecision);
    }

    /// <summary>Chi-square of all that are present.</summary>
    public double Full => _position.Total + _velocity.Total;

    /// <summary>argmin over L of chi-square of the rest + penalty·|L|, L among the free sensors and no larger than the hypotheses allow.</summary>
    /// <param name="hypotheses">The sets to try; where they are incomplete, sensors are taken out one by one.</param>
    /// <param name="maxLiars">Largest |L|.</param>
    /// <param name="penalty">Price of each sensor that is left out.</param>
    /// <param name="chiSquare">Chi-square of those that remain.</param>
    public ulong Best(LiarHypotheses hypotheses, int maxLiars, double penalty, out double chiSquare)
    {
        chiSquare = Full;
        if (chiSquare <= penalty || maxLiars == 0) return 0;
        return hypotheses.IsComplete ? BestOfAll(hypotheses, penalty, ref chiSquare) : BestOneByOne(maxLiars, penalty, ref chiSquare);
    }

    private ulong BestOfAll(LiarHypotheses hypotheses, double penalty, ref double chiSquare)
    {
        _a[0] = _position.A;
        _b[0] = _position.B;
        _c[0] = _position.C;
        _a[1] = _velocity.A;
        _b[1] = _velocity.B;
        _c[1] = _velocity.C;
        ulong best = 0;
        double bestScore = chiSquare;
        for (int h = 1; h < hypotheses.Count; h++)
        {
            if ((hypotheses.Set[h] & ~Present) != 0) continue;
            double chi = ConsistencySums.Sum(Subtract(h, hypotheses.Parent[h], hypotheses.Last[h], 0))
                + ConsistencySums.Sum(Subtract(h, hypotheses.Parent[h], hypotheses.Last[h], 1));
            double score = chi + (penalty * hypotheses.Size[h]);
            if (score >= bestScore) continue;
            bestScore = score;
            best = hypotheses.Set[h];
            chiSquare = chi;
        }

        return best;
    }

    private Vector256<double> Subtract(int h, int parent, int sensor, int part)
    {
        Vector256<double> p = Precision[(2 * sensor) + part];
        Vector256<double> weighted = p * Offset[(2 * sensor) + part];
        int to = (2 * h) + part;
        int from = (2 * parent) + part;
        _a[to] = _a[from] - p;
        _b[to] = _b[from] - weighted;
        _c[to] = _c[from] - (weighted * Offset[(2 * sensor) + part]);
        return ConsistencySums.ChiSquare(_a[to], _b[to], _c[to], _a[part]);
    }

    private ulong BestOneByOne(int maxLiars, double penalty, ref double chiSquare)
    {
        ulong removed = 0;
        for (int k = 0; k < maxLiars; k++)
        {
            int best = -1;
            double bestChi = chiSquare - penalty;
            for (ulong rest = Present & ~removed; rest != 0; rest &= rest - 1)
            {
                int sensor = BitOperations.TrailingZeroCount(rest);
                double chi = ChiWithout(removed | (1UL << sensor));
                if (chi >= bestChi) continue;
                bestChi = chi;
                best = sensor;
            }

            if (best < 0) break;
            removed |= 1UL << best;
            chiSquare = bestChi;
        }

        return removed;
    }

    private double ChiWithout(ulong removed)
    {
        ConsistencySums position = default;
        ConsistencySums velocity = default;
        for (ulong rest = Present & ~removed; rest != 0; rest &= rest - 1)
        {
            int sensor = BitOperations.TrailingZeroCount(rest);
            position.Add(Offset[2 * sensor], Precision[2 * sensor]);
            velocity.Add(Offset[(2 * sensor) + 1], Precision[(2 * sensor) + 1]);
        }

        return position.Total + velocity.Total;
    }
}
