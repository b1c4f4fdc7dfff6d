using C3Fusion.Node.Demo;
using CsCheck;
using Xunit;

namespace C3Fusion.Node.Tests.Demo;

/// <summary>Quantiles out of constant memory are those of the sorted list, to a tenth of a millisecond.</summary>
public sealed class LatencyHistogramTests
{
    [Fact]
    public void Without_latencies_there_is_no_quantile() => Assert.Null(new LatencyHistogram().Quantile(0.5));

    [Fact]
    public void A_quantile_is_that_of_the_sorted_list() =>
        Gen.Select(Gen.Double[0, 29_000].Array[1, 300], Gen.Double[0, 1]).Sample((latencies, share) =>
        {
            var histogram = new LatencyHistogram();
            foreach (double ms in latencies) histogram.Add(ms);
            double expected = latencies.Order().ElementAt(Math.Min(latencies.Length - 1, (int)(share * latencies.Length)));
            Assert.InRange(histogram.Quantile(share)!.Value, expected - 0.051, expected + 0.051);
        }, iter: 100);

    [Theory]
    [InlineData(-5, 0)]
    [InlineData(1e9, 30_000)]
    public void What_is_out_of_range_counts_as_its_end(double ms, double shown)
    {
        var histogram = new LatencyHistogram();
        histogram.Add(ms);
        Assert.Equal(shown, histogram.Quantile(0.5));
    }
}
