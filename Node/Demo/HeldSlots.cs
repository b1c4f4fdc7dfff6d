using System.Collections.Immutable;
using System.Numerics;
using C3Fusion.Agreement;
using C3Fusion.Replica;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Demo;

/// <summary>
/// What honest nodes held of each slot and signed in it, and every contradiction: between two of them, and between one of them and its
/// own past, on whichever of its boxes. The first that is said of a slot is what all later sayings of it are held against.
/// </summary>
/// <remarks>Remembers the newest <see cref="Kept"/> slots; older ones are counted and no longer compared.</remarks>
internal sealed class HeldSlots(ImmutableArray<string> names)
{
    /// <summary>Slots remembered.</summary>
    public const int Kept = 4096;

    /// <summary>Contradictions told in words; more are counted.</summary>
    private const int Told = 100;

    private readonly SortedDictionary<long, Held> _slots = [];
    private readonly int[] _applied = new int[names.Length];
    private readonly List<string> _conflicts = [];
    private long _forgottenUpTo = -1;
    private int _forgotten;
    private int _forgottenFinal;

    /// <summary>Slots that at least one node applied.</summary>
    public int Slots => _forgotten + _slots.Values.Count(held => held.Applied != 0);

    /// <summary>Of those, the slots of which a node held a quorum certificate.</summary>
    public int SlotsFinal => _forgottenFinal + _slots.Values.Count(held => held.Applied != 0 && held.IsFinal);

    /// <summary>No two decisions of one slot were ever held.</summary>
    public bool DecisionsEqual { get; private set; } = true;

    /// <summary>No two agreed pictures after one slot were ever held.</summary>
    public bool PicturesEqual { get; private set; } = true;

    /// <summary>The contradictions in words, in the order in which they were seen.</summary>
    public IReadOnlyList<string> Conflicts => _conflicts;

    /// <summary>How many slots a node applied; one that it applied anew on another box counts once.</summary>
    public int AppliedBy(int node) => _applied[node];

    /// <summary>A node told what it holds of a slot's decision.</summary>
    public void Decided(int node, SlotDecision decision)
    {
        if (decision.Basis == DecisionBasis.Abstained || Of(decision.Slot) is not { } held) return;
        if (decision.Basis >= DecisionBasis.FinalSuspect) held.Settled |= 1UL << node;
        held.IsFinal |= decision.Basis == DecisionBasis.FinalSync;
        Hash256 hash = decision.Hash;
        if (held.Decision is not { } first)
        {
            (held.Decision, held.DecidedBy) = (hash, node);
        }
        else if (first != hash)
        {
            DecisionsEqual = false;
            Add(held.DecidedBy == node
                ? $"slot {decision.Slot}: {names[node]} decided {Short(hash)} after it had decided {Short(first)}"
                : $"slot {decision.Slot}: {names[node]} decided {Short(hash)}, {names[held.DecidedBy]} {Short(first)}");
        }
    }

    /// <summary>A node applied a slot and holds this agreed state after it.</summary>
    public void Applied(int node, long slot, Hash256 picture)
    {
        if (Of(slot) is not { } held) return;
        if ((held.Applied >> node & 1) == 0) _applied[node]++;
        held.Applied |= 1UL << node;
        if (held.Picture is not { } first)
        {
            (held.Picture, held.PicturedBy) = (picture, node);
        }
        else if (first != picture)
        {
            PicturesEqual = false;
            Add(held.PicturedBy == node
                ? $"slot {slot}: {names[node]} holds picture {Short(picture)} after it had held {Short(first)}"
                : $"slot {slot}: {names[node]} holds picture {Short(picture)}, {names[held.PicturedBy]} {Short(first)}");
        }
    }

    /// <summary>A node undid slots: what it had only adopted may be undone, what it had signed or held as final never.</summary>
    public void RolledBack(int node, long fromSlot, string detail)
    {
        bool told = false;
        foreach ((long slot, Held held) in _slots)
        {
            if (slot < fromSlot || (held.Applied >> node & 1) == 0) continue;
            held.Applied &= ~(1UL << node);
            _applied[node]--;
            if ((held.Settled >> node & 1) == 0 || told) continue;
            told = true;
            Add($"slot {slot}: {names[node]} undid what it had signed or held as final: {detail}");
        }
    }

    /// <summary>A node sent a statement of its own: of one slot it may send one value and one DECIDE, ever.</summary>
    public void Said(int node, Statement statement)
    {
        if (statement.Author != node || statement.Kind is not (StatementKind.Send or StatementKind.Decide) || Of(statement.Slot) is not { } held) return;
        Statement?[] said = statement.Kind == StatementKind.Send ? held.Sends ??= new Statement?[names.Length] : held.Decides ??= new Statement?[names.Length];
        if (said[node] is null) said[node] = statement;
        else if (said[node] != statement) Add($"slot {statement.Slot}: {names[node]} signed two different {statement.Kind} statements");
    }

    private static string Short(Hash256 hash) => hash.ToString()[..12];

    private void Add(string conflict)
    {
        if (_conflicts.Count < Told) _conflicts.Add(conflict);
    }

    private Held? Of(long slot)
    {
        if (slot <= _forgottenUpTo) return null;
        if (_slots.TryGetValue(slot, out Held? held)) return held;
        _slots.Add(slot, held = new Held());
        if (_slots.Count <= Kept) return held;
        (_forgottenUpTo, Held oldest) = _slots.First();
        _slots.Remove(_forgottenUpTo);
        if (BitOperations.PopCount(oldest.Applied) > 0)
        {
            _forgotten++;
            if (oldest.IsFinal) _forgottenFinal++;
        }

        return slot > _forgottenUpTo ? held : null;
    }

    private sealed class Held
    {
        public Hash256? Decision { get; set; }

        public int DecidedBy { get; set; }

        public Hash256? Picture { get; set; }

        public int PicturedBy { get; set; }

        public bool IsFinal { get; set; }

        /// <summary>Nodes that hold it as applied now.</summary>
        public ulong Applied { get; set; }

        /// <summary>Nodes that ever decided it in time or held a certificate: they signed a DECIDE of it, or could prove it.</summary>
        public ulong Settled { get; set; }

        public Statement?[]? Sends { get; set; }

        public Statement?[]? Decides { get; set; }
    }
}
