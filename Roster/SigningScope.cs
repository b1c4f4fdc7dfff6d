using System.Text;

namespace C3Fusion.Rosters;

/// <summary>What every signature of one cluster covers besides its message: purpose, cluster and roster.</summary>
/// <remarks>
/// The signed bytes are <c>"C3FUSION/1" || domain (1 byte) || context (32 bytes) || message</c>; the context is the hash
/// of the roster, so that nothing signed under one roster or cluster means anything under another.
/// </remarks>
/// <param name="Context">The roster's hash; for a roster itself and for sensor scans, the hash of the cluster's name.</param>
public readonly record struct SigningScope(Hash256 Context)
{
    private static ReadOnlySpan<byte> Prefix => "C3FUSION/1"u8;

    /// <summary>Bytes in front of the message.</summary>
    public const int PrefixLength = 10 + 1 + Hash256.Length;

    /// <summary>The scope of signatures that must outlive one roster: sensor scans and rosters.</summary>
    public static SigningScope OfCluster(string clusterId) => new(Hash256.Of(Encoding.UTF8.GetBytes(clusterId)));

    /// <summary>Writes the bytes to sign into <paramref name="destination"/>, which holds at least <see cref="PrefixLength"/> + message bytes.</summary>
    /// <returns>The number of bytes written.</returns>
    public int Write(SignatureDomain domain, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Prefix.CopyTo(destination);
        destination[Prefix.Length] = (byte)domain;
        Context.Write(destination[(Prefix.Length + 1)..]);
        message.CopyTo(destination[PrefixLength..]);
        return PrefixLength + message.Length;
    }
}
