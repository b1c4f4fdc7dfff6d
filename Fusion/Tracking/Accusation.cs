namespace C3Fusion.Fusion.Tracking;

/// <summary>Of what a sensor stands accused (DESIGN section 4.4).</summary>
public enum AccusationKind
{
    /// <summary>Its interval meets no point that n-f sensors agree on: certainly faulty while at most f are.</summary>
    Contradicted,

    /// <summary>Its reports are persistently not borne out by others that should see the same, or share an offset beyond its bias cap.</summary>
    Unconfirmed,

    /// <summary>Its errors fit no lie and not its registration either: down-weighted, not called a liar.</summary>
    OutsideRegistration,
}

/// <summary>One accusation with what led to it.</summary>
/// <param name="Sensor">Index of the sensor.</param>
/// <param name="Kind">Of what it is accused.</param>
/// <param name="FromUs">When the accusation was raised, microseconds.</param>
/// <param name="ToUs">When it was withdrawn; null while it stands.</param>
/// <param name="Evidence">The evidence in words, with its numbers.</param>
public sealed record Accusation(int Sensor, AccusationKind Kind, long FromUs, long? ToUs, string Evidence);
