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
    public bool IsProof(Roster roster) =>
        Verify(new ScanVerifier(roster), roster.IndexOfSensor(First.Scan.Sensor), First.Envelope, Second.Envelope) is not null;

    /// <summary>Checks two envelopes that came by any way.</summary>
    /// <param name="verifier">Checks signatures under the roster.</param>
    /// <param name="sensor">Index of the sensor that they are said to convict.</param>
    /// <param name="first">One envelope; referred to by the proof.</param>
    /// <param name="second">The other.</param>
    /// <returns>The proof, or null where they prove nothing against that sensor.</returns>
    public static Verified<ScanEquivocation>? Verify(ScanVerifier verifier, int sensor, ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (verifier.Verify(sensor, first, out Verified<SignedScan> one) != ScanRefusal.None) return null;
        if (verifier.Verify(sensor, second, out Verified<SignedScan> other) != ScanRefusal.None) return null;
        bool isOneNumber = one.Value.Scan.Boot == other.Value.Scan.Boot && one.Value.Scan.Sequence == other.Value.Scan.Sequence;
        return isOneNumber && one.Value.ContentHash != other.Value.ContentHash ? new Verified<ScanEquivocation>(Of(one.Value, other.Value)) : null;
    }
}
