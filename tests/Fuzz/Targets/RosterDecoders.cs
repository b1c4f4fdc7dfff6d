using C3Fusion.Rosters;

namespace C3Fusion.Fuzz.Targets;

/// <summary>Decoders of rosters: the operators' file, and the change that a slot's payload carries.</summary>
internal static class RosterDecoders
{
    private const long DecidedSlot = 7;
    private const long FirstSlot = 20;
    private static readonly Roster Roster = FuzzRoster.Roster;
    private static readonly Ed25519Signer Authority = FuzzRoster.Authority;
    private static readonly RosterSchedule Schedule = new(SignedRoster.Sign(Roster, Authority), Authority.PublicKey);

    public static IReadOnlyList<Decoder> All { get; } =
    [
        new("roster-json", AcceptsRoster, [RosterJson.Write(Roster), RosterJson.Write(Roster, SignedRoster.Sign(Roster, Authority))]),
        new("roster-change", AcceptsChange, [.. Changes().Select(RosterChangeBytes.Write)]),
    ];

    private static bool AcceptsRoster(byte[] bytes)
    {
        try
        {
            Roster roster = RosterJson.Read(bytes, out SignedRoster? signed);
            byte[] written = RosterJson.Write(roster, signed);
            Roster again = RosterJson.Read(written, out SignedRoster? signedAgain);
            if (!again.Equals(roster) || signedAgain is null != signed is null) throw new BrokenProperty("a roster reads as another after it was written");
            BrokenProperty.UnlessCanonical(written, RosterJson.Write(again, signedAgain));
            return true;
        }
        catch (RosterFormatException)
        {
            return false;
        }
    }

    /// <summary>The form is canonical, and the schedule takes or refuses what it holds: no slot number and no clock in it overflows.</summary>
    private static bool AcceptsChange(byte[] bytes)
    {
        if (RosterChangeBytes.Read(bytes) is not { } change) return false;
        BrokenProperty.UnlessCanonical(bytes, RosterChangeBytes.Write(change));
        (RosterSchedule schedule, RosterChangeRefusal refusal) = Schedule.Apply(DecidedSlot, change);
        if (refusal == RosterChangeRefusal.None != (schedule.Count == Schedule.Count + 1)) throw new BrokenProperty($"{refusal}, and {schedule.Count} rosters");
        if (schedule.At(schedule.NewestFrom - 1).Timing.StartOf(schedule.NewestFrom) > schedule.StartOf(schedule.NewestFrom)) throw new BrokenProperty("slots of two rosters overlap");
        return true;
    }

    private static IEnumerable<RosterChange> Changes()
    {
        Roster next = Roster with { Epoch = 2 };
        yield return Change(next, FirstSlot);
        yield return Change(next with { Nodes = Roster.Nodes[..3], FaultyNodes = 0, Sensors = [] }, FirstSlot);
        yield return Change(next with { Timing = Roster.Timing with { PeriodUs = 500_000, RoundUs = 100_000 } }, FirstSlot);
        yield return Change(next, DecidedSlot);
        yield return Change(next, long.MaxValue);
        yield return Change(Roster, FirstSlot);
        yield return Change(next with { ClusterId = "other" }, FirstSlot);
    }

    private static RosterChange Change(Roster next, long firstSlot) => new(SignedRoster.Sign(next, Authority), firstSlot);
}
