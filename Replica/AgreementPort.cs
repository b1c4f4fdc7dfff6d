using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Agreed;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Peers;
using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>The agreement machine as the replica sees it: events in, its effects carried out or passed on.</summary>
internal sealed class AgreementPort
{
    private readonly AgreementMachine _machine;
    private readonly StatementVerifier _statements;
    private readonly ReplicaOutput _output;
    private readonly SlotIntake _intake;
    private readonly List<AgreementEffect> _effects = [];
    private Frame? _lastFrame;
    private byte[] _lastBytes = [];

    public AgreementPort(ReplicaOptions options, ReplicaOutput output, SlotIntake intake, StatementVerifier statements)
    {
        var restart = new Agreement.RestartState(options.Restart.LeasedUpToSlot ?? -1, options.Restart.StartedAt);
        _machine = new AgreementMachine(options.Roster, options.Self, options.Signer, restart);
        _statements = statements;
        _output = output;
        _intake = intake;
    }

    /// <summary>The deadline for which the agreement wants to be woken; null where it waits for none.</summary>
    public Instant? Wake { get; private set; }

    public void Take(Verified<Frame> frame, Instant stamp, Instant now)
    {
        NoteDecides(frame.Value);
        Feed(new AgreementEvent.FrameArrived(frame, stamp), now);
    }

    /// <summary>Certificates that came by another way than frames.</summary>
    public void Learn(ImmutableArray<Statement> decides, Instant now)
    {
        if (_statements.Certificate(decides) is { } certificate) Feed(new AgreementEvent.CertificateLearned(certificate), now);
    }

    public void Feed(AgreementEvent e, Instant now)
    {
        // A deadline that was reached is served by this event; the machine asks anew for the next.
        if (e is AgreementEvent.TimeReached && Wake is { } due && due <= now) Wake = null;
        _effects.Clear();
        _machine.Step(e, now, _effects);
        foreach (AgreementEffect effect in _effects) CarryOut(effect);
    }

    private void CarryOut(AgreementEffect effect)
    {
        switch (effect)
        {
            case AgreementEffect.SendFrame send: Send(send); break;
            case AgreementEffect.PersistLease lease: _output.Say(new ReplicaEffect.PersistLease(lease.UpToSlot)); break;
            case AgreementEffect.WakeAt wake: Wake = wake.Time; break;
            case AgreementEffect.Decided decided: _intake.Take(decided); break;
            case AgreementEffect.Adopted adopted: _intake.Take(adopted); break;
            case AgreementEffect.RolledBack rolledBack: _intake.Take(rolledBack); break;
            case AgreementEffect.Certified certified: _intake.Certify(certified.Certificate.Decides); break;
            case AgreementEffect.EvidenceFound found:
                _output.Keep(new LedgerBody.NodeGuilt(found.Evidence));
                _output.Say(new ReplicaEffect.NodeEvidenceFound(found.Evidence));
                break;
            case AgreementEffect.SafetyAlarm alarm: _output.Raise(AlarmKind.Safety, "agreement", $"slot {alarm.Slot}: {alarm.Detail}"); break;
            case AgreementEffect.Stopped stopped: _output.Say(new ReplicaEffect.Stopped(stopped.Reason)); break;
        }
    }

    private void Send(AgreementEffect.SendFrame send)
    {
        NoteDecides(send.Frame);

        // Peers that get equal frames share one object, and so one buffer.
        if (!ReferenceEquals(_lastFrame, send.Frame))
        {
            _lastFrame = send.Frame;
            _lastBytes = PeerMessageBytes.WriteFrame(send.Bytes.Span);
        }

        _output.Say(new ReplicaEffect.SendToPeer(send.Peer, _lastBytes));
    }

    /// <summary>DECIDEs prove slots to peers that catch up, so all that pass here are kept: others' and the own one.</summary>
    private void NoteDecides(Frame frame)
    {
        if (frame.Own.Kind == StatementKind.Decide) _intake.Note(frame.Own);
        foreach (Statement support in frame.Supports)
        {
            if (support.Kind == StatementKind.Decide) _intake.Note(support);
        }
    }
}
