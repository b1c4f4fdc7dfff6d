using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Exponentially windowed residuals of one sensor against one track, in three window lengths.</summary>
/// <remarks>
/// A block holds, per window, the sums S of residuals, W of weights and W2 of squared weights, for position and for
/// velocity, and per pair (short, longest) the sum Wx of products of both weights. The mean offset is o = S/W; it counts
/// n = W²/W2 independent readings. Blocks add up: the sum over targets gives a sensor's common offset.
/// </remarks>
internal static class ResidualWindows
{
    /// <summary>Windows: 1/4, 1/12, 1/40.</summary>
    public const int Count = 3;

    /// <summary>Vectors in a block.</summary>
    public const int BlockLength = (6 * Count) + 4;

    /// <summary>Offsets that a block yields: position and velocity of each window, of (short - longest) of each pair, and the lenient ones.</summary>
    public const int Tests = FirstLenient + Count;

    /// <summary>Tests before this one look at a window itself, the others at a change between windows.</summary>
    public const int FirstAlternating = 2 * Count;

    /// <summary>From this test on the position of each window again, with room for an unregistered registration error.</summary>
    public const int FirstLenient = FirstAlternating + 4;

    /// <summary>The window of 1/12.</summary>
    public const int Middle = 1;

    private const int Longest = Count - 1;
    private const double LeastWeight = 0.6;
    private const double LeastLongWeight = 8;
    private static readonly double[] Keep = [1 - (1.0 / 4), 1 - (1.0 / 12), 1 - (1.0 / 40)];

    /// <summary>Variance of the window's mean of errors with lag-one correlation ρ, over that of white ones.</summary>
    /// <remarks>For weights (1-a)^k in the steady state: (1 + (1-a)ρ) / (1 - (1-a)ρ).</remarks>
    public static double MeanVariance(int window, double correlation)
    {
        double r = Keep[window] * correlation;
        return (1 + r) / (1 - r);
    }

    public static void Decay(Span<V> block)
    {
        for (int w = 0; w < Count; w++)
        {
            double keep = Keep[w];
            int at = 6 * w;
            block[at] *= keep;
            block[at + 1] *= keep;
            block[at + 2] *= keep;
            block[at + 3] *= keep;
            block[at + 4] *= keep * keep;
            block[at + 5] *= keep * keep;
        }

        for (int pair = 0; pair < 2; pair++)
        {
            double keep = Keep[pair] * Keep[Longest];
            block[(6 * Count) + (2 * pair)] *= keep;
            block[(6 * Count) + (2 * pair) + 1] *= keep;
        }
    }

    public static void Add(Span<V> block, V residual, V mask, V velocityResidual, V velocityMask)
    {
        for (int w = 0; w < Count; w++)
        {
            int at = 6 * w;
            block[at] += residual;
            block[at + 1] += velocityResidual;
            block[at + 2] += mask;
            block[at + 3] += velocityMask;
            block[at + 4] += mask;
            block[at + 5] += velocityMask;
        }

        for (int pair = 0; pair < 2; pair++)
        {
            block[(6 * Count) + (2 * pair)] += mask;
            block[(6 * Count) + (2 * pair) + 1] += velocityMask;
        }
    }

    /// <summary>Weight of the positions in the longest window, per axis: 0 where the sensor has measured nothing.</summary>
    public static V Weight(ReadOnlySpan<V> block) => block[(6 * Longest) + 2];

    /// <summary>Makes the windows what they would be if every reading had been less by <paramref name="change"/>, m.</summary>
    public static void Shift(Span<V> block, V change)
    {
        for (int w = 0; w < Count; w++) block[6 * w] -= block[(6 * w) + 2] * change;
    }

    /// <summary>Offsets and precisions of every test; precision 0 where there is too little to say.</summary>
    public static void Offsets(ReadOnlySpan<V> block, SensorTable sensors, int sensor, Span<V> offset, Span<V> precision)
    {
        V positionVariance = V.One * sensors.PositionVariance[sensor];
        V velocityVariance = V.One * sensors.VelocityVariance[sensor];
        V positionBias = V.One * sensors.PositionBias2[sensor];
        V velocityBias = V.One * sensors.VelocityBias2[sensor];
        V least = V.One * LeastWeight;
        for (int w = 0; w < Count; w++)
        {
            int at = 6 * w;
            double correlated = sensors.MeanVariance[(sensor * Count) + w];
            One(block[at], block[at + 2], block[at + 4], positionVariance * correlated, positionBias, least, out offset[2 * w], out precision[2 * w]);
            double lenient = Math.Max(sensors.PositionBias2[sensor], SensorTable.UnregisteredBias2);
            offset[FirstLenient + w] = offset[2 * w];
            precision[FirstLenient + w] = Lenient(precision[2 * w], lenient - sensors.PositionBias2[sensor]);
            One(block[at + 1], block[at + 3], block[at + 5], velocityVariance * correlated, velocityBias, least, out offset[(2 * w) + 1], out precision[(2 * w) + 1]);
        }

        V positionCreep = V.One * sensors.PositionCreep2[sensor];
        V velocityCreep = V.One * SensorTable.VelocityCreep2;
        V leastLong = V.One * LeastLongWeight;
        for (int pair = 0; pair < 2; pair++)
        {
            double correlated = sensors.MeanVariance[(sensor * Count) + pair];
            for (int part = 0; part < 2; part++)
            {
                int to = FirstAlternating + (2 * pair) + part;
                int shortAt = (6 * pair) + part;
                int longAt = (6 * Longest) + part;
                V weightProduct = block[shortAt + 2] * block[longAt + 2];
                V enough = V.One & Vector256.GreaterThanOrEqual(block[shortAt + 2], least)
                    & Vector256.GreaterThanOrEqual(block[longAt + 2], leastLong);
                V some = Vector256.GreaterThan(enough, V.Zero);
                V safe = Vector256.ConditionalSelect(some, weightProduct, V.One);
                V shortWeight = Vector256.ConditionalSelect(some, block[shortAt + 2], V.One);
                V longWeight = Vector256.ConditionalSelect(some, block[longAt + 2], V.One);
                V spread = (block[shortAt + 4] / (shortWeight * shortWeight)) + (block[longAt + 4] / (longWeight * longWeight))
                    - (block[(6 * Count) + (2 * pair) + part] * 2 / safe);
                V variance = ((part == 0 ? positionVariance : velocityVariance) * correlated * Vector256.Max(spread, V.Zero))
                    + (part == 0 ? positionCreep : velocityCreep);
                offset[to] = (block[shortAt] / shortWeight) - (block[longAt] / longWeight);
                precision[to] = enough / variance;
            }
        }
    }

    /// <summary>Mean of a window, of position (part 0) or velocity (1), ± k of its sigmas and the registration error.</summary>
    public static bool Interval(ReadOnlySpan<V> block, SensorTable sensors, int sensor, int window, int part, double k, out V centre, out V half, out V valid)
    {
        int at = (6 * window) + part;
        double variance = part == 0 ? sensors.PositionVariance[sensor] : sensors.VelocityVariance[sensor];
        double bias = part == 0 ? sensors.PositionBias2[sensor] : sensors.VelocityBias2[sensor];
        V weight = block[at + 2];
        valid = Vector256.GreaterThanOrEqual(weight, Vector256.Create(LeastWeight));
        V safe = Vector256.ConditionalSelect(valid, weight, V.One);
        centre = block[at] / safe;
        half = (Vector256.Sqrt(Vector256.Create(variance * sensors.MeanVariance[(sensor * Count) + window]) * block[at + 4]) / safe * k)
            + Vector256.Create(Math.Sqrt(bias));
        return valid.GetElement(0) != 0;
    }

    /// <summary>The precision that is left when a variance is added.</summary>
    private static V Lenient(V precision, double variance) => precision / (V.One + (precision * variance));

    private static void One(V sum, V weight, V weight2, V variance, V bias, V least, out V offset, out V precision)
    {
        V enough = Vector256.GreaterThanOrEqual(weight, least);
        V safe = Vector256.ConditionalSelect(enough, weight, V.One);
        offset = sum / safe;
        precision = (V.One & enough) / ((variance * weight2 / (safe * safe)) + bias);
    }
}
