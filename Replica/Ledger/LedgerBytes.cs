namespace C3Fusion.Replica.Ledger;

/// <summary>Canonical bytes of ledger records.</summary>
public static class LedgerBytes
{
    /// <summary>The bytes of <paramref name="record"/>.</summary>
    public static byte[] Write(LedgerRecord record) => throw new NotSupportedException($"contract only: {record.Index}");
}
