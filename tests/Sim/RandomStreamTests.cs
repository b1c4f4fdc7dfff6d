using Xunit;

namespace C3Fusion.Sim.Tests;

public sealed class RandomStreamTests
{
    [Fact]
    public void The_generator_gives_the_published_sequence()
    {
        // From the authors' C code with state 1 2 3 4; the same vector as in Rust's rand_xoshiro.
        var stream = RandomStream.FromState(1, 2, 3, 4);
        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360,
            607988272756665600, 16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        foreach (ulong value in expected) Assert.Equal(value, stream.NextBits());
    }

    [Fact]
    public void Streams_of_other_seeds_entities_and_purposes_differ()
    {
        ulong[] first = [.. new[] { (1UL, "a", "x"), (2UL, "a", "x"), (1UL, "b", "x"), (1UL, "a", "y") }.Select(name => RandomStream.Of(name.Item1, name.Item2, name.Item3).NextBits())];
        Assert.Equal(first.Length, first.Distinct().Count());
        Assert.Equal(first[0], RandomStream.Of(1, "a", "x").NextBits());
    }

    [Fact]
    public void Uniforms_gaussians_and_poissons_have_their_moments_and_tails()
    {
        const int n = 200_000;
        var stream = RandomStream.Of(7, "test", "moments");
        double[] gaussians = [.. Enumerable.Range(0, n).Select(_ => stream.NextGaussian())];
        Assert.InRange(gaussians.Average(), -0.01, 0.01);
        Assert.InRange(gaussians.Sum(x => x * x) / n, 0.985, 1.015);
        Assert.InRange(gaussians.Count(x => Math.Abs(x) > 2) / (double)n, 0.0443, 0.0467); // 0.0455
        Assert.InRange(gaussians.Count(x => Math.Abs(x) > 4), 2, 35); // 12.7 expected
        Assert.InRange(Enumerable.Range(0, n).Average(_ => stream.Next(-3.0, 5.0)), 0.97, 1.03);
        Assert.InRange(Enumerable.Range(0, n).Average(_ => stream.NextPoisson(2)), 1.98, 2.02);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) counts[stream.Next(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }
}
