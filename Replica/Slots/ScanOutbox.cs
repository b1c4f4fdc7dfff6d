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
    private readonly List<(int Sensor, SignedScan Scan)> _carried = [];
    private long _carriedIn = -1;

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
        if (waiting.Count <= _perSensor) return;
        waiting.RemoveAt(0);
        Dropped++;
    }

    /// <summary>Both scans of a proof go first, whether or not this node is a witness of the sensor.</summary>
    public void AddProof(int sensor, ScanEquivocation proof)
    {
        List<SignedScan> waiting = _waiting[sensor];
        waiting.RemoveAll(scan => scan.Hash == proof.First.Hash || scan.Hash == proof.Second.Hash);
        waiting.InsertRange(0, [proof.First, proof.Second]);
    }

    /// <summary>Takes what fits into <paramref name="budget"/> bytes: one scan of each sensor at a time, so that none crowds out another; the first sensor changes with the slot.</summary>
    public ImmutableArray<BatchScan> Take(long slot, int budget)
    {
        DropOld(slot);
        _carried.Clear();
        _carriedIn = slot;
        int sensors = _waiting.Length;
        for (int round = 0; round < BatchRules.MaxScansPerSensor; round++)
        {
            for (int i = 0; i < sensors && _carried.Count < BatchRules.MaxScans; i++)
            {
                int sensor = (int)((slot + i) % sensors);
                if (round >= _waiting[sensor].Count) continue;
                SignedScan scan = _waiting[sensor][round];
                int bytes = scan.Envelope.Length + BatchBytes.ScanOverheadBytes;
                if (bytes > budget) continue;
                budget -= bytes;
                _carried.Add((sensor, scan));
            }
        }

        foreach ((int sensor, SignedScan scan) in _carried) _waiting[sensor].Remove(scan);
        return [.. _carried.OrderBy(carried => carried.Sensor).Select(carried => new BatchScan(carried.Sensor, carried.Scan.Envelope))];
    }

    /// <summary>The slot ended without this node's value: what it carried waits again.</summary>
    public void PutBack(long slot)
    {
        if (_carriedIn != slot) return;
        for (int i = _carried.Count - 1; i >= 0; i--)
        {
            (int sensor, SignedScan scan) = _carried[i];
            if (_waiting[sensor].Count < _perSensor) _waiting[sensor].Insert(0, scan);
            else Dropped++;
        }

        _carried.Clear();
    }

    private void DropOld(long slot)
    {
        long oldest = _roster.Timing.StartOf(slot).Microseconds - BatchRules.MaxScanAgeUs;
        foreach (List<SignedScan> waiting in _waiting)
        {
            Dropped += waiting.RemoveAll(scan => scan.Scan.Time.Microseconds < oldest);
        }
    }
}
