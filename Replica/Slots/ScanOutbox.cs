using System.Collections.Immutable;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Slots;

/// <summary>Own scans that wait to be carried into the agreed input, for the sensors for which this node is a witness. Bounded per sensor.</summary>
internal sealed class ScanOutbox
{
    private readonly Roster _roster;
    private readonly Witnesses _witnesses;
    private readonly int _self;
    private readonly int _perSensor;
    private readonly List<SignedScan>[] _waiting;

    /// <summary>What each slot carried that is neither applied nor given up yet.</summary>
    private readonly SortedList<long, List<(int Sensor, SignedScan Scan)>> _carried = [];

    /// <summary>Two for each sensor that was proved guilty, once in an incarnation.</summary>
    private readonly HashSet<Hash256> _proofs = [];

    public ScanOutbox(Roster roster, Witnesses witnesses, int self, int perSensor)
    {
        _roster = roster;
        _witnesses = witnesses;
        _self = self;
        _perSensor = perSensor;
        _waiting = [.. roster.Sensors.Select(_ => new List<SignedScan>())];
    }

    /// <summary>Scans that were dropped: too many of a sensor, or too old.</summary>
    public long Dropped { get; private set; }

    public void Add(int sensor, SignedScan scan)
    {
        if (!_witnesses.Carries(_self, sensor)) return;
        List<SignedScan> waiting = _waiting[sensor];
        waiting.Add(scan);
        DropOldest(waiting);
    }

    /// <summary>Both scans of a proof go first, whether or not this node is a witness of the sensor.</summary>
    public void AddProof(int sensor, ScanEquivocation proof)
    {
        List<SignedScan> waiting = _waiting[sensor];
        waiting.RemoveAll(scan => scan.Hash == proof.First.Hash || scan.Hash == proof.Second.Hash);
        waiting.InsertRange(0, [proof.First, proof.Second]);
        _proofs.Add(proof.First.Hash);
        _proofs.Add(proof.Second.Hash);
    }

    /// <summary>Takes what fits into <paramref name="budget"/> bytes: one scan of each sensor at a time, so that none crowds out another; the first sensor changes with the slot.</summary>
    public ImmutableArray<BatchScan> Take(long slot, int budget)
    {
        DropOld(slot);
        var carried = new List<(int Sensor, SignedScan Scan)>();
        int sensors = _waiting.Length;
        for (int round = 0; round < BatchRules.MaxScansPerSensor; round++)
        {
            for (int i = 0; i < sensors && carried.Count < BatchRules.MaxScans; i++)
            {
                int sensor = (int)((slot + i) % sensors);
                if (round >= _waiting[sensor].Count) continue;
                SignedScan scan = _waiting[sensor][round];
                int bytes = scan.Envelope.Length + BatchBytes.ScanOverheadBytes;
                if (bytes > budget) continue;
                budget -= bytes;
                carried.Add((sensor, scan));
            }
        }

        foreach ((int sensor, SignedScan scan) in carried) _waiting[sensor].Remove(scan);
        if (carried.Count > 0) _carried[slot] = carried;
        return [.. carried.OrderBy(entry => entry.Sensor).Select(entry => new BatchScan(entry.Sensor, entry.Scan.Envelope))];
    }

    /// <summary>A slot was applied. What it carried is done where it took this node's value; else that waits again, and so does what slots before it carried, which are none.</summary>
    public void Applied(long slot, bool tookOwnValue)
    {
        if (tookOwnValue) _carried.Remove(slot);
        while (_carried.Count > 0 && _carried.Keys[0] <= slot)
        {
            foreach ((int sensor, SignedScan scan) in _carried.Values[0]) PutBack(sensor, scan);
            _carried.RemoveAt(0);
        }
    }

    private void PutBack(int sensor, SignedScan scan)
    {
        List<SignedScan> waiting = _waiting[sensor];
        int index = waiting.FindIndex(other => IsBefore(scan.Scan, other.Scan));
        waiting.Insert(index < 0 ? waiting.Count : index, scan);
        DropOldest(waiting);
    }

    /// <summary>Above the bound the oldest goes, but never a scan of a proof: the sensor that it proves guilty could push it out.</summary>
    private void DropOldest(List<SignedScan> waiting)
    {
        if (waiting.Count <= _perSensor) return;
        int oldest = waiting.FindIndex(scan => !_proofs.Contains(scan.Hash));
        if (oldest < 0) return;
        waiting.RemoveAt(oldest);
        Dropped++;
    }

    private static bool IsBefore(SensorScan a, SensorScan b) => a.Boot != b.Boot ? a.Boot < b.Boot : a.Sequence < b.Sequence;

    private void DropOld(long slot)
    {
        long oldest = _roster.Timing.StartOf(slot).Microseconds - BatchRules.MaxScanAgeUs;
        foreach (List<SignedScan> waiting in _waiting)
        {
            Dropped += waiting.RemoveAll(scan => scan.Scan.Time.Microseconds < oldest);
        }

        // Slots that never came to an end: what they carried is too old to be carried again.
        while (_carried.Count > 0 && _roster.Timing.StartOf(_carried.Keys[0]).Microseconds < oldest)
        {
            Dropped += _carried.Values[0].Count;
            _carried.RemoveAt(0);
        }
    }
}
