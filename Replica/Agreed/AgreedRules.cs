using C3Fusion.Agreement;
using C3Fusion.Replica.Peers;
using C3Fusion.Replica.Plans;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Agreed;

/// <summary>What all copies of the agreed state share: the roster and what is derived from it, checks, scratch memory.</summary>
internal sealed class AgreedRules
{
    public AgreedRules(Roster roster, ScanCheck scans, StatementVerifier statements)
    {
        Roster = roster;
        Turns = new ProposerTurns(roster);
        Scans = new AgreedScans(roster, scans);
        Statements = statements;
        Writer.Text("agreed state");
        Writer.Hash(roster.Hash);
        Genesis = Hash256.Of(Writer.Written);
    }

    /// <summary>Hash of the state before the first slot: names the roster.</summary>
    public Hash256 Genesis { get; }

    public Roster Roster { get; }

    public ProposerTurns Turns { get; }

    public AgreedScans Scans { get; }

    public StatementVerifier Statements { get; }

    public CanonicalWriter Writer { get; } = new(1 << 16);
}
