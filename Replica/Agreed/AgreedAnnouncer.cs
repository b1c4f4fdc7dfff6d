using System.Collections.Immutable;
using C3Fusion.Replica.Pictures;
using C3Fusion.Replica.Plans;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Agreed;

/// <summary>Tells the host what changed in the agreed state: pictures, decisions, plans, trust, alarms, evidence.</summary>
internal sealed class AgreedAnnouncer
{
    private readonly Roster _roster;
    private readonly ReplicaOutput _output;
    private readonly SlotBook _book;
    private readonly TrustView _trust;
    private readonly SensorGuilt _sensors;
    private readonly SortedDictionary<string, bool> _mayAct = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Plan> _toldOpen = new(StringComparer.Ordinal);
    private Hash256? _toldPicture;
    private bool _isFrozen;

    public AgreedAnnouncer(Roster roster, ReplicaOutput output, SlotBook book, SensorGuilt sensors)
    {
        _roster = roster;
        _output = output;
        _book = book;
        _sensors = sensors;
        _trust = new TrustView(roster, PictureOrigin.Agreed);
    }

    /// <summary>Two decisions may both be true here: irreversible plans wait for an operator.</summary>
    public void FreezeIrreversible() => _isFrozen = true;

    /// <summary>The state was rolled back: what stands in it now is told again.</summary>
    public void Forget(AgreedState head)
    {
        _toldPicture = null;
        _mayAct.Clear();
        var open = head.Plans.Open.ToDictionary(plan => plan.Id, StringComparer.Ordinal);
        foreach (Plan told in _toldOpen.Values.ToArray())
        {
            if (!open.ContainsKey(told.Id)) Tell(told with { State = PlanState.Vetoed, Reason = "its slot was undone" }, mayAct: false);
        }

        foreach (Plan plan in open.Values.Where(plan => plan.State == PlanState.Proposed)) Tell(plan, mayAct: false);
    }

    private void Tell(Plan plan, bool mayAct)
    {
        if (plan.State is PlanState.Proposed or PlanState.Committed) _toldOpen[plan.Id] = plan;
        else _toldOpen.Remove(plan.Id);
        _output.Say(new ReplicaEffect.PlanChanged(plan, mayAct));
    }

    public void TellDecision(SlotEntry entry, Resolution resolution)
    {
        // Nothing is settled and nothing was refused here: the slot is still running.
        if (!resolution.IsSettled && entry.Abstained is null) return;
        ImmutableArray<Agreement.Outcome> outcomes = resolution.IsSettled ? resolution.Outcomes : [];
        (DecisionBasis Basis, int Strength, Hash256 Decision) now = (resolution.Basis, resolution.Strength, SlotDecisionBytes.HashOf(entry.Slot, outcomes));
        if (entry.Told == now) return;
        entry.Told = now;
        int survives = resolution.Basis == DecisionBasis.FinalSync ? (2 * resolution.Strength) - _roster.Nodes.Length - 1 : 0;
        _output.Say(new ReplicaEffect.SlotDecided(new SlotDecision(entry.Slot, resolution.Basis, resolution.Strength, survives, outcomes, entry.Abstained)));
    }

    public void TellStep(AgreedStep step, SlotEntry entry, DecisionBasis basis)
    {
        _output.Counters = _output.Counters.Plus(step.Counters);
        if (entry.IsFetched) _output.Counters = _output.Counters with { SlotsCaughtUp = _output.Counters.SlotsCaughtUp + 1 };
        _output.Say(new ReplicaEffect.SlotApplied(step.Slot, step.Hash, basis, step.Scans));
        for (int node = 0; node < _roster.Nodes.Length; node++)
            _output.Set(step.BadPayloads.Contains(node), AlarmKind.BadPayload, _roster.Nodes[node].Name, $"slot {step.Slot}: its payload is no batch and counts as empty");
        foreach (int node in step.NewEquivocators)
            _output.Raise(AlarmKind.Equivocator, _roster.Nodes[node].Name, $"slot {step.Slot}: it signed two values");
        foreach ((int sensor, ScanEquivocation proof) in step.SensorEvidence) _sensors.Take(sensor, proof);

        foreach ((long slot, int strength) in step.Recorded)
            _output.Say(new ReplicaEffect.SlotFinalByRecord(slot, strength, step.Slot));
        foreach (Plan plan in step.PlanChanges)
        {
            // A committed plan is told once it is known whether it may be acted on.
            if (plan.State == PlanState.Committed) continue;
            _mayAct.Remove(plan.Id);
            Tell(plan, mayAct: false);
        }
    }

    /// <summary>Tells the picture where it is a new one, and committed plans whose permission changed.</summary>
    public void TellPicture(AgreedState head, long finalUpTo)
    {
        TellCommitted(head, finalUpTo);
        if (head.Slot < 0 || head.Hash == _toldPicture) return;
        _toldPicture = head.Hash;
        Picture picture = head.Picture;
        _output.Say(new ReplicaEffect.AgreedPictureChanged(head.Slot, head.Hash, picture));
        _trust.Tell(picture, head.EquivocationOf, _output.Effects);
        _output.Set(picture.SystemAlarm, AlarmKind.AgreedSensorAlarm, "", $"slot {head.Slot}: more than f_s = {_roster.FaultySensors} sensors are under evidence");
    }

    private void TellCommitted(AgreedState head, long finalUpTo)
    {
        foreach (Plan plan in head.Plans.Open)
        {
            if (plan.State != PlanState.Committed) continue;
            bool mayAct = !plan.Irreversible || MayActIrreversibly(plan, head, finalUpTo);
            if (_mayAct.TryGetValue(plan.Id, out bool told) && told == mayAct) continue;
            _mayAct[plan.Id] = mayAct;
            Tell(plan, mayAct);
        }
    }

    /// <summary>The agreed record holds the certificate of its slot, and this node holds certificates up to the slot that committed it.</summary>
    private bool MayActIrreversibly(Plan plan, AgreedState head, long finalUpTo) =>
        !_isFrozen
        && head.Finality.StrengthOf(plan.ProposedSlot) >= _roster.CertificateQuorum
        && finalUpTo >= plan.StateSlot
        && _book.Find(plan.StateSlot)?.Certificate.IsEmpty != true;
}
