using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Agreed;

/// <summary>From the scans in a slot's payloads to the tracker: each is verified, counted once however many witnesses carried it, ordered, and let through by slot time and agreed state alone.</summary>
internal sealed class AgreedScans
{
    private readonly Roster _roster;
    private readonly ScanCheck _check;
    private readonly List<(int Sensor, Verified<SignedScan> Scan)> _scans = [];
    private readonly List<TrackReport> _reports = [];

    public AgreedScans(Roster roster, ScanCheck check)
    {
        _roster = roster;
        _check = check;
    }

    /// <summary>Gates that have seen nothing, one per sensor; their window is that of slot time, equal on all nodes.</summary>
    public ScanGate[] NewGates()
    {
        var window = new ScanWindow(BatchRules.MaxScanAgeUs, _roster.Timing.ClockGuardUs);
        return [.. _roster.Sensors.Select(_ => new ScanGate(window))];
    }

    /// <summary>Offers what a slot brought; the caller closes the scan.</summary>
    public void Offer(AgreedStep step, IReadOnlyList<Batch> batches, ScanGate[] gates, ITracker tracker)
    {
        ReplicaCounters counters = Collect(batches, step.Counters);
        Instant slotTime = _roster.Timing.StartOf(step.Slot);
        ImmutableArray<AgreedScan>.Builder taken = ImmutableArray.CreateBuilder<AgreedScan>(_scans.Count);
        int ofSensor = 0;
        for (int i = 0; i < _scans.Count; i++)
        {
            (int sensor, Verified<SignedScan> scan) = _scans[i];
            ofSensor = i > 0 && _scans[i - 1].Sensor == sensor ? ofSensor + 1 : 1;
            bool knownGuilty = gates[sensor].Equivocation is not null;
            ScanRefusal refusal = ofSensor > BatchRules.MaxScansPerSensor ? ScanRefusal.OverQuota : gates[sensor].Judge(scan, slotTime);
            counters = Count(counters, refusal);
            SensorScan content = scan.Value.Scan;
            if (refusal == ScanRefusal.None && gates[sensor].Equivocation?.First.Scan.Boot == content.Boot)
            {
                // Proved to lie in this boot: nothing of it is fused until it is begun anew, by a rising boot number.
                counters = counters with { ScansAgreed = counters.ScansAgreed - 1, ScansOfProvedLiars = counters.ScansOfProvedLiars + 1 };
            }
            else if (refusal == ScanRefusal.None)
            {
                taken.Add(new AgreedScan(sensor, content.Boot, content.Sequence, content.Time));
                counters = Offer(slotTime, sensor, content, tracker, counters);
            }
            else if (!knownGuilty && gates[sensor].Equivocation is { } proof)
            {
                step.SensorEvidence.Add((sensor, proof));
            }
        }

        step.Scans = taken.ToImmutable();
        step.Counters = counters;
    }

    /// <summary>Verifies all scans and leaves each once, ascending by (sensor, boot, sequence, hash).</summary>
    private ReplicaCounters Collect(IReadOnlyList<Batch> batches, ReplicaCounters counters)
    {
        _scans.Clear();
        foreach (Batch batch in batches)
        {
            foreach (BatchScan carried in batch.Scans)
            {
                if (_check.Check(carried.Sensor, carried.Envelope) is { } scan) _scans.Add((carried.Sensor, scan));
                else counters = counters with { ScansUnverifiable = counters.ScansUnverifiable + 1 };
            }
        }

        _scans.Sort(static (a, b) =>
        {
            int order = a.Sensor.CompareTo(b.Sensor);
            if (order == 0) order = a.Scan.Value.Scan.Boot.CompareTo(b.Scan.Value.Scan.Boot);
            if (order == 0) order = a.Scan.Value.Scan.Sequence.CompareTo(b.Scan.Value.Scan.Sequence);
            return order != 0 ? order : a.Scan.Value.Hash.CompareTo(b.Scan.Value.Hash);
        });
        int kept = 0;
        for (int i = 0; i < _scans.Count; i++)
        {
            if (kept > 0 && _scans[kept - 1].Sensor == _scans[i].Sensor && _scans[kept - 1].Scan.Value.Hash == _scans[i].Scan.Value.Hash)
            {
                counters = counters with { ScansFromSecondWitness = counters.ScansFromSecondWitness + 1 };
                continue;
            }

            _scans[kept++] = _scans[i];
        }

        _scans.RemoveRange(kept, _scans.Count - kept);
        return counters;
    }

    private static ReplicaCounters Count(ReplicaCounters counters, ScanRefusal refusal) => refusal switch
    {
        ScanRefusal.None => counters with { ScansAgreed = counters.ScansAgreed + 1 },
        ScanRefusal.Duplicate => counters with { ScansFromSecondWitness = counters.ScansFromSecondWitness + 1 },
        ScanRefusal.OutsideWindow => counters with { ScansOutsideWindow = counters.ScansOutsideWindow + 1 },
        ScanRefusal.Equivocation => counters with { ScansEquivocated = counters.ScansEquivocated + 1 },
        ScanRefusal.OverQuota => counters with { ScansOverQuota = counters.ScansOverQuota + 1 },
        _ => counters with { ScansReplayed = counters.ScansReplayed + 1 },
    };

    private ReplicaCounters Offer(Instant slotTime, int sensor, SensorScan scan, ITracker tracker, ReplicaCounters counters)
    {
        _reports.Clear();
        ReportConversion.Append(scan, sensor, _roster.Sensors[sensor].Axes, slotTime.Microseconds, _reports);
        foreach (TrackReport report in _reports)
        {
            if (tracker.Offer(report) != ReportRefusal.None) counters = counters with { ReportsRefused = counters.ReportsRefused + 1 };
        }

        return counters;
    }
}
