using Akka.Actor;
using C3Fusion.Node.Cluster;
using C3Fusion.Node.Ingest;
using C3Fusion.Node.Storage;
using C3Fusion.Replica;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Replicas;

/// <summary>What the machine asks for, and the work that is done for it off the replica's thread.</summary>
internal sealed partial class ReplicaActor
{
    private void CarryOut(ReplicaEffect effect)
    {
        if (_hosting.Killed.IsCancellationRequested) return;
        switch (effect)
        {
            case ReplicaEffect.SendToPeer send:
                if (send.Bytes.Span[0] == (byte)PeerChannel.CatchUpRequest) _inbox.Asked(send.Peer);
                _outgoing.TrySend(send.Peer, send.Bytes);
                return;
            case ReplicaEffect.PersistLease lease:
                WriteLease(lease.UpToSlot);
                break;
            case ReplicaEffect.AppendLedger append:
                _ledger.Append(append.Record);
                break;
            case ReplicaEffect.ReadStoredSlots read:
                ReadLedger(read);
                return;
            case ReplicaEffect.AlarmRaised { Alarm.Kind: AlarmKind.ClockInDoubt } raised:
                _log.Warning("the own clock is in doubt: {Detail}; this node abstains (slot {Slot})", _hosting.Clock.Detail, raised.Alarm.Slot);
                break;
            case ReplicaEffect.AlarmRaised { Alarm.Kind: AlarmKind.Safety } raised:
                _log.Fatal("alarm {Kind} {Subject}: {Detail} (slot {Slot}); irreversible plans wait for an operator", raised.Alarm.Kind, raised.Alarm.Subject, raised.Alarm.Detail, raised.Alarm.Slot);
                Hold(() => _hold.Freeze(raised.Alarm.Detail));
                break;
            case ReplicaEffect.AlarmRaised raised:
                _log.Warning("alarm {Kind} {Subject}: {Detail} (slot {Slot})", raised.Alarm.Kind, raised.Alarm.Subject, raised.Alarm.Detail, raised.Alarm.Slot);
                break;
            case ReplicaEffect.PlanRefused refused:
                _log.Warning("a plan or veto of this node was refused: {Detail}", refused.Detail);
                break;
            case ReplicaEffect.NodeEvidenceFound found:
                _evidence.Keep(found.Evidence);
                break;
            case ReplicaEffect.SensorEvidenceFound found:
                _evidence.Keep(found.Proof);
                break;
            case ReplicaEffect.Stopped stopped:
                _log.Fatal("this node must sign nothing more: {Reason}", stopped.Reason);
                Hold(() => _hold.Stop(stopped.Reason));
                break;
        }

        _publisher.Tell(effect);
        _hosting.Observer?.Observed(_hosting.Self, effect, _hosting.Clock.Now);
    }

    /// <summary>A peer wants slots that are no longer in memory: they are read off this thread.</summary>
    private void ReadLedger(ReplicaEffect.ReadStoredSlots read)
    {
        LedgerStore ledger = _ledger;
        _ = Task.Run(() => new ReplicaEvent.StoredSlotsRead(read.Peer, ledger.Read(read.FromSlot, read.MaxSlots, read.MaxBytes))).PipeTo(Self, failure: error =>
        {
            _log.Error(error, "slots from {Slot} on could not be read for {Peer}", read.FromSlot, read.Peer);
            return new ReplicaEvent.StoredSlotsRead(read.Peer, []);
        });
    }

    private void WriteLease(long upToSlot)
    {
        SlotLeaseFile lease = _lease;
        _leaseWrites = _leaseWrites.ContinueWith(_ => lease.Write(upToSlot), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _ = _leaseWrites.PipeTo(Self, success: () => new LeaseWritten(upToSlot), failure: error =>
        {
            _log.Error(error, "the slot lease up to {Slot} could not be written", upToSlot);
            return new LeaseNotWritten(upToSlot);
        });
    }

    /// <summary>Makes a hold durable. Where the medium refuses, the box ends: it must not be forgotten by going on.</summary>
    private void Hold(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _log.Fatal(error, "a hold could not be written to {Directory}", _hosting.Settings.StateDirectory);
            _hosting.End($"a hold could not be written: {error.Message}");
        }
    }

    /// <summary>A scan that crossed from another box lost its proof of verification on the way.</summary>
    private void VerifyForwarded(ForwardedScan forwarded)
    {
        ScanVerifier verifier = _hosting.Scans;
        SensorChannel? channel = Topics.TryParseScans(forwarded.Topic, out string sensor) ? _hosting.Ingress[sensor] : null;
        Check(
            () =>
            {
                ScanRefusal refusal = verifier.Verify(forwarded.Topic, forwarded.Envelope, out Verified<SignedScan> scan);
                if (refusal == ScanRefusal.None) return new IngestedScan(scan, forwarded.Topic);
                (channel?.Counters ?? _hosting.Ingress.Strangers).Count(refusal);
                return null;
            },
            () => (channel?.Counters ?? _hosting.Ingress.Strangers).Count(ScanRefusal.OverQuota));
    }

    private void VerifyProof(SensorProof proof)
    {
        ScanVerifier verifier = _hosting.Scans;
        int sensor = _hosting.Roster.IndexOfSensor(proof.Sensor);
        Check(() => ScanEquivocation.Verify(verifier, sensor, proof.First, proof.Second) is { } verified ? new ReplicaEvent.SensorEvidenceHeard(verified) : null, () => { });
    }

    /// <summary>Checks what another box sent off this thread, so much at once and no more.</summary>
    private void Check(Func<object?> check, Action tooMany)
    {
        if (_verifying >= MostChecks)
        {
            tooMany();
            return;
        }

        _verifying++;
        _ = Task.Run(() => new Checked(check())).PipeTo(Self, failure: error =>
        {
            _log.Error(error, "a message of another box could not be checked");
            return new Checked(null);
        });
    }
}
