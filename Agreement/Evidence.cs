using C3Fusion.Agreement.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <summary>Of what two statements of one author prove it guilty.</summary>
public enum EvidenceKind : byte
{
    /// <summary>Two different values listed as its own in one slot.</summary>
    Equivocation = 1,

    /// <summary>Two different votes in one slot.</summary>
    DoubleVote = 2,

    /// <summary>Two different DECIDEs in one slot.</summary>
    DoubleDecide = 3,
}

/// <summary>Transferable proof of guilt: two signed statements that one honest node never signs together. Lateness and silence prove nothing.</summary>
/// <param name="Kind">What it proves.</param>
/// <param name="First">The statement with the smaller canonical bytes.</param>
/// <param name="Second">The other one, of the same author and slot.</param>
public sealed record Evidence(EvidenceKind Kind, Statement First, Statement Second)
{
    /// <summary>Index of the guilty node.</summary>
    public int Author => First.Author;

    /// <summary>The slot in which it signed both.</summary>
    public long Slot => First.Slot;

    /// <summary>Puts two statements in order.</summary>
    public static Evidence Of(EvidenceKind kind, Statement a, Statement b) =>
        StatementGroups.Compare(a, b) <= 0 ? new Evidence(kind, a, b) : new Evidence(kind, b, a);

    /// <summary>Do the statements, whose signatures hold, prove what is claimed?</summary>
    public bool Proves
    {
        get
        {
            if (First.Author != Second.Author || First.Slot != Second.Slot || StatementGroups.Compare(First, Second) >= 0) return false;
            return Kind switch
            {
                EvidenceKind.Equivocation => GuiltBook.TryOwnValue(First, out Hash256 a) && GuiltBook.TryOwnValue(Second, out Hash256 b) && a != b,
                EvidenceKind.DoubleVote => First.Kind == StatementKind.Vote && Second.Kind == StatementKind.Vote,
                EvidenceKind.DoubleDecide => First.Kind == StatementKind.Decide && Second.Kind == StatementKind.Decide,
                _ => false,
            };
        }
    }
}
