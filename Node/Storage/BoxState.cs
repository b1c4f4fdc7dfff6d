using C3Fusion.Rosters;

namespace C3Fusion.Node.Storage;

/// <summary>What must be sound in a box's state directory before it may sign. Whoever is in doubt signs nothing: a slot signed twice is guilt that cannot be taken back.</summary>
internal static class BoxState
{
    /// <summary>The slot lease of one roster: nothing signed under one roster means anything under another.</summary>
    public static SlotLeaseFile LeaseOf(string directory, Roster roster) => new(Path.Combine(directory, $"slot-{Name(roster)}.lease"), roster.Hash);

    /// <summary>Checks the directory of a box before it starts.</summary>
    /// <exception cref="FormatException">The node is stopped, or the lease is damaged or lost; the message says what an operator can do.</exception>
    public static void Check(string directory, Roster roster)
    {
        var hold = new OperatorHold(directory);
        if (hold.Stopped is { } reason)
            throw new FormatException($"{hold.StoppedFile}: this node must sign nothing more: {reason}. An operator who has cleared this up removes the file on every box of the node");

        SlotLeaseFile lease = LeaseOf(directory, roster);
        if (lease.Read() is null && Directory.EnumerateFiles(directory, $"ledger-{Name(roster)}-*").Any())
            throw new FormatException($"{lease.Path}: the slot lease is lost, but this box has run (a ledger is here): nobody knows in which slots it signed. {SlotLeaseFile.WhatNow}");
    }

    private static string Name(Roster roster) => roster.Hash.ToString()[..12];
}
