using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Peers;

/// <summary>Verifies envelopes through the cache: each is checked once on a node, however often it is carried. Thread-safe.</summary>
internal sealed class ScanCheck
{
    private readonly ScanVerifier _verifier;
    private readonly VerifiedScans _known;

    public ScanCheck(Roster roster, VerifiedScans known)
    {
        _verifier = new ScanVerifier(roster);
        _known = known;
    }

    /// <summary>The scan of an envelope that was carried in the name of a sensor, or null where it is none of that sensor.</summary>
    public Verified<SignedScan>? Check(int sensor, ReadOnlyMemory<byte> envelope)
    {
        Hash256 hash = Hash256.Of(envelope.Span);
        if (_known.TryGet(sensor, hash, out Verified<SignedScan>? known)) return known;
        if (_verifier.Verify(sensor, envelope, out Verified<SignedScan> scan) == ScanRefusal.None)
        {
            _known.Add(sensor, scan);
            return scan;
        }

        _known.AddRefused(sensor, hash, envelope.Length);
        return null;
    }
}
