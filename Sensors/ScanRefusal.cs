namespace C3Fusion.Sensors;

/// <summary>Why a scan was refused (DESIGN section 3). Each is counted; none ends a stream.</summary>
public enum ScanRefusal
{
    /// <summary>It was accepted.</summary>
    None,

    /// <summary>The envelope is larger than <see cref="ScanLimits.EnvelopeBytes"/>.</summary>
    TooLarge,

    /// <summary>The topic's sensor is not in the roster.</summary>
    UnknownSensor,

    /// <summary>The topic is no scan topic, or the signed header or the payload names another topic or sensor.</summary>
    WrongTopic,

    /// <summary>The signed header names another cluster or purpose.</summary>
    WrongCluster,

    /// <summary>Not a compact JWS in its one strict form, or not EdDSA.</summary>
    BadEnvelope,

    /// <summary>The signature is not the sensor's over these bytes.</summary>
    BadSignature,

    /// <summary>The payload is not the JSON of a scan, or a text in it is too long or not plain.</summary>
    Malformed,

    /// <summary>A number is not finite.</summary>
    NonFinite,

    /// <summary>A number lies beyond its limit: coordinate, speed, sigma, latitude, counter.</summary>
    OutOfRange,

    /// <summary>More tracks than allowed.</summary>
    TooManyTracks,

    /// <summary>The time of validity lies outside the window around now.</summary>
    OutsideWindow,

    /// <summary>The sequence number is not above those seen in this boot, and too old to know its content.</summary>
    Replayed,

    /// <summary>The boot number is lower than one seen: a sensor that was rolled back or cloned.</summary>
    RolledBack,

    /// <summary>The same scan again: harmless.</summary>
    Duplicate,

    /// <summary>Another content under a (sensor, boot, sequence) seen before: proof against the sensor.</summary>
    Equivocation,

    /// <summary>The sensor sent more than its share; decided by the host before verification.</summary>
    OverQuota,
}
