using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace C3Fusion.Node.Cluster;

/// <summary>Stands where Akka's JSON serializer would: same identifier, and refuses everything in both directions.</summary>
/// <remarks>
/// Akka.NET's <c>allow-unregistered-types = false</c> guards only what is sent: a received payload with serializer id 1
/// and a <c>$type</c> still built the attacker's type. With this in its place such a payload is an error and no object.
/// </remarks>
public sealed class RefusingSerializer : Serializer
{
    /// <summary>The identifier of the JSON serializer that this one displaces.</summary>
    public const int JsonIdentifier = 1;

    /// <summary>Called by Akka.</summary>
    public RefusingSerializer(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <summary>Called by Akka where the serializer has a configuration.</summary>
    public RefusingSerializer(ExtendedActorSystem system, Config config)
        : base(system) => _ = config;

    /// <inheritdoc/>
    public override int Identifier => JsonIdentifier;

    /// <inheritdoc/>
    public override bool IncludeManifest => true;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => throw new NotSupportedException($"no serializer is allowed for {obj?.GetType()}");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => throw new NotSupportedException("the JSON serializer is refused");
}
