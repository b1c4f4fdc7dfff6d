using System.Runtime.InteropServices;
using C3Fusion.Fusion.Metrics;

namespace C3Fusion.Node.Score;

/// <summary>Scores a picture file's content on the scans of a truth file's content.</summary>
internal static class PictureScoring
{
    /// <summary>Scores all scans of the truth from <paramref name="fromUs"/> to <paramref name="toUs"/>, both included.</summary>
    /// <param name="truth">The truth; each of its time stamps is a scan.</param>
    /// <param name="picture">The picture; lines at other time stamps than the truth's belong to no scan.</param>
    /// <param name="cutoff">c, m.</param>
    /// <param name="order">p.</param>
    /// <param name="fromUs">First time, microseconds.</param>
    /// <param name="toUs">Last time, microseconds.</param>
    /// <param name="outOfScan">Number of the picture's lines between two scans of the truth, which belong to none.</param>
    public static PictureScore Score(ScanTable<TruthState> truth, ScanTable<ScoredTrack> picture, double cutoff, DistanceOrder order, long fromUs, long toUs, out long outOfScan)
    {
        var scorer = new PictureScorer(cutoff, order);
        outOfScan = 0;
        foreach ((long timeUs, List<ScoredTrack> tracks) in picture.Scans)
        {
            bool withinTruth = truth.Scans.Count > 0 && timeUs >= truth.FirstUs && timeUs <= truth.LastUs;
            if (withinTruth && timeUs >= fromUs && timeUs <= toUs && !truth.Scans.ContainsKey(timeUs)) outOfScan += tracks.Count;
        }

        foreach ((long timeUs, List<TruthState> states) in truth.Scans)
        {
            if (timeUs > toUs) break;
            if (timeUs < fromUs)
            {
                scorer.Remember(timeUs, CollectionsMarshal.AsSpan(states));
                continue;
            }

            List<ScoredTrack> tracks = picture.Scans.TryGetValue(timeUs, out List<ScoredTrack>? found) ? found : [];
            scorer.Score(timeUs, CollectionsMarshal.AsSpan(states), CollectionsMarshal.AsSpan(tracks));
        }

        return scorer.Result();
    }
}
