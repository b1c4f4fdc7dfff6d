using System.Collections.Immutable;
using Akka.Actor;
using C3Fusion.Node.Cluster;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using Serilog;

namespace C3Fusion.Node.Ingest;

/// <summary>The ingest of one sensor, on whichever box of the node the shard lies: verifies off the actor thread, judges by the gate, counts, hands on.</summary>
internal sealed class SensorIngestActor : UntypedActor
{
    private const int BatchSize = 8;

    /// <summary>At most one log line per reason in this time.</summary>
    private static readonly TimeSpan LogEvery = TimeSpan.FromSeconds(10);

    private readonly SensorChannel _channel;
    private readonly ScanVerifier _verifier;
    private readonly IActorRef _replica;
    private readonly string _box;
    private readonly ILogger _log;
    private readonly ScanGate _gate = new(ScanWindow.Default);
    private readonly string _topic;
    private readonly Dictionary<ScanRefusal, DateTime> _logged = [];
    private readonly Action _signal;
    private bool _verifying;
    private DateTime? _proofTold;

    public SensorIngestActor(SensorChannel channel, ScanVerifier verifier, IActorRef replica, string box, ILogger log)
    {
        (_channel, _verifier, _replica, _box, _log) = (channel, verifier, replica, box, log);
        _topic = Topics.Scans(channel.Sensor);
        IActorRef self = Self;
        _signal = () => self.Tell(Waiting.Instance);
    }

    protected override void PreStart() => _channel.Own(_signal);

    protected override void PostStop() => _channel.Release(_signal);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case KeepIngesting:
                Sender.Tell(Report());
                break;
            case Waiting:
                VerifyNext();
                break;
            case Judged judged:
                _verifying = false;
                foreach ((ScanRefusal refusal, Verified<SignedScan> scan) in judged.Scans) Judge(refusal, scan);
                VerifyNext();
                break;
        }
    }

    private void VerifyNext()
    {
        if (_verifying) return;
        var batch = new List<byte[]>(BatchSize);
        _channel.Take(batch, BatchSize);
        if (batch.Count == 0) return;
        _verifying = true;
        _ = Task.Run(() => Verify(batch)).PipeTo(Self, failure: error =>
        {
            _log.Error(error, "verification of {Sensor} failed", _channel.Sensor);
            return new Judged([]);
        });
    }

    private Judged Verify(List<byte[]> batch)
    {
        var scans = new List<(ScanRefusal, Verified<SignedScan>)>(batch.Count);
        foreach (byte[] payload in batch)
        {
            ScanRefusal refusal = _verifier.Verify(_topic, payload, out Verified<SignedScan> scan);
            scans.Add((refusal, scan));
        }

        return new Judged(scans);
    }

    private void Judge(ScanRefusal refusal, Verified<SignedScan> scan)
    {
        if (refusal == ScanRefusal.None) refusal = _gate.Judge(scan, SystemClock.Now);
        _channel.Counters.Count(refusal);

        if (refusal == ScanRefusal.None) _replica.Tell(new IngestedScan(scan, _topic));
        if (refusal == ScanRefusal.Equivocation) TellProof();
        if (refusal is not (ScanRefusal.None or ScanRefusal.Duplicate)) LogRefusal(refusal);
    }

    /// <summary>Tells the replica again from time to time: it may have moved to another box meanwhile.</summary>
    private void TellProof()
    {
        if (_gate.Equivocation is not { } proof || (_proofTold is { } told && DateTime.UtcNow - told < LogEvery)) return;
        _proofTold = DateTime.UtcNow;
        _replica.Tell(new SensorProof(_channel.Sensor, proof.First.Envelope.ToArray(), proof.Second.Envelope.ToArray()));
    }

    private void LogRefusal(ScanRefusal refusal)
    {
        DateTime now = DateTime.UtcNow;
        if (_logged.TryGetValue(refusal, out DateTime last) && now - last < LogEvery) return;
        _logged[refusal] = now;
        _log.Warning("scan of {Sensor} refused: {Refusal}, {Count} so far", _channel.Sensor, refusal, _channel.Counters[refusal]);
    }

    private IngestReport Report()
    {
        ImmutableSortedDictionary<string, long>.Builder refused = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (ScanRefusal refusal in Enum.GetValues<ScanRefusal>())
        {
            if (refusal != ScanRefusal.None && _channel.Counters[refusal] is > 0 and var count) refused[refusal.ToString()] = count;
        }

        return new IngestReport(_channel.Sensor, _box, _channel.Counters[ScanRefusal.None], refused.ToImmutable());
    }

    private sealed record Waiting
    {
        public static readonly Waiting Instance = new();
    }

    private sealed record Judged(List<(ScanRefusal Refusal, Verified<SignedScan> Scan)> Scans);
}
