using System.Buffers;
using C3Fusion.Node.Configuration;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Ingest;

/// <summary>What waits between the broker and one sensor's ingest entity: size, quota and length are bounded before anything is verified.</summary>
internal sealed class SensorChannel(string sensor, IngestSettings settings)
{
    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _waiting = new();
    private readonly SensorQuota _quota = new(settings.ScansPerSecond, settings.Burst);
    private Action? _owner;
    private bool _signalled;

    /// <summary>Id of the sensor.</summary>
    public string Sensor { get; } = sensor;

    /// <summary>What became of the sensor's payloads.</summary>
    public RefusalCounters Counters { get; } = new();

    /// <summary>The entity on this box takes over; <paramref name="signal"/> is called when something waits.</summary>
    public void Own(Action signal)
    {
        lock (_gate)
        {
            _owner = signal;
            _signalled = false;
        }
    }

    /// <summary>The entity that owned it has stopped; what waited is its successor's loss.</summary>
    public void Release(Action signal)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(_owner, signal)) return;
            _owner = null;
            _waiting.Clear();
        }
    }

    /// <summary>Takes a payload from the broker, or counts why not. Ignored where another box owns the sensor.</summary>
    public void Offer(ReadOnlySequence<byte> payload)
    {
        Action? signal = null;
        lock (_gate)
        {
            if (_owner is null) return;
            if (payload.Length > settings.MaxPayloadBytes)
            {
                Counters.Count(ScanRefusal.TooLarge);
                return;
            }

            if (!_quota.TryTake())
            {
                Counters.Count(ScanRefusal.OverQuota);
                return;
            }

            if (_waiting.Count >= settings.QueuePerSensor)
            {
                _waiting.Dequeue();
                Counters.Count(ScanRefusal.OverQuota);
            }

            _waiting.Enqueue(payload.ToArray());
            if (!_signalled)
            {
                _signalled = true;
                signal = _owner;
            }
        }

        signal?.Invoke();
    }

    /// <summary>Moves what waits, at most <paramref name="most"/>, to <paramref name="batch"/>; the next arrival after an empty take signals again.</summary>
    public void Take(List<byte[]> batch, int most)
    {
        lock (_gate)
        {
            while (batch.Count < most && _waiting.TryDequeue(out byte[]? payload)) batch.Add(payload);
            if (batch.Count == 0) _signalled = false;
        }
    }
}
