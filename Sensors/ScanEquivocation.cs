using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>Two signed scans under one (sensor, boot, sequence) with different content: proof that the sensor lies, was rolled back or cloned.</summary>
/// <param name="First">The envelope with the smaller hash.</param>
/// <param name="Second">The other.</param>
public sealed record ScanEquivocation(SignedScan First, SignedScan Second)
{
    /// <summary>The proof from two scans in any order.</summary>
    public static ScanEquivocation Of(SignedScan a, SignedScan b) => a.Hash.CompareTo(b.Hash) <= 0 ? new(a, b) : new(b, a);

    /// <summary>Does this prove guilt to someone who holds only the roster?</summary>
    public bool IsProof(Roster roster)
    {
        var verifier = new ScanVerifier(roster);
        int sensor = roster.IndexOfSensor(First.Scan.Sensor);
        return verifier.Verify(sensor, First.Envelope, out Verified<SignedScan> first) == ScanRefusal.None
            && verifier.Verify(sensor, Second.Envelope, out Verified<SignedScan> second) == ScanRefusal.None
            && first.Value.Scan.Boot == second.Value.Scan.Boot
            && first.Value.Scan.Sequence == second.Value.Scan.Sequence
            && first.Value.ContentHash != second.Value.ContentHash;
    }
}
