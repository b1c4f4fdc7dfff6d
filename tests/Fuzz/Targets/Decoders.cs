namespace C3Fusion.Fuzz.Targets;

/// <summary>Every decoder that reads bytes from outside.</summary>
internal static class Decoders
{
    public static IReadOnlyList<Decoder> All { get; } =
    [
        .. RosterDecoders.All,
        .. AgreementDecoders.All,
        .. SensorDecoders.All,
        .. ReplicaDecoders.All,
        .. FileDecoders.All,
        .. NodeDecoders.All,
    ];
}
