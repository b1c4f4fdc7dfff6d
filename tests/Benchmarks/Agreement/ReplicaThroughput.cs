using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Benchmarks.Agreement;

/// <summary>
/// Slots agreed per second by n whole replicas in one thread, in virtual time: real signatures, frames encoded and decoded, scans
/// verified and fused, ledger records made (not stored). Beside it the signatures alone that these slots must make and check.
/// </summary>
internal sealed class ReplicaThroughput
{
    private const int Warm = 30;
    private const int Slots = 300;
    private const int Chunk = 10;
    private const long LinkDelayUs = 1_000;
    private static readonly Instant Start = new(1_780_000_000_000_000);

    private readonly Roster _roster;
    private readonly ReplicaMachine[] _replicas;
    private readonly PeerMessageVerifier[] _verifiers;
    private readonly ScanVerifier[] _ingest;
    private readonly Instant?[] _wake;
    private readonly PriorityQueue<Action, (long Time, int Class, long Order)> _queue = new();
    private readonly List<(Instant Time, int Sensor, byte[] Envelope)> _scans = [];
    private readonly List<ReplicaEffect> _effects = [];
    private Instant _now;
    private long _order;
    private long _certified;
    private long _sentBytes;

    private ReplicaThroughput(int n, int f, int sensorCount, int targets)
    {
        Ed25519Signer[] nodes = [.. Enumerable.Range(1, n).Select(SignerOf)];
        Ed25519Signer[] sensors = [.. Enumerable.Range(1, sensorCount).Select(i => SignerOf(100 + i))];
        _roster = new Roster(
            "throughput",
            0,
            [.. nodes.Select((signer, i) => new NodeEntry($"node-{i + 1}", signer.PublicKey))],
            [.. sensors.Select((signer, i) => new SensorEntry($"s{i}", "radar", signer.PublicKey, MeasuredAxes.All, 30, 300, 5, 4, 0, 0.9, new GeodeticPosition(47, 8, 400), 0, 1_000_000))],
            f,
            1,
            1,
            new SlotTiming(Start, 1_000_000, 150_000, 10_000),
            new GeodeticPosition(47, 8, 400),
            30);
        _now = Start.Plus(-500_000);
        _verifiers = [.. nodes.Select(_ => new PeerMessageVerifier(_roster, new VerifiedScans()))];
        _ingest = [.. nodes.Select(_ => new ScanVerifier(_roster))];
        _replicas = [.. nodes.Select((signer, self) => new ReplicaMachine(new ReplicaOptions(_roster, self, signer, NewTracker, new RestartState(_now), new ReplicaLimits()), _verifiers[self]))];
        _wake = new Instant?[n];
        Seal(sensors, targets);
    }

    /// <summary>Prints one line.</summary>
    /// <param name="n">Nodes.</param>
    /// <param name="f">Faulty ones allowed; f+1 witnesses carry each scan.</param>
    /// <param name="sensors">Sensors, each with one scan a slot.</param>
    /// <param name="targets">Targets in each scan: with them the payloads reach about 1 kB.</param>
    public static void Run(int n, int f, int sensors, int targets)
    {
        var cluster = new ReplicaThroughput(n, f, sensors, targets);
        for (int node = 0; node < n; node++) cluster.Step(node, new ReplicaEvent.TimeReached());
        cluster.RunTo(Warm);
        (long certified, long bytes) = (cluster._certified, cluster._sentBytes);
        var floor = new BareSignatures(n, sensors);
        double seconds = 0, bare = 0;
        for (int slot = Warm; slot < Warm + Slots; slot += Chunk)
        {
            seconds += Timed(() => cluster.RunTo(slot + Chunk));
            bare += Timed(() => floor.Play(Chunk));
        }

        certified = cluster._certified - certified;
        bytes = cluster._sentBytes - bytes;
        double payload = (f + 1.0) * sensors * cluster._scans.Average(scan => scan.Envelope.Length) / n;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"replicas n={n} f={f}: {Slots / seconds:F0} slots/s in one thread for all {n} (payloads of {payload:F0} bytes on average, {bytes / Slots:N0} bytes sent a slot, scans of {targets} targets fused twice); bare signatures alone {Slots / bare:F0} slots/s; ratio {seconds / bare:F2}; decided with all DECIDEs: {certified} of {n * Slots}"));
    }

    private static Ed25519Signer SignerOf(int number) => Ed25519Signer.FromSeed([.. Enumerable.Repeat((byte)number, 32)]);

    private Tracker NewTracker() => new(SensorModels.Of(_roster, new LocalFrame(_roster.Datum).ToLocal), new TrackerOptions(_roster.FaultySensors) { ScanPeriodUs = _roster.Timing.PeriodUs });

    // Scans are sealed before the clock runs: sensors are not part of what is measured.
    private void Seal(Ed25519Signer[] signers, int targets)
    {
        ScanPublisher[] publishers = [.. signers.Select((signer, i) => new ScanPublisher(_roster.Sensors[i].Id, _roster.ClusterId, signer))];
        for (int second = 0; second < Warm + Slots; second++)
        {
            for (int sensor = 0; sensor < signers.Length; sensor++)
            {
                Instant time = Start.Plus((second * 1_000_000L) - 400_000);
                ImmutableArray<ScanTrack> tracks = [.. Enumerable.Range(0, targets).Select(target => new ScanTrack($"{target + 1}", new Enu((4000 * target) + (80.0 * second), 2500 * target, 3000 + sensor), new Enu(80, 0, 0), 30, 5, ""))];
                byte[] envelope = publishers[sensor].Seal(new SensorScan(_roster.Sensors[sensor].Id, 1_700_000_000, second + 1, time, "tracks", tracks));
                _scans.Add((time, sensor, envelope));
                for (int node = 0; node < _replicas.Length; node++)
                {
                    int to = node, from = sensor;
                    At(time, 1, () =>
                    {
                        if (_ingest[to].Verify(from, envelope, out Verified<SignedScan> scan) == ScanRefusal.None) Step(to, new ReplicaEvent.ScanAccepted(scan));
                    });
                }
            }
        }
    }

    private void At(Instant time, int rank, Action action) => _queue.Enqueue(action, (time.Microseconds, rank, _order++));

    private void RunTo(long slot)
    {
        Instant end = _roster.Timing.StartOf(slot);
        while (_queue.TryPeek(out _, out (long Time, int Class, long Order) at) && at.Time < end.Microseconds)
        {
            Action action = _queue.Dequeue();
            _now = new Instant(Math.Max(_now.Microseconds, at.Time));
            action();
        }
    }

    private void Step(int node, ReplicaEvent happened)
    {
        _effects.Clear();
        _replicas[node].Step(happened, _now, _effects);
        ImmutableArray<ReplicaEffect> effects = [.. _effects];
        foreach (ReplicaEffect effect in effects) CarryOut(node, effect);
    }

    private void CarryOut(int node, ReplicaEffect effect)
    {
        switch (effect)
        {
            case ReplicaEffect.SendToPeer send:
                _sentBytes += send.Bytes.Length;
                At(_now.Plus(LinkDelayUs), 1, () => Receive(node, send.Peer, send.Bytes));
                break;
            case ReplicaEffect.PersistLease lease:
                Step(node, new ReplicaEvent.LeasePersisted(lease.UpToSlot));
                break;
            case ReplicaEffect.WakeAt wake:
                _wake[node] = wake.Time;
                At(wake.Time, 2, () =>
                {
                    if (_wake[node] == wake.Time) Step(node, new ReplicaEvent.TimeReached());
                });
                break;
            case ReplicaEffect.SlotDecided { Decision.Strength: var strength } when strength == _replicas.Length:
                _certified++;
                break;
        }
    }

    private void Receive(int from, int to, ReadOnlyMemory<byte> bytes)
    {
        PeerRefusal refusal = _verifiers[to].Verify(from, bytes.ToArray(), _now, out Verified<PeerMessage> message);
        if (refusal != PeerRefusal.None) throw new InvalidOperationException($"a replica's message was refused: {refusal}");
        foreach ((Hash256 hash, ReadOnlyMemory<byte> payload) in PeerMessageVerifier.PayloadsOf(message.Value)) _verifiers[to].Prepare(hash, payload);
        Step(to, new ReplicaEvent.PeerMessageArrived(from, message, _now));
    }

    private static double Timed(Action work)
    {
        long started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }
}
