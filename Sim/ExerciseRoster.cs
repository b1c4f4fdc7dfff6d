using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using C3Fusion.Fusion.Numerics;
using C3Fusion.Rosters;

namespace C3Fusion.Sim;

/// <summary>A roster for an exercise with all its private keys: eight sensors and some nodes. Never for the field: the keys follow from the seed.</summary>
public sealed class ExerciseRoster : IDisposable
{
    private const double RadPerDeg = 0.017453292519943295, MetresPerDegree = 111_320;

    private ExerciseRoster(Roster roster, ImmutableArray<Ed25519Signer> nodeKeys, ImmutableArray<Ed25519Signer> sensorKeys)
    {
        Roster = roster;
        NodeKeys = nodeKeys;
        SensorKeys = sensorKeys;
    }

    /// <summary>The roster.</summary>
    public Roster Roster { get; }

    /// <summary>Private keys of the nodes, by index.</summary>
    public ImmutableArray<Ed25519Signer> NodeKeys { get; }

    /// <summary>Private keys of the sensors, by index.</summary>
    public ImmutableArray<Ed25519Signer> SensorKeys { get; }

    /// <summary>
    /// radar-1 to radar-5 (sigma 30 to 80 m) and sat-1 to sat-3 (150 to 250 m), one scan a second, all seeing the whole
    /// area; f_s = 2, f_n = 1 where the nodes allow it; d = 2, R = 150 ms, P = 1 s.
    /// </summary>
    /// <param name="seed">All keys follow from it.</param>
    /// <param name="nodes">How many nodes: node-1, node-2 ...</param>
    /// <param name="start">T0 of slot 0.</param>
    /// <param name="datum">Origin of the local frame.</param>
    /// <param name="clusterId">Name of the cluster.</param>
    /// <param name="roundUs">R, microseconds.</param>
    public static ExerciseRoster Build(ulong seed, int nodes, Instant start, GeodeticPosition datum, string clusterId = "exercise", long roundUs = 150_000)
    {
        int faultyNodes = Math.Clamp(nodes - 2, 0, 1), hops = nodes <= 2 ? 1 : 2;
        ImmutableArray<Ed25519Signer> nodeKeys = [.. Enumerable.Range(1, nodes).Select(i => Key(seed, $"node-{i}"))];
        ImmutableArray<(string Id, double Sigma, double SigmaVelocity)> sensors =
        [
            ("radar-1", 30, 5), ("radar-2", 40, 6), ("radar-3", 50, 8), ("radar-4", 60, 8), ("radar-5", 80, 10),
            ("sat-1", 150, 20), ("sat-2", 200, 25), ("sat-3", 250, 30),
        ];
        ImmutableArray<Ed25519Signer> sensorKeys = [.. sensors.Select(sensor => Key(seed, sensor.Id))];
        var roster = new Roster(
            clusterId,
            1,
            [.. nodeKeys.Select((key, i) => new NodeEntry($"node-{i + 1}", key.PublicKey))],
            [.. sensors.Select((sensor, i) => Sensor(sensor.Id, sensor.Sigma, sensor.SigmaVelocity, sensorKeys[i].PublicKey, Site(datum, i)))],
            faultyNodes,
            2,
            hops,
            new SlotTiming(start, 1_000_000, roundUs, 20_000),
            datum,
            20);
        return new ExerciseRoster(roster, nodeKeys, sensorKeys);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Ed25519Signer key in NodeKeys) key.Dispose();
        foreach (Ed25519Signer key in SensorKeys) key.Dispose();
    }

    private static SensorEntry Sensor(string id, double sigma, double sigmaVelocity, PublicKey key, GeodeticPosition site)
    {
        bool satellite = id.StartsWith("sat", StringComparison.Ordinal);
        return new SensorEntry(
            id, satellite ? "satellite" : "radar", key, MeasuredAxes.All, sigma, 10 * sigma, sigmaVelocity, 4, satellite ? 20 : 10, 0.9, site, 0, 1_000_000);
    }

    /// <summary>Sites on a circle of 30 km around the datum.</summary>
    private static GeodeticPosition Site(GeodeticPosition datum, int index)
    {
        (double sin, double cos) = DeterministicMath.SinCos(index * 45 * RadPerDeg);
        double shrink = DeterministicMath.Cos(datum.LatitudeDeg * RadPerDeg);
        return new GeodeticPosition(datum.LatitudeDeg + (30_000 * cos / MetresPerDegree), datum.LongitudeDeg + (30_000 * sin / (MetresPerDegree * shrink)), 50);
    }

    private static Ed25519Signer Key(ulong seed, string name) =>
        Ed25519Signer.FromSeed(SHA256.HashData(Encoding.UTF8.GetBytes($"c3fusion exercise key\n{seed}\n{name}")));
}
