using System.Collections.Immutable;
using System.Text;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement.Tests.Twins;

/// <summary>
/// One slot in which node 0 exists twice: two honest machines with one key and different payloads (Twins, Bano et al. 2021).
/// A mask says, for each round, which of them reaches which peer; all other frames arrive.
/// </summary>
internal sealed class TwinsWorld
{
    private const long DelayUs = 1_000;

    private readonly Roster _roster;
    private readonly bool _areDeaf;
    private readonly RuleVariant _variant;
    private readonly List<(int From, int To, Frame Frame)> _flying = [];
    private readonly List<AgreementEffect> _effects = [];

    /// <summary>The world at T0.</summary>
    /// <param name="nodes">n.</param>
    /// <param name="areDeaf">Do the twins hear nobody? Else they find out about each other and stop.</param>
    /// <param name="listsEarly">Do nodes that cannot vote list what they accepted in the middle of round 1, however little?</param>
    public TwinsWorld(int nodes, bool areDeaf, bool listsEarly)
    {
        _variant = listsEarly ? new RuleVariant { EarlyListingBytes = 0 } : RuleVariant.Right;
        (_roster, _areDeaf) = (TestRoster.Of(nodes, 1), areDeaf);
        Machines = [.. Enumerable.Range(0, nodes + 1).Select(slot => New(IdentityOf(slot)))];
        Decided = new AgreementEffect.Decided?[nodes + 1];
    }

    public AgreementMachine[] Machines { get; }

    public AgreementEffect.Decided?[] Decided { get; }

    /// <summary>What honest nodes must never say; empty in every sound run.</summary>
    public List<AgreementEffect> Misdeeds { get; } = [];

    public IEnumerable<int> Honest => Enumerable.Range(1, _roster.Nodes.Length - 1);

    /// <summary>The second twin sits behind the honest nodes.</summary>
    private int SecondTwin => _roster.Nodes.Length;

    /// <summary>Runs the slot.</summary>
    /// <param name="reaches">(round, twin, peer): does what the twin sends in this round arrive?</param>
    public void Run(Func<int, int, int, bool> reaches)
    {
        for (int slot = 0; slot < Machines.Length; slot++)
        {
            Step(slot, new AgreementEvent.SlotOpened(0, PayloadOf(slot)), TestRoster.Origin);
            Step(slot, new AgreementEvent.LeasePersisted(Limits.LeaseSlots), TestRoster.Origin);
        }

        for (int round = 1; round <= _roster.Rounds + 1; round++)
        {
            Instant now = TestRoster.At(0, round - 1);
            while (_flying.Count > 0) Wave(round, now = now.Plus(DelayUs), reaches);
            if (round == 1 && _variant.EarlyListingBytes == 0) ListEarly(reaches);
            for (int slot = 0; slot < Machines.Length; slot++) Step(slot, new AgreementEvent.TimeReached(), TestRoster.At(0, round));
        }
    }

    private void ListEarly(Func<int, int, int, bool> reaches)
    {
        Instant middle = TestRoster.At(0, 0.5);
        for (int slot = 0; slot < Machines.Length; slot++) Step(slot, new AgreementEvent.TimeReached(), middle);
        for (Instant now = middle.Plus(DelayUs); _flying.Count > 0; now = now.Plus(DelayUs)) Wave(1, now, reaches);
    }

    private static int TwinOf(int slot) => slot == 0 ? 0 : 1;

    private int IdentityOf(int slot) => slot == SecondTwin ? 0 : slot;

    private byte[] PayloadOf(int slot) => Encoding.UTF8.GetBytes(slot == SecondTwin ? "the twin's" : $"value of {slot}");

    public Outcome OutcomeOf(int honest) => Outcome.Of(Hash256.Of(PayloadOf(honest)));

    private AgreementMachine New(int identity) =>
        new(_roster, identity, TestRoster.SignerOf(identity, false), RestartState.Fresh(TestRoster.Origin.Plus(-1_000_000)), _variant);

    private void Wave(int round, Instant now, Func<int, int, int, bool> reaches)
    {
        ImmutableArray<(int From, int To, Frame Frame)> wave = [.. _flying];
        _flying.Clear();
        foreach ((int from, int to, Frame frame) in wave)
        {
            bool isFromTwin = IdentityOf(from) == 0;
            if (isFromTwin && (to == 0 || (round <= _roster.Rounds && !reaches(round, TwinOf(from), to)))) continue;
            var arrived = new AgreementEvent.FrameArrived(new Verified<Frame>(frame), now);
            if (to != 0) Step(to, arrived, now);
            if (to != 0 || _areDeaf) continue;
            Step(0, arrived, now);
            Step(SecondTwin, arrived, now);
        }
    }

    private void Step(int slot, AgreementEvent happened, Instant now)
    {
        _effects.Clear();
        Machines[slot].Step(happened, now, _effects);
        bool isHonest = IdentityOf(slot) != 0;
        foreach (AgreementEffect effect in _effects)
        {
            if (effect is AgreementEffect.SendFrame send) _flying.Add((slot, send.Peer, send.Frame));
            if (effect is AgreementEffect.Decided decided) Decided[slot] = decided;
            if (!isHonest) continue;
            bool accusesHonest = effect is AgreementEffect.EvidenceFound found && found.Evidence.Author != 0;
            if (accusesHonest || effect is AgreementEffect.SafetyAlarm or AgreementEffect.Stopped or AgreementEffect.RolledBack) Misdeeds.Add(effect);
        }
    }
}
