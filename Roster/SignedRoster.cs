using System.Collections.Immutable;

namespace C3Fusion.Rosters;

/// <summary>A roster with the signature of the authority that made it.</summary>
/// <param name="Roster">The roster.</param>
/// <param name="Authority">The authority's key. That it is the right one is for the reader to know; nothing in the file proves it.</param>
/// <param name="Signature">64 bytes over the roster's canonical bytes, in the scope of the cluster's name.</param>
public sealed record SignedRoster(Roster Roster, PublicKey Authority, ImmutableArray<byte> Signature)
{
    /// <summary>Signs a roster.</summary>
    public static SignedRoster Sign(Roster roster, ISigner authority)
    {
        byte[] signature = authority.Sign(SigningScope.OfCluster(roster.ClusterId), SignatureDomain.Roster, RosterBytes.Write(roster));
        return new SignedRoster(roster, authority.PublicKey, ImmutableArray.Create(signature));
    }

    /// <summary>Does the signature hold under the key in the file?</summary>
    public bool IsSigned => new SignatureCheck(Authority).Verify(
        SigningScope.OfCluster(Roster.ClusterId), SignatureDomain.Roster, RosterBytes.Write(Roster), Signature.AsSpan());
}
