using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Peers;

/// <summary>Scans whose signatures were checked, by sensor and hash of the envelope, so that an agreed payload costs a hash and no signature.</summary>
/// <remarks>
/// Thread-safe: one instance is shared by a node's <see cref="PeerMessageVerifier"/> and <see cref="ReplicaMachine"/>. Bounded by
/// bytes; the oldest go first. Envelopes that were refused are remembered too, so that a traitor cannot make a node check them
/// twice. A miss is no error: the scan is checked again.
/// </remarks>
public sealed class VerifiedScans
{
    private readonly record struct Key(int Sensor, Hash256 Hash) : IComparable<Key>
    {
        public int CompareTo(Key other)
        {
            int order = Sensor.CompareTo(other.Sensor);
            return order != 0 ? order : Hash.CompareTo(other.Hash);
        }

        public override int GetHashCode() => Hash.GetHashCode() ^ Sensor;
    }

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, Verified<SignedScan>?> _known = [];
    private readonly Queue<(Key Key, int Bytes)> _order = new();
    private readonly long _maxBytes;
    private long _bytes;

    /// <summary>An empty cache of at most <paramref name="maxBytes"/> of envelopes.</summary>
    public VerifiedScans(long maxBytes = 64L << 20)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxBytes);
        _maxBytes = maxBytes;
    }

    /// <summary>Envelopes remembered now.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _known.Count;
        }
    }

    /// <summary>Looks up an envelope.</summary>
    /// <param name="sensor">Index of the sensor in whose name it was sent.</param>
    /// <param name="hash">SHA-256 of the envelope.</param>
    /// <param name="scan">The scan, or null where the envelope is known to be refused.</param>
    /// <returns>False where nothing is known.</returns>
    public bool TryGet(int sensor, in Hash256 hash, out Verified<SignedScan>? scan)
    {
        lock (_gate) return _known.TryGetValue(new Key(sensor, hash), out scan);
    }

    /// <summary>Remembers a scan that was verified under the key of <paramref name="sensor"/>.</summary>
    public void Add(int sensor, Verified<SignedScan> scan) => Add(new Key(sensor, scan.Value.Hash), scan, scan.Value.Envelope.Length);

    /// <summary>Remembers that the envelope with this hash is none of <paramref name="sensor"/>.</summary>
    public void AddRefused(int sensor, in Hash256 hash, int envelopeBytes) => Add(new Key(sensor, hash), null, envelopeBytes);

    private void Add(Key key, Verified<SignedScan>? scan, int bytes)
    {
        // Keys and table entries cost memory too: tiny envelopes must not make the table large.
        int cost = checked(bytes + 256);
        lock (_gate)
        {
            if (!_known.TryAdd(key, scan)) return;
            _order.Enqueue((key, cost));
            _bytes += cost;
            while (_bytes > _maxBytes && _order.TryDequeue(out (Key Key, int Bytes) oldest))
            {
                _known.Remove(oldest.Key);
                _bytes -= oldest.Bytes;
            }
        }
    }
}
