using C3Fusion.Replica;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Mqtt;

/// <summary>
/// The alarms of a node that stand, as flat JSON: one topic that counts them and tells the newest, and one topic for each,
/// which is deleted when the alarm ends. The box itself raises alarms here too: what a replica cannot know of its broker.
/// </summary>
internal sealed class StandingAlarms(string node)
{
    private readonly SortedDictionary<(string Kind, string Subject), (Told Alarm, long Turn)> _standing = [];
    private long _turn;

    /// <summary>How many stand.</summary>
    public int Count => _standing.Count;

    /// <summary>Does any alarm of this kind stand?</summary>
    public bool Stands(AlarmKind kind) => _standing.Keys.Any(key => key.Kind == kind.ToString());

    /// <summary>An alarm began, or has more to tell.</summary>
    public IEnumerable<(string Topic, byte[]? Payload)> Raise(Alarm alarm) => Raise(alarm.Kind.ToString(), alarm.Subject, alarm.Detail, alarm.Slot);

    /// <summary>An alarm ended.</summary>
    public IEnumerable<(string Topic, byte[]? Payload)> Clear(Alarm alarm) => Clear(alarm.Kind.ToString(), alarm.Subject);

    /// <summary>An alarm of the box itself began, or has more to tell.</summary>
    /// <returns>What is to be published; a null payload deletes the topic's retained message.</returns>
    public IEnumerable<(string Topic, byte[]? Payload)> Raise(string kind, string subject, string detail, long slot)
    {
        var alarm = new Told(kind, subject, detail, slot);
        _standing[(kind, subject)] = (alarm, _turn++);
        return [(Topics.Alarm(node, kind, subject), One(alarm)), Overview()];
    }

    /// <summary>An alarm of the box itself ended.</summary>
    public IEnumerable<(string Topic, byte[]? Payload)> Clear(string kind, string subject) =>
        _standing.Remove((kind, subject)) ? [(Topics.Alarm(node, kind, subject), null), Overview()] : [];

    /// <summary>How many there are, and the newest; it is told even where none stands, so that nobody takes silence for peace.</summary>
    public (string Topic, byte[]? Payload) Overview()
    {
        Told? newest = _standing.Count == 0 ? null : _standing.Values.MaxBy(entry => entry.Turn).Alarm;
        return (Topics.Alarms(node), FlatJson.Of(json =>
        {
            json.WriteNumber("count", _standing.Count);
            json.WriteString("kinds", string.Join(',', _standing.Keys.Select(alarm => alarm.Kind).Distinct(StringComparer.Ordinal)));
            json.WriteString("latest", newest?.Kind ?? "");
            json.WriteString("subject", newest?.Subject ?? "");
            json.WriteString("detail", newest?.Detail ?? "");
            json.WriteNumber("slot", newest?.Slot ?? -1);
        }));
    }

    private static byte[] One(Told alarm) => FlatJson.Of(json =>
    {
        json.WriteString("kind", alarm.Kind);
        json.WriteString("subject", alarm.Subject);
        json.WriteString("detail", alarm.Detail);
        json.WriteNumber("slot", alarm.Slot);
    });

    private sealed record Told(string Kind, string Subject, string Detail, long Slot);
}
