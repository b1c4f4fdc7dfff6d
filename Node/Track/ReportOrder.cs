using C3Fusion.Fusion;

namespace C3Fusion.Node.Track;

/// <summary>The order in which recorded reports are taken.</summary>
internal static class ReportOrder
{
    /// <summary>Indices by time of validity or of arrival; equal times keep the order of their lines.</summary>
    public static int[] Of(ReadOnlySpan<TrackReport> reports, bool byArrival)
    {
        int[] order = new int[reports.Length];
        long[] taken = new long[reports.Length];
        bool sorted = true;
        for (int i = 0; i < reports.Length; i++)
        {
            taken[i] = byArrival ? reports[i].ReceivedUs : reports[i].TimeUs;
            order[i] = i;
            sorted &= i == 0 || taken[i - 1] <= taken[i];
        }

        if (!sorted) Array.Sort(order, (a, b) => taken[a] != taken[b] ? taken[a].CompareTo(taken[b]) : a.CompareTo(b));
        return order;
    }
}
