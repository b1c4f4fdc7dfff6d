using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Pictures;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica;

/// <summary>Sensors that are proved to equivocate, by the own ingest or by the agreed slots: each proof is kept, told and raised once in an incarnation.</summary>
internal sealed class SensorGuilt
{
    private readonly Roster _roster;
    private readonly ReplicaOutput _output;
    private readonly ScanEquivocation?[] _proofs;

    public SensorGuilt(Roster roster, ReplicaOutput output)
    {
        _roster = roster;
        _output = output;
        _proofs = new ScanEquivocation?[roster.Sensors.Length];
    }

    /// <summary>The proof against a sensor, or null.</summary>
    public ScanEquivocation? Of(int sensor) => _proofs[sensor];

    /// <summary>Takes a proof.</summary>
    /// <returns>Is it the first against this sensor?</returns>
    public bool Take(int sensor, ScanEquivocation proof)
    {
        if (_proofs[sensor] is not null) return false;
        _proofs[sensor] = proof;
        _output.Keep(new LedgerBody.SensorGuilt(sensor, proof.First.Envelope, proof.Second.Envelope));
        _output.Say(new ReplicaEffect.SensorEvidenceFound(sensor, proof));
        _output.Raise(AlarmKind.SensorEquivocates, _roster.Sensors[sensor].Id, SensorTrust.Describe(proof));
        return true;
    }

    /// <summary>A proof of an earlier incarnation, from the ledger: it is neither kept nor told again, and stands as an alarm.</summary>
    public void Restore(int sensor, ScanEquivocation proof)
    {
        if (_proofs[sensor] is not null) return;
        _proofs[sensor] = proof;
        _output.Raise(AlarmKind.SensorEquivocates, _roster.Sensors[sensor].Id, SensorTrust.Describe(proof));
    }
}
