using BenchmarkDotNet.Attributes;
using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Benchmarks;

/// <summary>The joint hull of boxes: honest ones with f liars, and the worst that was found (boxes that overlap in as many ways as possible).</summary>
[MemoryDiagnoser]
public class JointBoxBenchmarks
{
    private Interval[] honest = [];
    private Interval[] scattered = [];
    private Interval[] staircase = [];
    private readonly Interval[] joint = new Interval[6];
    private readonly Interval?[] perAxis = new Interval?[6];

    [Params("8x3", "16x3", "64x3", "16x6")]
    public string Size { get; set; } = "8x3";

    private int N { get; set; }

    private int D { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        int[] size = [.. Size.Split('x').Select(part => int.Parse(part, System.Globalization.CultureInfo.InvariantCulture))];
        (N, D) = (size[0], size[1]);
        var random = new Random(7);
        honest = new Interval[N * D];
        scattered = new Interval[N * D];
        staircase = new Interval[N * D];
        for (int i = 0; i < N; i++)
            for (int axis = 0; axis < D; axis++)
            {
                int at = (i * D) + axis;
                double centre = (i < (N - 1) / 3 ? 200 * random.NextDouble() : 0) + (10 * random.NextDouble());
                honest[at] = Interval.FromCentre(centre, 5 + (10 * random.NextDouble()));
                scattered[at] = Interval.FromCentre(100 * random.NextDouble(), 25 + (10 * random.NextDouble()));

                // Equal widths in another order on each axis: no coordinate's mask contains another's.
                int step = ((i * ((2 * axis) + 5)) + axis) % N;
                staircase[at] = new Interval(step, step + (0.55 * N));
            }
    }

    [Benchmark]
    public int Honest() => JointBoxes.Fuse(honest, D, (N - 1) / 3, joint, perAxis).MaxOverlap;

    [Benchmark]
    public int Scattered() => JointBoxes.Fuse(scattered, D, (N - 1) / 2, joint, perAxis).MaxOverlap;

    [Benchmark]
    public int Staircase() => JointBoxes.Fuse(staircase, D, (N - 1) / 2, joint, perAxis).MaxOverlap;
}
