using System.Collections.Immutable;

namespace C3Fusion.Rosters.Tests;

internal static class TestRosters
{
    public static Ed25519Signer Signer(int number)
    {
        byte[] seed = new byte[32];
        seed[0] = (byte)number;
        seed[1] = (byte)(number >> 8);
        return Ed25519Signer.FromSeed(seed);
    }

    public static Roster Sound(int nodes = 4, int sensors = 5, int f = 1, long epoch = 0) => new(
        "alpha",
        epoch,
        [.. Enumerable.Range(1, nodes).Select(i => new NodeEntry($"node-{i}", Key(i)))],
        [.. Enumerable.Range(1, sensors).Select(i => Sensor($"R{i}", 1000 + i))],
        f,
        2,
        2,
        new SlotTiming(new Instant(1_780_000_000_000_000), 1_000_000, 150_000, 20_000),
        new GeodeticPosition(52.1, -1.3, 80),
        60);

    public static SensorEntry Sensor(string id, int key) =>
        new(id, "radar", Key(key), MeasuredAxes.All, 30, 300, 5, 4, 12.5, 0.9, new GeodeticPosition(52, -1.25, 10), 150_000, 1_000_000);

    public static ImmutableArray<T> With<T>(this ImmutableArray<T> list, int index, T value) => list.SetItem(index, value);

    private static PublicKey Key(int number)
    {
        using Ed25519Signer signer = Signer(number);
        return signer.PublicKey;
    }
}
