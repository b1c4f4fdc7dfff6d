using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Agreed;
using C3Fusion.Replica.Ledger;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>Notices that slots are missing, asks for them, takes answers, and answers others.</summary>
internal sealed class CatchUpDriver
{
    private readonly Roster _roster;
    private readonly ReplicaOutput _output;
    private readonly AgreedLoop _agreed;
    private readonly CatchUp _questions;
    private readonly CatchUpService _service;
    private Instant? _behindSince;

    public CatchUpDriver(ReplicaOptions options, ReplicaOutput output, SlotBook book, AgreedLoop agreed)
    {
        _roster = options.Roster;
        _output = output;
        _agreed = agreed;
        _questions = new CatchUp(_roster, options.Self);
        _service = new CatchUpService(_roster, book, options.Limits);
    }

    public void Renew() => _service.Renew();

    /// <summary>Answers from memory, or asks the host for slots that are older than that.</summary>
    public void Answer(int peer, PeerMessage.CatchUpRequest request)
    {
        if (_service.MustRead(request))
        {
            if (_service.BeginRead(peer, request) is { } read) _output.Say(read);
            else CountUnanswered();
            return;
        }

        Send(peer, _service.Answer(peer, request));
    }

    /// <summary>Answers with slots that were read from storage.</summary>
    public void Answer(int peer, ImmutableArray<StoredSlot> slots) => Send(peer, _service.Answer(peer, slots));

    private void Send(int peer, PeerMessage.CatchUpAnswer? answer)
    {
        if (answer is null) CountUnanswered();
        else _output.Say(new ReplicaEffect.SendToPeer(peer, PeerMessageBytes.Write(answer)));
    }

    private void CountUnanswered() => _output.Counters = _output.Counters with { RequestsUnanswered = _output.Counters.RequestsUnanswered + 1 };

    /// <summary>Takes an answer.</summary>
    /// <returns>The certificates in it.</returns>
    public List<ImmutableArray<Statement>> Take(int peer, PeerMessage.CatchUpAnswer answer)
    {
        var certificates = new List<ImmutableArray<Statement>>();
        bool brought = false;
        bool isAsked = _questions.Accept(peer);
        if (isAsked)
        {
            foreach (ProvenSlot slot in answer.Slots)
            {
                brought |= _agreed.Intake.Take(slot);
                if (slot.Decides.Length >= _roster.CertificateQuorum) certificates.Add(slot.Decides);
            }
        }

        if (isAsked && !brought) _questions.PassOver(peer);
        if (!brought) _output.Counters = _output.Counters with { AnswersRefused = _output.Counters.AnswersRefused + 1 };
        return certificates;
    }

    /// <summary>Asks where slots are missing for longer than a decision takes.</summary>
    /// <param name="now">The time.</param>
    /// <param name="isBusy">Slots wait to be applied: nothing is asked meanwhile.</param>
    /// <param name="progressed">A slot was applied in this step.</param>
    /// <returns>When to look again; null where nothing is missing.</returns>
    public Instant? Drive(Instant now, bool isBusy, bool progressed)
    {
        long gap = _agreed.Intake.NewestDecided - _agreed.Head.Slot;
        if (gap <= 0)
        {
            _behindSince = null;
            _questions.Rest();
            _output.Clear(AlarmKind.CatchingUp, "");
            _output.Clear(AlarmKind.Unproven, "");
            return null;
        }

        if (_behindSince is null || (progressed && gap == 1)) _behindSince = now;
        if (isBusy) return null;

        // One slot behind is normal while the newest one is being decided; more is not.
        Instant due = _behindSince.Value.Plus(gap > 1 ? _roster.Timing.RoundUs : _roster.Timing.PeriodUs);
        if (now < due) return due;
        Ask(now, gap);
        return _questions.WaitUntil;
    }

    private void Ask(Instant now, long gap)
    {
        long next = _agreed.Head.Slot + 1;
        int peer = _questions.Ask(next, now);
        if (peer < 0) return;
        _output.Raise(AlarmKind.CatchingUp, "", $"{gap} slots from {next} on are missing");
        if (_questions.IsUnproven) _output.Raise(AlarmKind.Unproven, "", $"no peer proved slot {next}: a checkpoint of the authority upon state {_agreed.Head.Hash} may be needed");
        _output.Say(new ReplicaEffect.SendToPeer(peer, PeerMessageBytes.Write(new PeerMessage.CatchUpRequest(next, _agreed.Intake.HeldOfNext()))));
    }
}
