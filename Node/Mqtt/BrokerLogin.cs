namespace C3Fusion.Node.Mqtt;

/// <summary>As whom a client of the broker comes.</summary>
/// <param name="User">The node's name or the sensor's id, where the broker's access list is the one of <c>deploy/mosquitto/acl</c>.</param>
/// <param name="Password">Its password.</param>
internal sealed record BrokerLogin(string User, string Password)
{
    /// <inheritdoc/>
    public override string ToString() => $"{User} (password not shown)";
}
