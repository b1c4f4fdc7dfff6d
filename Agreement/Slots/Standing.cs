namespace C3Fusion.Agreement.Slots;

/// <summary>May this node sign in this slot, and may it vouch for what it saw? (docs/agreement-rules.md, section 6: ABSTAIN; section 7: lease.)</summary>
internal sealed class Standing
{
    private string? _fault;

    /// <summary>Why this incarnation must sign nothing in this slot, or null.</summary>
    public string? Silence { get; set; }

    /// <summary>Is the lease that covers this slot on stable storage?</summary>
    public bool IsLeased { get; set; }

    /// <summary>Did the host open the slot?</summary>
    public bool IsOpen { get; set; }

    /// <summary>Was the clock ever in doubt before the slot was decided?</summary>
    public bool IsClockInDoubt { get; set; }

    /// <summary>Set where something was seen after which this node must sign nothing any more.</summary>
    public string? StopReason { get; private set; }

    public bool MaySign => IsOpen && IsLeased && Silence is null && _fault is null && StopReason is null;

    /// <summary>Is the slot this incarnation's to sign in? Where it is not, another box of the node may sign, and its statement proves nothing.</summary>
    public bool IsLaidClaimTo => IsLeased && Silence is null && _fault is null;

    /// <summary>selfFault: this node broke its own timing and sends nothing more in this slot.</summary>
    public void Fail(string reason) => _fault ??= reason;

    public void Stop(string reason) => StopReason ??= reason;

    /// <summary>Why this node does not vouch for its outcomes, or null.</summary>
    /// <param name="heard">Nodes heard on time in every round, itself included.</param>
    /// <param name="needed">n-f.</param>
    public string? WhyAbstain(int heard, int needed)
    {
        if (Silence is not null) return Silence;
        if (!IsOpen) return "this node did not take part in the slot";
        if (_fault is not null) return _fault;
        if (!IsLeased) return "the lease was not durable";
        if (IsClockInDoubt) return "the clock was in doubt";
        return heard < needed ? $"{heard} nodes were heard on time in every round, {needed} are needed" : null;
    }

    public Standing Clone() => (Standing)MemberwiseClone();

    /// <summary>What of it decides the future.</summary>
    public byte Flags => (byte)((IsOpen ? 1 : 0) | (IsLeased ? 2 : 0) | (_fault is null ? 0 : 4) | (Silence is null ? 0 : 8) | (IsClockInDoubt ? 16 : 0) | (StopReason is null ? 0 : 32));
}
