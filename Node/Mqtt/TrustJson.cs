using System.Collections.Immutable;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.Cluster;
using C3Fusion.Replica.Pictures;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Mqtt;

/// <summary>The flat JSON of what a node holds of one sensor (docs/mqtt.md).</summary>
internal static class TrustJson
{
    /// <summary>The UTF-8 text.</summary>
    /// <param name="sensor">Its id.</param>
    /// <param name="agreed">What the agreed picture holds of it; null while there is none.</param>
    /// <param name="local">What the node's own picture holds of it.</param>
    /// <param name="ingest">What its ingest took and refused.</param>
    public static byte[] Write(string sensor, SensorTrust? agreed, SensorTrust? local, IngestReport? ingest) => FlatJson.Of(json =>
    {
        json.WriteString("sensor", sensor);
        bool equivocates = agreed?.Equivocates == true || local?.Equivocates == true;
        json.WriteBoolean("trusted", !equivocates && agreed?.Accusation is null or AccusationKind.OutsideRegistration);
        json.WriteBoolean("equivocates", equivocates);
        json.WriteString("accusation", agreed?.Accusation?.ToString() ?? "");
        json.WriteString("evidence", agreed?.Evidence ?? "");
        if (agreed?.Since is { } since) json.WriteNumber("since", since.Microseconds / 1000);
        else json.WriteNull("since");
        json.WriteString("localAccusation", local?.Accusation?.ToString() ?? "");
        json.WriteNumber("accepted", ingest?.Accepted ?? 0);
        json.WriteNumber("refused", ingest?.Refused.Where(reason => reason.Key != nameof(ScanRefusal.Duplicate)).Sum(reason => reason.Value) ?? 0);
        foreach ((string reason, long count) in ingest?.Refused ?? ImmutableSortedDictionary<string, long>.Empty) json.WriteNumber("refused" + reason, count);
    });
}
