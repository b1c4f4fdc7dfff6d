using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using C3Fusion.Agreement;
using C3Fusion.Replica;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Mqtt;

/// <summary>
/// Which decision is the latest: never one of an older slot. A replica tells old slots again when their strength grows, while it
/// catches up and when a roll-back decides them anew; after a fail-over it begins at slot 0, while the broker still holds what the
/// former box said last.
/// </summary>
/// <param name="roster">Names of nodes, timing.</param>
internal sealed class LatestDecision(Roster roster)
{
    private long _newest = -1;

    /// <summary>Takes a decision; null where a newer slot's was told before.</summary>
    public byte[]? Take(SlotDecision decision, Instant now)
    {
        if (decision.Slot < _newest) return null;
        _newest = decision.Slot;
        return Write(decision, now);
    }

    /// <summary>Takes what a former box left at the broker: nothing older is told any more.</summary>
    /// <returns>True where it is to stay there: of this roster, and of a slot that has begun; a broker's lie about the future silences nobody.</returns>
    public bool Left(ReadOnlySequence<byte> payload, Instant now)
    {
        try
        {
            var reader = new Utf8JsonReader(payload, new JsonReaderOptions { MaxDepth = 2 });
            using JsonDocument json = JsonDocument.ParseValue(ref reader);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("roster", out JsonElement hash) || hash.ValueKind != JsonValueKind.String || !hash.ValueEquals(roster.Hash.ToString())
                || !json.RootElement.TryGetProperty("slot", out JsonElement slot) || slot.ValueKind != JsonValueKind.Number || !slot.TryGetInt64(out long left)) return false;
            if (left < 0 || left > now.Since(roster.Timing.Start) / roster.Timing.PeriodUs) return false;
            _newest = Math.Max(_newest, left);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private byte[] Write(SlotDecision decision, Instant now)
    {
        ImmutableArray<Outcome> outcomes = decision.Outcomes;
        string Nodes(OutcomeKind kind) => string.Join(',', roster.Nodes.Where((_, i) => i < outcomes.Length && outcomes[i].Kind == kind).Select(node => node.Name));
        return FlatJson.Of(json =>
        {
            json.WriteNumber("slot", decision.Slot);
            json.WriteString("basis", decision.Basis.ToString());
            json.WriteNumber("strength", decision.Strength);
            json.WriteNumber("survivesTraitors", decision.SurvivesTraitors);
            json.WriteString("hash", decision.Hash.ToString());
            json.WriteString("values", Nodes(OutcomeKind.Value));
            json.WriteString("silent", Nodes(OutcomeKind.Silent));
            json.WriteString("equivocators", Nodes(OutcomeKind.Equivocation));
            json.WriteString("detail", decision.Detail ?? "");
            json.WriteString("roster", roster.Hash.ToString());
            json.WriteNumber("ts", now.Microseconds / 1000);
        });
    }
}
