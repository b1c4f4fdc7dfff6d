namespace C3Fusion.Fusion.Tracking;

/// <summary>Why the tracker left a report out. Each is counted; none ends the stream.</summary>
public enum ReportRefusal
{
    /// <summary>The report was taken.</summary>
    None,

    /// <summary>The sensor's index is not in the tracker's list.</summary>
    UnknownSensor,

    /// <summary>A measured component is not a finite number, or lies beyond the largest coordinate.</summary>
    NonFinite,

    /// <summary>A claimed sigma is zero or negative.</summary>
    BadSigma,

    /// <summary>Its time lies before the window of late reports.</summary>
    Late,

    /// <summary>Its time lies too far after the scan that is open.</summary>
    Future,

    /// <summary>The sensor has sent more tracks in this scan than the limit.</summary>
    TooMany,

    /// <summary>The sensor has reported this local track at this time already.</summary>
    Duplicate,
}
