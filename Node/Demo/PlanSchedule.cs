using System.Globalization;
using C3Fusion.Replica.Plans;

namespace C3Fusion.Node.Demo;

/// <summary>The operators of the demo: every ten seconds another node proposes a plan, the traitor in its turn.</summary>
internal static class PlanSchedule
{
    /// <summary>From one proposal to the next.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>From the end of the start-up to the first proposal.</summary>
    public static readonly TimeSpan First = TimeSpan.FromSeconds(3);

    private const long LifetimeSlots = 120;

    private static readonly (PlanTask Task, string Text)[] Tasks =
    [
        (PlanTask.Observation, "watch the northern approach"),
        (PlanTask.Relay, "hold the relay on the ridge"),
        (PlanTask.Movement, "move to the assembly area"),
        (PlanTask.Protection, "guard the bridge"),
        (PlanTask.Evacuation, "bring the patients to the harbour"),
    ];

    /// <summary>The draft of the <paramref name="turn"/>-th proposal, from 0.</summary>
    public static PlanDraft Draft(int turn)
    {
        (PlanTask task, string text) = Tasks[turn % Tasks.Length];
        return new PlanDraft(
            string.Create(CultureInfo.InvariantCulture, $"task-{turn}"),
            task,
            [string.Create(CultureInfo.InvariantCulture, $"unit-{turn + 1}")],
            text,
            LifetimeSlots,
            Irreversible: false);
    }
}
