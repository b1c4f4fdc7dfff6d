using System.Globalization;
using System.Net;

namespace C3Fusion.Node;

/// <summary>A host name or IP address and a TCP port.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">1 to 65535; 0 lets the system choose (tests).</param>
public sealed record NetworkAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; an IPv6 address stands in brackets.</summary>
    /// <returns>Null where <paramref name="text"/> is no such thing.</returns>
    public static NetworkAddress? TryParse(string text)
    {
        int colon = text.LastIndexOf(':');
        if (colon <= 0) return null;
        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > IPEndPoint.MaxPort) return null;
        string host = text[..colon];
        if (host.StartsWith('[') && host.EndsWith(']')) host = host[1..^1];
        else if (host.Contains(':', StringComparison.Ordinal)) return null;
        return host.Length == 0 ? null : new NetworkAddress(host, port);
    }

    /// <summary>All addresses that the host stands for now.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The name is unknown.</exception>
    internal IPEndPoint Resolve() => new(IPAddress.TryParse(Host, out IPAddress? address) ? address : Dns.GetHostAddresses(Host)[0], Port);

    /// <inheritdoc/>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
