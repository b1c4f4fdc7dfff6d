using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Harness;

/// <summary>Rosters and keys for tests: slot s starts at s seconds, rounds last 100 ms, clocks agree to 5 ms.</summary>
internal static class TestRoster
{
    public const long RoundUs = 100_000;
    public const long GuardUs = 5_000;
    public static readonly Instant Origin = new(1_000_000_000_000_000);

    public static Roster Of(int n, int f, int d = 1, bool real = false, string cluster = "test", long epoch = 0)
    {
        ImmutableArray<NodeEntry> nodes = [.. Enumerable.Range(0, n).Select(i => new NodeEntry($"node-{i}", KeyOf(i, real)))];
        long period = Math.Max(1_000_000, (f + d + 1) * RoundUs);
        return new Roster(cluster, epoch, nodes, [], f, 0, d, new SlotTiming(Origin, period, RoundUs, GuardUs), new GeodeticPosition(0, 0, 0), 10);
    }

    public static ISigner SignerOf(int node, bool real) => real ? Ed25519Signer.FromSeed(SeedOf(node)) : new SymbolicSigner(node);

    public static Instant At(long slot, double rounds = 0, long period = 1_000_000) => Origin.Plus((slot * period) + (long)(rounds * RoundUs));

    private static PublicKey KeyOf(int node, bool real)
    {
        if (!real) return SymbolicSigner.KeyOf(node);
        using Ed25519Signer signer = Ed25519Signer.FromSeed(SeedOf(node));
        return signer.PublicKey;
    }

    private static byte[] SeedOf(int node)
    {
        byte[] seed = new byte[32];
        seed[0] = (byte)(node + 1);
        return seed;
    }
}

/// <summary>Signs without cryptography: in a test, only the holder of the object signs for its node, and nothing else makes verified frames.</summary>
internal sealed class SymbolicSigner(int node) : ISigner
{
    private static readonly byte[] Signature = new byte[Ed25519Signer.SignatureLength];

    public PublicKey PublicKey { get; } = KeyOf(node);

    public static PublicKey KeyOf(int node) => new(new Hash256(0, 0, 0, (ulong)node + 1));

    public byte[] Sign(SigningScope scope, SignatureDomain domain, ReadOnlySpan<byte> message) => Signature;
}
