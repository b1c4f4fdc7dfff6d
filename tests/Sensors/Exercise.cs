using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Rosters;

namespace C3Fusion.Sensors.Tests;

/// <summary>A roster of two sensors with known keys, and what its sensors would publish.</summary>
internal sealed class Exercise : IDisposable
{
    public static readonly Instant Now = new(1_763_815_123_456_789);

    public Exercise()
    {
        Keys = [Ed25519Signer.FromSeed(Seed(0)), Ed25519Signer.FromSeed(Seed(100))];
        SensorEntry Entry(string id, Ed25519Signer key) => new(
            id, "radar", key.PublicKey, MeasuredAxes.All, 30, 300, 5, 4, 0, 0.9, new GeodeticPosition(52, -1, 0), 0, 1_000_000);
        Roster = new Roster(
            "alpha", 1, [new NodeEntry("node-1", new PublicKey(new Hash256(1, 2, 3, 4)))], [Entry("radar-1", Keys[0]), Entry("radar-2", Keys[1])],
            0, 0, 1, new SlotTiming(new Instant(0), 1_000_000, 150_000, 10_000), new GeodeticPosition(52.25, -1.75, 0), 30);
        Verifier = new ScanVerifier(Roster);
        Publisher = new ScanPublisher("radar-1", "alpha", Keys[0]);
    }

    public ImmutableArray<Ed25519Signer> Keys { get; }

    public Roster Roster { get; }

    public ScanVerifier Verifier { get; }

    public ScanPublisher Publisher { get; }

    public static SensorScan Scan(long boot = 1_763_815_000, long sequence = 7, long? time = null, params ScanTrack[] tracks) =>
        new("radar-1", boot, sequence, new Instant(time ?? Now.Microseconds), "tracks", [.. tracks]);

    public static ScanTrack Track(double x = 1000.5, double y = -2000.25, string k = "42") =>
        new(k, new Enu(x, y, 3000), new Enu(200, -10.5, 0), 30, 5, "BAW123");

    /// <summary>An envelope around any text, signed as the sensor would.</summary>
    public byte[] SealText(string json) => JwsEnvelope.Seal(ScanHeader.Of("radar-1", "alpha").Write(), System.Text.Encoding.UTF8.GetBytes(json), Keys[0]);

    public ScanRefusal Judge(byte[] envelope) => Verifier.Verify("c3/v1/sensors/radar-1/scans", envelope, out _);

    public Verified<SignedScan> Accept(byte[] envelope) =>
        Verifier.Verify("c3/v1/sensors/radar-1/scans", envelope, out Verified<SignedScan> scan) == ScanRefusal.None
            ? scan
            : throw new InvalidOperationException("the envelope was refused");

    public void Dispose()
    {
        foreach (Ed25519Signer key in Keys) key.Dispose();
    }

    private static byte[] Seed(int first) => [.. Enumerable.Range(first, 32).Select(i => (byte)i)];
}
