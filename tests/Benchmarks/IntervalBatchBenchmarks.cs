using BenchmarkDotNet.Attributes;
using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Benchmarks;

/// <summary>A million targets of 8 sensors in 3 axes: M_f, F_f, the clamped trimmed mean and the overlap of each, on one core.</summary>
[MemoryDiagnoser]
public class IntervalBatchBenchmarks
{
    private const int Targets = 1_000_000;
    private const int Sensors = 8;
    private const int Axes = 3;

    private readonly double[][] lows = new double[Axes][];
    private readonly double[][] highs = new double[Axes][];
    private readonly double[][] results = new double[6][];

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(7);
        for (int axis = 0; axis < Axes; axis++)
        {
            lows[axis] = new double[Targets * Sensors];
            highs[axis] = new double[Targets * Sensors];
            for (int i = 0; i < Targets * Sensors; i++)
            {
                double centre = 10 * random.NextDouble();
                double radius = 5 + (10 * random.NextDouble());
                (lows[axis][i], highs[axis][i]) = (centre - radius, centre + radius);
            }
        }

        for (int k = 0; k < results.Length; k++) results[k] = new double[Targets];
    }

    [Benchmark(Description = "1M targets x 8 sensors x 3 axes")]
    public void Fuse()
    {
        for (int axis = 0; axis < Axes; axis++)
            IntervalBatch.Fuse(lows[axis], highs[axis], Sensors, Targets, 2, new IntervalBatch.Columns
            {
                MarzulloLow = results[0],
                MarzulloHigh = results[1],
                FaultTolerantLow = results[2],
                FaultTolerantHigh = results[3],
                TrimmedMean = results[4],
                MaxOverlap = results[5],
            });
    }
}
