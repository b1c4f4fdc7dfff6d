using C3Fusion.Fusion.Metrics;
using Xunit;

namespace C3Fusion.Fusion.Tests.Metrics;

public sealed class PictureScorerTests
{
    private const long Second = 1_000_000;
    private static readonly Enu Unknown = new(double.NaN, double.NaN, double.NaN);

    [Fact]
    public void Parts_add_up_to_the_power_of_the_distance_in_one_scan()
    {
        PictureScorer scorer = Scorer();
        scorer.Score(0, [Truth(1, 0), Truth(2, 50_000)], [Track(7, 30), Track(8, 90_000), Track(9, 95_000)]);
        PictureScore score = scorer.Result();
        Assert.Equal((900.0, 500_000.0, 1_000_000.0), (score.GospaLocalisation, score.GospaMissed, score.GospaFalse));
        Assert.Equal(Math.Sqrt(1_500_900), score.Gospa);
        Assert.Equal((1.0, 2.0, 30.0), (score.Missed, score.False, score.Rmse));
        Assert.Equal(Math.Sqrt((900 + 2e6) / 3), score.Ospa);
    }

    [Fact]
    public void A_track_that_outlives_its_target_is_a_ghost_only_after_ten_seconds()
    {
        PictureScorer scorer = Scorer();
        scorer.Score(0, [Truth(1, 0), Truth(2, 50_000)], []);
        for (int t = 1; t <= 12; t++) scorer.Score(t * Second, [Truth(2, 50_000)], [Track(7, 999)]);
        PictureScore score = scorer.Result();

        // False in all twelve scans; a ghost at 11 and 12 s alone.
        Assert.Equal((12 / 13.0, 2 / 13.0), (score.False, score.Ghosts));
    }

    [Fact]
    public void A_ghost_is_farther_than_the_cutoff_and_not_at_it()
    {
        PictureScorer scorer = Scorer();
        scorer.Score(0, [Truth(1, 0)], [Track(7, 1000), Track(8, 1000.001)]);
        Assert.Equal(1, scorer.Result().Ghosts);
        Assert.Equal(2, scorer.Result().False);
    }

    [Fact]
    public void Scans_before_the_range_are_remembered_for_ghosts_but_not_scored()
    {
        PictureScorer scorer = Scorer();
        scorer.Remember(0, [Truth(1, 0)]);
        scorer.Score(5 * Second, [], [Track(7, 10)]);
        Assert.Equal((1, 0.0, 1.0), (scorer.Result().Scans, scorer.Result().Ghosts, scorer.Result().False));
    }

    [Fact]
    public void An_id_switch_is_seen_across_scans_without_a_match()
    {
        PictureScorer scorer = Scorer();
        scorer.Score(0, [Truth(1, 0)], [Track(7, 0)]);
        scorer.Score(1 * Second, [Truth(1, 0)], []);
        scorer.Score(2 * Second, [Truth(1, 0)], [Track(8, 0)]);
        scorer.Score(3 * Second, [Truth(1, 0)], [Track(8, 0)]);
        Assert.Equal(1, scorer.Result().IdSwitches);
    }

    [Fact]
    public void Two_tracks_that_trade_places_are_two_id_switches()
    {
        PictureScorer scorer = Scorer();
        scorer.Score(0, [Truth(1, 0), Truth(2, 500)], [Track(7, 0), Track(8, 500)]);
        scorer.Score(1 * Second, [Truth(1, 0), Truth(2, 500)], [Track(7, 500), Track(8, 0)]);
        Assert.Equal(2, scorer.Result().IdSwitches);
    }

    /// <summary>Where two targets are at one place every assignment of their tracks is a best one.</summary>
    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 1)]
    public void Targets_that_meet_at_one_point_keep_their_tracks(long first, long second)
    {
        PictureScorer scorer = Scorer();
        for (int scan = 0; scan <= 6; scan++)
        {
            // Through each other at scan 3; the tracks lag behind by 3 m and stand aside by 4 and 9 m.
            double x = 50 * (scan - 3);
            TruthState[] truth = [Truth(first, x), Truth(second, -x)];
            ScoredTrack[] tracks = [Track(7, 0) with { Position = new Enu(x - 3, 4, 0) }, Track(8, 0) with { Position = new Enu(3 - x, 9, 0) }];
            scorer.Score(scan * Second, truth, (scan & 1) == 0 ? tracks : [tracks[1], tracks[0]]);
        }

        Assert.Equal(0, scorer.Result().IdSwitches);
    }

    [Fact]
    public void A_swap_lasts_when_it_holds_for_ten_scans_and_flicker_does_not()
    {
        PictureScorer scorer = Scorer();
        int scan = 0;
        void Fly(int scans, double sevenAt)
        {
            for (int i = 0; i < scans; i++) scorer.Score(scan++ * Second, [Truth(1, 0), Truth(2, 500)], [Track(7, sevenAt), Track(8, 500 - sevenAt)]);
        }

        Fly(15, 0);
        Fly(1, 500);
        Fly(2, 0);
        Fly(9, 500);
        Fly(12, 0);
        Assert.Equal((8, 0), (scorer.Result().IdSwitches, scorer.Result().LastingIdSwitches));
        Fly(10, 500);
        Assert.Equal((10, 2), (scorer.Result().IdSwitches, scorer.Result().LastingIdSwitches));
    }

    [Fact]
    public void Containment_asks_for_all_three_axes_and_counts_matched_pairs()
    {
        ScoredBox around = new(new(-10, -10, -10), new(10, 10, 10)), beside = new(new(-10, -10, 1), new(10, 10, 4));
        PictureScorer scorer = Scorer();
        scorer.Score(0, [Truth(1, 0)], [Track(7, 0) with { Hard = around, Statistical = beside, IsAssured = true }]);
        scorer.Score(1 * Second, [Truth(1, 0)], [Track(7, 0) with { Hard = beside, Statistical = around }, Track(9, 70_000) with { Hard = beside }]);
        PictureScore score = scorer.Result();
        Assert.Equal((0.5, 0.5), (score.Containment, score.StatContainment));
        Assert.Equal(((20 + (43 / 3.0)) / 2, ((43 / 3.0) + 20) / 2), (score.MeanWidth, score.StatMeanWidth));
        Assert.Equal(1 / 3.0, score.AssuredShare);
    }

    [Fact]
    public void A_picture_of_nothing_has_no_mean()
    {
        PictureScore score = Scorer().Result();
        Assert.Equal(0, score.Scans);
        Assert.Null(score.Gospa);
        Assert.Null(score.Rmse);
        Assert.Null(score.Containment);
        Assert.Equal((0, 1, 0), (score.Siap.Completeness, score.Siap.Ambiguity, score.Siap.Spuriousness));
    }

    [Fact]
    public void A_scan_without_targets_and_tracks_is_perfect()
    {
        PictureScorer scorer = Scorer();
        scorer.Score(0, [], []);
        Assert.Equal((0.0, 0.0), (scorer.Result().Gospa, scorer.Result().Ospa));
    }

    [Fact]
    public void Ambiguity_counts_a_second_track_beside_a_target_that_gospa_calls_false()
    {
        PictureScorer scorer = Scorer();
        scorer.Score(0, [Truth(1, 0)], [Track(7, 5), Track(8, 400)]);
        PictureScore score = scorer.Result();
        Assert.Equal((2.0, 0.0, 1.0), (score.Siap.Ambiguity, score.Siap.Spuriousness, score.False));
    }

    [Fact]
    public void Time_must_ascend()
    {
        PictureScorer scorer = Scorer();
        scorer.Score(5, [], []);
        Assert.Throws<ArgumentException>(() => scorer.Score(5, [], []));
    }

    private static PictureScorer Scorer() => new(1000, new DistanceOrder(2));

    private static TruthState Truth(long id, double x) => new(id, new Enu(x, 0, 0), Unknown);

    private static ScoredTrack Track(long number, double x) => new(number, new Enu(x, 0, 0), Unknown, false, null, null);
}
