using System.Collections.Immutable;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Slots;

/// <content>What a node does of itself: vote, list, certify, report at each deadline, decide.</content>
internal sealed partial class Slot
{
    /// <summary>What follows from what is known: vote, certificates, decision.</summary>
    private void Progress(int round, StepContext context)
    {
        bool votes = Standing.MaySign && _hasSent && !_votes.HasVoted && ClosedRound == 0 && context.Now >= Start && _broadcasts.AreComplete;
        if (votes) _reporter.SendAll(new Frame(_rules.Self, Number, Vote(0), [], [], context.DecidesHeld), context);
        Certify(round);
        Decide(context);
    }

    // An early relay is a relay like any other: earlier signatures only add support. What its receivers list too is not pushed at deadline(1).
    private void ListEarly(StepContext context)
    {
        _hasListedEarly = true;
        Statement relay = _own.Sign(StatementKind.Relay, 0, ListNew());
        _reporter.SendAll(new Frame(_rules.Self, Number, relay, [], [], context.DecidesHeld), context);
    }

    private Statement Vote(int round)
    {
        ListNew();
        Statement vote = _own.Sign(StatementKind.Vote, round, _broadcasts.AllAccepted);
        _votes.CastOwn(vote, _broadcasts.Instances);
        return vote;
    }

    /// <summary>Everything accepted and not listed yet, as entries; its supports are due at the close of the round.</summary>
    private ImmutableArray<StatementEntry> ListNew()
    {
        List<Pair> unlisted = _broadcasts.TakeUnlisted();
        _reporter.Owe(unlisted);
        return [.. unlisted.Select(pair => pair.Entry).Order()];
    }

    private void Certify(int round)
    {
        if (ClosedRound >= _rules.CertificateRounds) return;
        foreach (int instance in _votes.Certify(round)) _reporter.OweCertificate(instance);
    }

    private Outcome? OutcomeOf(int sender)
    {
        if (_votes.IsCertified(sender)) return Outcome.Of(_votes.Mine(sender)!.Value);
        if (ClosedRound < _rules.Rounds) return null;
        IReadOnlyList<Candidate> accepted = _broadcasts.Instances[sender].Accepted;
        if (accepted.Count == 0) return Outcome.Silent;
        if (accepted.Count == 1) return Outcome.Of(accepted[0].Value);

        // Every certificate holds this node's own vote: without one, no certificate exists and nothing is worth waiting for.
        return _votes.Mine(sender) is null || ClosedRound >= _rules.CertificateRounds ? Outcome.Equivocation : null;
    }

    private void Decide(StepContext context)
    {
        if (_settlement.IsDecided) return;
        var outcomes = ImmutableArray.CreateBuilder<Outcome>(_rules.Nodes);
        for (int i = 0; i < _rules.Nodes; i++)
        {
            if (OutcomeOf(i) is not { } outcome) return;
            outcomes.Add(outcome);
        }

        ImmutableArray<Outcome> vector = outcomes.MoveToImmutable();
        string? abstains = Standing.WhyAbstain(HeardThroughout, _rules.Nodes - _rules.Faulty) ?? _settlement.WhyContradicted(vector, context.Effects);
        _settlement.Decide(vector, abstains, _broadcasts, context.Effects);
        if (abstains is null) SignDecide(vector, _votes.AreAllCertified ? 0 : 1, context);
        Settle(context);
    }

    private void SignDecide(ImmutableArray<Outcome> vector, int round, StepContext context)
    {
        Statement decide = _own.Sign(StatementKind.Decide, round, [], vector, context.StateBefore);
        _settlement.Signed(decide);
        _votes.AddCertifier(decide);
        _reporter.SendAll(new Frame(_rules.Self, Number, decide, [], [], context.DecidesHeld), context);
    }

    private void Settle(StepContext context)
    {
        ImmutableArray<Outcome>? adopted = _settlement.Settle(_broadcasts, context.Effects);
        if (_settlement.StopReason is { } reason) Standing.Stop(reason);
        if (adopted is not { } vector || _settlement.OwnDecide is not null || !Standing.MaySign) return;
        SignDecide(vector, 1, context);
        _settlement.Settle(_broadcasts, context.Effects);
    }

    private void CloseRound(int round, StepContext context)
    {
        bool late = context.Now.Since(DeadlineOf(round)) > _rules.SlackUs;
        if (late && Standing.IsOpen && !IsIdle && !_rules.Variant.HasNoCloseBarrier) Standing.Fail($"round {round} was closed too late");
        ClosedRound = round;
        if (Standing.MaySign) Report(round, context);
        _reporter.Forget();
        _attendance.ForgetFresh();
        if (round == _rules.Rounds) _broadcasts.Close();
        Decide(context);
    }

    /// <summary>C1: what this node owes its peers at the close of a round.</summary>
    private void Report(int round, StepContext context)
    {
        bool relays = round < _rules.Rounds;
        Statement? own = relays ? SignReport(round, context) : null;
        Statement? cert = null;
        if (_reporter.Certificates.Count > 0 && round < _rules.CertificateRounds)
        {
            cert = _settlement.OwnDecide is { Round: 0 } decide ? decide : SignCertificate();
        }

        _reporter.SendReports(own, cert, relays, this, HasEverybodyDecided ? [] : _attendance.ToForward(round), context);
    }

    private bool HasEverybodyDecided => _settlement.Decides.Authors == _rules.Everyone;

    /// <summary>The one statement that this node writes at a deadline; none where nobody waits for any more.</summary>
    private Statement? SignReport(int round, StepContext context)
    {
        if (round == 1 && !_votes.HasVoted && _hasSent)
        {
            Statement vote = Vote(1);
            Certify(_rules.RoundOf(Number, context.Now));
            Decide(context);
            return vote;
        }

        if (_broadcasts.HasUnlisted) return _own.Sign(StatementKind.Relay, round, ListNew());
        return HasEverybodyDecided ? null : _own.Sign(StatementKind.Alive, round, []);
    }

    private Statement SignCertificate()
    {
        Statement certificate = _own.Sign(StatementKind.Certificate, 0, [.. _reporter.Certificates.Select(i => new StatementEntry(i, _votes.Mine(i)!.Value)).Order()]);
        _votes.AddCertifier(certificate);
        return certificate;
    }
}
