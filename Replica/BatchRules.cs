namespace C3Fusion.Replica;

/// <summary>The numbers of a slot's payload. Part of the protocol: equal on all nodes.</summary>
public static class BatchRules
{
    /// <summary>Version of the byte form, its first byte.</summary>
    public const byte FormatVersion = 1;

    /// <summary>Most bytes in a payload.</summary>
    public const int MaxPayloadBytes = Agreement.Limits.PayloadBytes;

    /// <summary>Most scans in a payload.</summary>
    public const int MaxScans = 512;

    /// <summary>Most scans of one sensor that enter the agreed picture with one slot, the lowest (boot, sequence) first.</summary>
    public const int MaxScansPerSensor = 16;

    /// <summary>Most certificates of earlier slots in a payload.</summary>
    public const int MaxCertificates = 8;

    /// <summary>How far before the slot's start a scan's time may lie, microseconds.</summary>
    public const long MaxScanAgeUs = 10_000_000;
}
