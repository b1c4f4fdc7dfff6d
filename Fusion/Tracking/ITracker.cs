namespace C3Fusion.Fusion.Tracking;

/// <summary>A multi-target tracker over sensors of which at most f lie. Single-threaded; bit-deterministic.</summary>
/// <remarks>
/// The picture depends only on the reports that were offered before each <see cref="CloseScan"/> and not on the order
/// of those offered between two of them. No content of a report makes it throw.
/// </remarks>
public interface ITracker
{
    /// <summary>Takes one report for the open scan, or says why not.</summary>
    ReportRefusal Offer(in TrackReport report);

    /// <summary>Ends the open scan at <paramref name="scanEndUs"/> and replaces the content of <paramref name="picture"/> with all tracks, ascending by number.</summary>
    /// <param name="scanEndUs">End of the scan, microseconds; later than that of the scan before.</param>
    /// <param name="picture">Receives every track, the unpublished ones too.</param>
    void CloseScan(long scanEndUs, List<SystemTrack> picture);

    /// <summary>Every accusation so far, in the order in which they were raised; withdrawn ones have their end.</summary>
    IReadOnlyList<Accusation> Accusations { get; }

    /// <summary>Are more than f sensors under evidence? Then nothing is <see cref="Assurance.Assured"/>.</summary>
    bool SystemAlarm { get; }

    /// <summary>How many reports were refused for <paramref name="reason"/>.</summary>
    long Refused(ReportRefusal reason);

    /// <summary>An independent copy of the whole state: fed the same, both give the same picture bit for bit. A replica rolls back to one.</summary>
    /// <returns>The copy, or null where this tracker can only be replayed from its beginning.</returns>
    ITracker? Fork() => null;
}
