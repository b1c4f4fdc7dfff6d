using BenchmarkDotNet.Attributes;
using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Benchmarks;

/// <summary>M_f, F_f and the trimmed mean beside a sort of the same 2n doubles. 1,024 different inputs in turn, so that no branch predictor learns one by heart.</summary>
[MemoryDiagnoser]
public class EstimatorBenchmarks
{
    private const int Inputs = 1024;

    private readonly Interval[][] intervals = new Interval[Inputs][];
    private readonly double[][] values = new double[Inputs][];
    private readonly double[][] ends = new double[Inputs][];
    private readonly double[] scratch = new double[128];
    private readonly Interval[] regions = new Interval[64];

    [Params(4, 8, 16, 32, 64)]
    public int N { get; set; }

    private int F => (N - 1) / 3;

    [GlobalSetup]
    public void Fill()
    {
        var random = new Random(7);
        for (int k = 0; k < Inputs; k++)
        {
            intervals[k] = new Interval[N];
            values[k] = new double[N];
            ends[k] = new double[2 * N];
            for (int i = 0; i < N; i++)
            {
                double centre = (i < F ? 300 * random.NextDouble() : 0) + (10 * random.NextDouble());
                double radius = 5 + (10 * random.NextDouble());
                intervals[k][i] = Interval.FromCentre(centre, radius);
                values[k][i] = centre;
                ends[k][2 * i] = intervals[k][i].Low;
                ends[k][(2 * i) + 1] = intervals[k][i].High;
            }
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Inputs, Description = "Span.Sort of 2n")]
    public double Sort()
    {
        double sum = 0;
        Span<double> span = scratch.AsSpan(0, 2 * N);
        foreach (double[] input in ends)
        {
            input.CopyTo(span);
            span.Sort();
            sum += span[0];
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Inputs, Description = "M_f")]
    public double Marzullo()
    {
        double sum = 0;
        foreach (Interval[] input in intervals) sum += IntervalFusion.Marzullo(input, F)?.Low ?? 0;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Inputs, Description = "F_f")]
    public double FaultTolerant()
    {
        double sum = 0;
        foreach (Interval[] input in intervals) sum += IntervalFusion.FaultTolerant(input, F)?.Low ?? 0;
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Inputs, Description = "Trimmed mean")]
    public double Trimmed()
    {
        double sum = 0;
        foreach (double[] input in values) sum += TrimmedMean.Of(input, F);
        return sum;
    }

    [Benchmark(OperationsPerInvoke = Inputs, Description = "All of C_f, M_f, F_f, accusations")]
    public int All()
    {
        int sum = 0;
        foreach (Interval[] input in intervals) sum += IntervalFusion.Fuse(input, F, regions).MaxOverlap;
        return sum;
    }
}
