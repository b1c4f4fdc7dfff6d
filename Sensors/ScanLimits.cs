namespace C3Fusion.Sensors;

/// <summary>The most that one scan may hold. Whatever exceeds a limit is refused whole, with a counted reason.</summary>
public static class ScanLimits
{
    /// <summary>Bytes of the envelope: header, payload in base64url (4/3 of the JSON text) and signature.</summary>
    public const int EnvelopeBytes = 256 * 1024;

    /// <summary>Bytes of the protected header (the JSON text).</summary>
    public const int HeaderBytes = 1024;

    /// <summary>Tracks in a scan.</summary>
    public const int Tracks = 2000;

    /// <summary>Characters of a local track id.</summary>
    public const int LocalTrackLength = 64;

    /// <summary>Characters of an identity.</summary>
    public const int IdentityLength = 32;

    /// <summary>Characters of the kind.</summary>
    public const int KindLength = 32;

    /// <summary>Nesting of the JSON text.</summary>
    public const int JsonDepth = 8;

    /// <summary>Largest integer that every JSON library carries exactly, 2^53 - 1 (RFC 7493, section 2.2).</summary>
    public const long Integer = (1L << 53) - 1;

    /// <summary>Largest coordinate, m from the datum on each axis.</summary>
    public const double CoordinateM = 1e7;

    /// <summary>Largest speed on each axis, m/s.</summary>
    public const double SpeedMps = 1e5;

    /// <summary>Largest claimed sigma, m or m/s.</summary>
    public const double Sigma = 1e6;
}
