using System.Buffers;
using System.Text.Json;

namespace C3Fusion.Sensors;

/// <summary>The protected header of a signed scan: which key, which purpose, which cluster, which topic.</summary>
/// <remarks>
/// JSON: <c>{"alg":"EdDSA","kid":"radar-1","c3":{"domain":"sensor-scan","cluster":"alpha","topic":"c3/v1/sensors/radar-1/scans"}}</c>.
/// The <c>c3</c> member is a private header parameter (RFC 7515, section 4.3): it stands in for the domain separation of
/// other signatures, so that any JWS library can sign a scan and none can be replayed elsewhere.
/// </remarks>
/// <param name="Algorithm"><c>alg</c>: must be <c>EdDSA</c>.</param>
/// <param name="KeyId"><c>kid</c>: the sensor.</param>
/// <param name="Domain">Must be <see cref="ScanDomain"/>.</param>
/// <param name="Cluster">The cluster id of the roster.</param>
/// <param name="Topic">The MQTT topic on which the scan is published.</param>
public sealed record ScanHeader(string Algorithm, string KeyId, string Domain, string Cluster, string Topic)
{
    /// <summary>The one algorithm: EdDSA with Ed25519 (RFC 8037, section 3.1).</summary>
    public const string EdDsa = "EdDSA";

    /// <summary>The purpose of the signature.</summary>
    public const string ScanDomain = "sensor-scan";

    /// <summary>The header for a scan of <paramref name="sensor"/> in <paramref name="cluster"/>.</summary>
    public static ScanHeader Of(string sensor, string cluster) => new(EdDsa, sensor, ScanDomain, cluster, Topics.Scans(sensor));

    /// <summary>The header as JSON in UTF-8.</summary>
    public byte[] Write()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("alg", Algorithm);
        json.WriteString("kid", KeyId);
        json.WriteStartObject("c3");
        json.WriteString("domain", Domain);
        json.WriteString("cluster", Cluster);
        json.WriteString("topic", Topic);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a header. Other members are ignored, except <c>crit</c>, which demands what is not known here (RFC 7515, section 4.1.11).</summary>
    /// <returns>Null where it is not JSON or lacks a member.</returns>
    public static ScanHeader? Read(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 4 });
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject || !ReadObject(ref reader, members, "")) return null;
            if (reader.Read()) return null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null; // the reader's only ways to say: no JSON, no UTF-8
        }

        return members.TryGetValue("alg", out string? algorithm) && members.TryGetValue("kid", out string? key)
            && members.TryGetValue("c3.domain", out string? domain) && members.TryGetValue("c3.cluster", out string? cluster)
            && members.TryGetValue("c3.topic", out string? topic)
            ? new ScanHeader(algorithm, key, domain, cluster, topic)
            : null;
    }

    private static bool ReadObject(ref Utf8JsonReader reader, SortedDictionary<string, string> members, string prefix)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = prefix + reader.GetString();
            if (name == "crit" || !reader.Read()) return false;
            if (reader.TokenType == JsonTokenType.String)
            {
                if (!members.TryAdd(name, reader.GetString()!)) return false;
            }
            else if (name == "c3" && reader.TokenType == JsonTokenType.StartObject)
            {
                if (!ReadObject(ref reader, members, "c3.")) return false;
            }
            else
            {
                reader.Skip();
            }
        }

        return reader.TokenType == JsonTokenType.EndObject;
    }
}
