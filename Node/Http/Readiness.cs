using System.Text.Json;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Http;

/// <summary>Is what a node shows good for use: does its replica work here, is it online, and did it say so just now?</summary>
internal static class Readiness
{
    /// <summary>A state older than this says nothing about now, ms; a node renews it every second.</summary>
    private const long StaleAfterMs = 5000;

    /// <summary>Why a node is not ready; null where it is.</summary>
    public static string? Problem(OutputBoard board, string node, Instant now)
    {
        if (board.At(Topics.NodeState(node)) is not { } payload) return $"{node}: no replica on this box";
        using JsonDocument state = JsonDocument.Parse(payload);
        string says = state.RootElement.GetProperty("state").GetString() ?? "";
        if (says != "online") return $"{node}: {says}";
        long ageMs = (now.Microseconds / 1000) - state.RootElement.GetProperty("ts").GetInt64();
        return ageMs > StaleAfterMs ? $"{node}: last heard of {ageMs / 1000} s ago" : null;
    }
}
