namespace C3Fusion.Sensors;

/// <summary>The MQTT topic names (DESIGN section 7). Every topic has one writer.</summary>
public static class Topics
{
    private const int LongestName = 32;

    /// <summary>In front of every topic.</summary>
    public const string Root = "c3/v1";

    /// <summary>Filter for the scans of all sensors.</summary>
    public const string AllScans = Root + "/sensors/+/scans";

    /// <summary>Jamming of links in a live exercise; read only where exercise mode is on.</summary>
    public const string ExerciseLinks = Root + "/exercise/links";

    /// <summary>A sensor's signed scans.</summary>
    public static string Scans(string sensor) => $"{Root}/sensors/{sensor}/scans";

    /// <summary>A sensor's state: retained birth, and its will.</summary>
    public static string SensorState(string sensor) => $"{Root}/sensors/{sensor}/state";

    /// <summary>A node's state: retained, and its will.</summary>
    public static string NodeState(string node) => $"{Root}/nodes/{node}/state";

    /// <summary>One track of a node's own picture, retained.</summary>
    public static string LocalTrack(string node, string track) => $"{Root}/nodes/{node}/picture/local/{track}";

    /// <summary>One track of the agreed picture as this node holds it, retained.</summary>
    public static string AgreedTrack(string node, string track) => $"{Root}/nodes/{node}/picture/agreed/{track}";

    /// <summary>What a node holds of a sensor, retained.</summary>
    public static string SensorTrust(string node, string sensor) => $"{Root}/nodes/{node}/sensors/{sensor}/trust";

    /// <summary>One plan as this node holds it, retained.</summary>
    public static string Plan(string node, string plan) => $"{Root}/nodes/{node}/plans/{plan}";

    /// <summary>A node's last decision, retained.</summary>
    public static string LatestDecision(string node) => $"{Root}/nodes/{node}/decisions/latest";

    /// <summary>How many alarms of a node stand, and the newest of them; retained.</summary>
    public static string Alarms(string node) => $"{Root}/nodes/{node}/alarms";

    /// <summary>One alarm of a node, retained while it stands.</summary>
    /// <param name="node">Name of the node.</param>
    /// <param name="kind">What is wrong.</param>
    /// <param name="subject">Whom it is about; empty for nobody. What cannot stand in a topic (<see cref="IsName"/>) is written as <c>-</c>.</param>
    public static string Alarm(string node, string kind, string subject) =>
        subject.Length == 0 ? $"{Alarms(node)}/{kind}" : $"{Alarms(node)}/{kind}/{AsName(subject)}";

    /// <summary>Why the last plan or veto of a node's own operator was not taken; retained.</summary>
    public static string RefusedPlan(string node) => $"{Root}/nodes/{node}/plans/refused";

    /// <summary>The sensor of a scan topic.</summary>
    /// <returns>False where <paramref name="topic"/> is no scan topic.</returns>
    public static bool TryParseScans(string topic, out string sensor)
    {
        const string head = Root + "/sensors/", tail = "/scans";
        sensor = "";
        if (topic.Length <= head.Length + tail.Length || !topic.StartsWith(head, StringComparison.Ordinal) || !topic.EndsWith(tail, StringComparison.Ordinal)) return false;
        string name = topic[head.Length..^tail.Length];
        if (!IsName(name)) return false;
        sensor = name;
        return true;
    }

    /// <summary>Can <paramref name="name"/> stand in a topic: 1 to 32 characters of <c>a-z A-Z 0-9 -</c>?</summary>
    public static bool IsName(string name)
    {
        if (name.Length is < 1 or > LongestName) return false;
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
        }

        return true;
    }

    private static string AsName(string subject)
    {
        Span<char> name = stackalloc char[Math.Min(subject.Length, LongestName)];
        for (int i = 0; i < name.Length; i++) name[i] = char.IsAsciiLetterOrDigit(subject[i]) ? subject[i] : '-';
        return name.ToString();
    }
}
