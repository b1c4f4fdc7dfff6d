using System.Text.Json;
using C3Fusion.Fusion.Metrics;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Metrics;

/// <summary>GOSPA and OSPA against values that others published and against exhaustive search.</summary>
public sealed class PictureDistanceTests
{
    private static readonly Gen<Enu> Point = Gen.Select(Gen.Int[-6, 6], Gen.Int[-6, 6], Gen.Int[-2, 2], (x, y, z) => new Enu(x * 0.5, y * 0.5, z));
    private static readonly Gen<double> Order = Gen.OneOf(Gen.Const(1.0), Gen.Const(1.5), Gen.Const(2.0), Gen.Const(3.0));
    private static readonly Gen<double> Cutoff = Gen.OneOf(Gen.Const(0.75), Gen.Const(2.0), Gen.Const(5.0));
    private static readonly Gen<Enu[]> Points = Point.Array[0, 5];

    [Fact]
    public void Stone_Soup_asserts_these_values()
    {
        int cases = 0;
        foreach (JsonElement one in SharedFiles.Json("metrics/gospa_ospa_stonesoup_asserted.json").GetProperty("cases").EnumerateArray())
        {
            Enu[] truth = PointsOf(one.GetProperty("truth")), tracks = PointsOf(one.GetProperty("tracks"));
            double c = one.GetProperty("c").GetDouble(), expected = one.GetProperty("distance").GetDouble();
            bool infinite = one.GetProperty("p").ValueKind == JsonValueKind.String;
            if (infinite)
            {
                Assert.Equal(expected, Ospa.OfInfiniteOrder(c, truth, tracks), 1e-9);
            }
            else
            {
                PictureMatching matching = Matched(c, one.GetProperty("p").GetInt32(), truth, tracks);
                var gospa = Gospa.Of(matching);
                Assert.Equal(expected, one.GetProperty("metric").GetString() == "gospa" ? gospa.Distance : Ospa.Of(matching), 1e-9);
                foreach ((string part, double value) in new[] { ("localisation", gospa.Localisation), ("missed", gospa.Missed), ("false", gospa.False) })
                {
                    if (one.TryGetProperty(part, out JsonElement asserted)) Assert.Equal(asserted.GetDouble(), value, 1e-9);
                }
            }

            cases++;
        }

        Assert.Equal(10, cases);
    }

    [Fact]
    public void Stone_Soup_asserts_these_values_with_switching()
    {
        JsonElement one = SharedFiles.Json("metrics/gospa_ospa_stonesoup_asserted.json").GetProperty("switching");
        var order = new DistanceOrder(one.GetProperty("p").GetInt32());
        double penalty = one.GetProperty("switching_penalty").GetDouble();
        var matching = new PictureMatching(one.GetProperty("c").GetDouble(), order);
        var switches = new TrackSwitches();
        for (int scan = 0; scan < 3; scan++)
        {
            Enu[] truth = PointsOf(one.GetProperty("truth_by_scan")[scan]), tracks = PointsOf(one.GetProperty("tracks_by_scan")[scan]);
            matching.Match(truth, tracks);
            switches.BeginScan();
            for (int i = 0; i < truth.Length; i++) switches.Observe(i, matching.TrackOfTruth[i] < 0 ? null : matching.TrackOfTruth[i], scan == 0);
            Gospa gospa = Gospa.Of(matching).WithSwitching(order, penalty, switches.SinceLastScan);
            JsonElement expected = one.GetProperty("expected")[scan];
            Assert.Equal(expected.GetProperty("distance").GetDouble(), gospa.Distance, 1e-9);
            Assert.Equal(expected.GetProperty("switching").GetDouble(), order.Root(gospa.Switching), 1e-9);

            // Stone Soup prints the parts as they are added up: p-th powers.
            Assert.Equal(expected.GetProperty("localisation").GetDouble(), gospa.Localisation, 1e-9);
            Assert.Equal(expected.GetProperty("missed").GetDouble(), gospa.Missed, 1e-9);
            Assert.Equal(expected.GetProperty("false").GetDouble(), gospa.False, 1e-9);
        }
    }

    [Fact]
    public void Reference_values_by_exhaustive_assignment_hold()
    {
        int cases = 0;
        foreach (JsonElement one in SharedFiles.Json("simulation/sim-vectors.json").GetProperty("gospa_ospa").EnumerateArray())
        {
            PictureMatching matching = Matched(one.GetProperty("c").GetDouble(), one.GetProperty("p").GetInt32(), PointsOf(one.GetProperty("truth")), PointsOf(one.GetProperty("tracks")));
            var gospa = Gospa.Of(matching);
            Assert.Equal(one.GetProperty("gospa").GetDouble(), gospa.Distance, 1e-9);
            Assert.Equal(one.GetProperty("localisation_p").GetDouble(), gospa.Localisation, 1e-9);
            Assert.Equal(one.GetProperty("missed_p").GetDouble(), gospa.Missed, 1e-9);
            Assert.Equal(one.GetProperty("false_p").GetDouble(), gospa.False, 1e-9);
            Assert.Equal(one.GetProperty("ospa").GetDouble(), Ospa.Of(matching), 1e-9);
            foreach (JsonElement pair in one.GetProperty("assignment").EnumerateArray())
            {
                Assert.Equal(pair[1].GetInt32(), matching.TrackOfTruth[pair[0].GetInt32()]);
            }

            cases++;
        }

        Assert.Equal(7, cases);
    }

    [Fact]
    public void Gospa_is_the_minimum_over_all_assignments_and_the_sum_of_its_parts() =>
        Gen.Select(Points, Points, Order, Cutoff).Sample(
            (truth, tracks, p, c) =>
            {
                var gospa = Gospa.Of(Matched(c, p, truth, tracks));
                double expected = CheapestPartial(truth, tracks, c, p);
                return Math.Abs(Math.Pow(expected, 1.0 / p) - gospa.Distance) < 1e-9
                    && Math.Abs(gospa.Localisation + gospa.Missed + gospa.False - expected) < 1e-9;
            },
            iter: 20_000);

    [Fact]
    public void Ospa_is_the_minimum_over_all_permutations() =>
        Gen.Select(Points, Points, Order, Cutoff).Sample(
            (truth, tracks, p, c) =>
            {
                if (truth.Length > tracks.Length) (truth, tracks) = (tracks, truth);
                double expected = tracks.Length == 0 ? 0 : Math.Pow((CheapestFull(truth, tracks, c, p) + (Math.Pow(c, p) * (tracks.Length - truth.Length))) / tracks.Length, 1.0 / p);
                return Math.Abs(expected - Ospa.Of(Matched(c, p, truth, tracks))) < 1e-9;
            },
            iter: 20_000);

    [Fact]
    public void Ospa_of_infinite_order_is_the_smallest_largest_distance() =>
        Gen.Select(Points, Points, Cutoff).Sample((truth, tracks, c) =>
        {
            double expected = truth.Length != tracks.Length ? c : SmallestLargest(truth, tracks, c);
            return expected == Ospa.OfInfiniteOrder(c, truth, tracks);
        });

    [Fact]
    public void Both_are_metrics() =>
        Gen.Select(Points, Points, Points, Order).Sample(
            (a, b, c, p) =>
            {
                (double G, double O) ab = Distances(a, b, p), ba = Distances(b, a, p), bc = Distances(b, c, p), ac = Distances(a, c, p), aa = Distances(a, a, p);
                return aa == (0, 0)
                    && Math.Abs(ab.G - ba.G) < 1e-12 && Math.Abs(ab.O - ba.O) < 1e-12
                    && ac.G <= ab.G + bc.G + 1e-9 && ac.O <= ab.O + bc.O + 1e-9;
            },
            iter: 5_000);

    [Fact]
    public void Exchanging_truth_and_tracks_exchanges_missed_and_false() =>
        Gen.Select(Points, Points).Sample((truth, tracks) =>
        {
            Gospa one = Gospa.Of(Matched(2, 2, truth, tracks)), other = Gospa.Of(Matched(2, 2, tracks, truth));
            return one.Missed == other.False && one.False == other.Missed && Math.Abs(one.Localisation - other.Localisation) < 1e-12;
        });

    [Fact]
    public void A_transposed_cost_matrix_would_be_seen()
    {
        // Two targets, three tracks: read the wrong way round, the first track would be left over.
        PictureMatching matching = Matched(10, 2, [new(0, 0, 0), new(5, 0, 0)], [new(5.5, 0, 0), new(9, 9, 0), new(0.25, 0, 0)]);
        Assert.Equal([2, 0], matching.TrackOfTruth.ToArray());
        Assert.Equal(0.0625 + 0.25, Gospa.Of(matching).Localisation);
    }

    [Fact]
    public void Points_at_the_end_of_the_number_range_are_just_far_away()
    {
        PictureMatching matching = Matched(1000, 2, [new(1e308, -1e308, 0)], [new(-1e308, 1e308, 1e308)]);
        Assert.Equal(0, matching.MatchedCount);
        Assert.Equal(1000, Gospa.Of(matching).Distance, 1e-9);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1.5)]
    [InlineData(7)]
    [InlineData(16)]
    public void A_root_undoes_its_power(double p)
    {
        var order = new DistanceOrder(p);
        Gen.Double[1e-3, 1e6].Sample(x => Math.Abs(order.Root(order.Power(x)) - x) <= 1e-14 * x);
        Assert.Equal(0, order.Root(0));
    }

    private static (double Gospa, double Ospa) Distances(Enu[] truth, Enu[] tracks, double p)
    {
        PictureMatching matching = Matched(2, p, truth, tracks);
        return (Gospa.Of(matching).Distance, Ospa.Of(matching));
    }

    private static PictureMatching Matched(double c, double p, Enu[] truth, Enu[] tracks)
    {
        var matching = new PictureMatching(c, new DistanceOrder(p));
        matching.Match(truth, tracks);
        return matching;
    }

    /// <summary>The definition of GOSPA: each true target takes a free track or none; c^p / 2 for whatever is left.</summary>
    private static double CheapestPartial(Enu[] truth, Enu[] tracks, double c, double p)
    {
        double half = Math.Pow(c, p) / 2;
        double Search(int i, int taken, int left)
        {
            if (i == truth.Length) return half * left;
            double best = half + Search(i + 1, taken, left);
            for (int j = 0; j < tracks.Length; j++)
            {
                if ((taken & (1 << j)) == 0) best = Math.Min(best, Math.Pow(Distance(truth[i], tracks[j]), p) + Search(i + 1, taken | (1 << j), left - 1));
            }

            return best;
        }

        return Search(0, 0, tracks.Length);
    }

    /// <summary>The definition of OSPA's sum: the smaller set is mapped into the larger one, distances cut off.</summary>
    private static double CheapestFull(Enu[] smaller, Enu[] larger, double c, double p)
    {
        double Search(int i, int taken)
        {
            if (i == smaller.Length) return 0;
            double best = double.PositiveInfinity;
            for (int j = 0; j < larger.Length; j++)
            {
                if ((taken & (1 << j)) == 0) best = Math.Min(best, Math.Pow(Math.Min(c, Distance(smaller[i], larger[j])), p) + Search(i + 1, taken | (1 << j)));
            }

            return best;
        }

        return Search(0, 0);
    }

    private static double SmallestLargest(Enu[] truth, Enu[] tracks, double c)
    {
        double Search(int i, int taken)
        {
            if (i == truth.Length) return 0;
            double best = double.PositiveInfinity;
            for (int j = 0; j < tracks.Length; j++)
            {
                if ((taken & (1 << j)) == 0) best = Math.Min(best, Math.Max(Math.Min(c, Distance(truth[i], tracks[j])), Search(i + 1, taken | (1 << j))));
            }

            return best;
        }

        return Search(0, 0);
    }

    private static double Distance(Enu a, Enu b) => Math.Sqrt(((a.X - b.X) * (a.X - b.X)) + ((a.Y - b.Y) * (a.Y - b.Y)) + ((a.Z - b.Z) * (a.Z - b.Z)));

    private static Enu[] PointsOf(JsonElement points) => [.. points.EnumerateArray().Select(PointOf)];

    private static Enu PointOf(JsonElement point)
    {
        if (point.ValueKind == JsonValueKind.Number) return new Enu(point.GetDouble(), 0, 0);
        double[] x = [.. point.EnumerateArray().Select(e => e.GetDouble())];
        return new Enu(x[0], x.Length > 1 ? x[1] : 0, x.Length > 2 ? x[2] : 0);
    }
}
