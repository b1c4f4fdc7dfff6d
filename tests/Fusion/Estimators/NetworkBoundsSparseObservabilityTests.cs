using System.Numerics;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>Secure state estimation (Shoukry and Tabuada; arXiv 2105.06064): the state of x' = A x is recoverable from p sensors of which s are attacked if and only if it stays observable without any 2s of them. Position and speed, A = [1 1; 0 1], two steps, whole numbers.</summary>
public sealed class NetworkBoundsSparseObservabilityTests
{
    private static readonly (int P, int V) Position = (1, 0);
    private static readonly (int P, int V) Speed = (0, 1);
    private static readonly (int P, int V) Sum = (1, 1);

    private static readonly (int P, int V)[] States = [.. from p in Enumerable.Range(-1, 3) from v in Enumerable.Range(-1, 3) select (p, v)];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_state_is_recoverable_exactly_where_it_is_2s_sparse_observable(int s)
    {
        int recoverable = 0;
        int lost = 0;
        for (int p = 1; p <= (2 * s) + 2; p++)
            foreach ((int P, int V)[] sensors in Choices(p))
            {
                bool sparse = IsSparseObservable(sensors, 2 * s);
                Assert.Equal(sparse, IsRecoverable(sensors, s));
                if (sparse) recoverable++;
                else lost++;
            }

        Assert.True(recoverable > 0 && lost > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void With_2s_sensors_two_states_explain_the_same_outputs_and_with_one_more_only_the_true_one(int s)
    {
        (int, int) truth = (0, 0);
        (int, int) other = (1, 1);
        (int, int)[] sensors = [.. Enumerable.Repeat(Position, (2 * s) + 1)];
        int attacked = (1 << s) - 1;
        Assert.Equal([truth, other], Explanations(sensors[..(2 * s)], s, truth, other, attacked));
        Assert.Equal([truth], Explanations(sensors, s, truth, other, attacked));
    }

    [Fact]
    public void A_sensor_that_sees_only_the_speed_does_not_count_for_the_position()
    {
        // Five sensors, one attacked: but only two of them see the position.
        (int, int)[] sensors = [Position, Position, Speed, Speed, Speed];
        Assert.False(IsSparseObservable(sensors, 2));
        Assert.Equal([(0, 0), (1, 0)], Explanations(sensors, 1, (0, 0), (1, 0), 1));
        Assert.True(IsRecoverable([Position, Position, Position, Speed, Speed], 1));
    }

    /// <summary>By rank: whichever sensors are left, some two rows of the observability matrix are independent.</summary>
    private static bool IsSparseObservable((int P, int V)[] sensors, int removed)
    {
        for (int left = 0; left < 1 << sensors.Length; left++)
        {
            if (BitOperations.PopCount((uint)left) != Math.Max(0, sensors.Length - removed)) continue;
            (int P, int V)[] rows = [.. sensors.Where((_, i) => (left >> i & 1) != 0).SelectMany(c => new[] { c, (c.P, c.P + c.V) })]; // C and CA
            if (!rows.Any(a => rows.Any(b => (a.P * b.V) - (a.V * b.P) != 0))) return false;
        }

        return true;
    }

    /// <summary>By brute force: whatever the state and whichever s sensors report another state's outputs, one state alone explains what is seen.</summary>
    private static bool IsRecoverable((int P, int V)[] sensors, int s)
    {
        foreach ((int, int) truth in States)
            foreach ((int, int) other in States)
                for (int attacked = 0; attacked < 1 << sensors.Length; attacked++)
                    if (BitOperations.PopCount((uint)attacked) <= s && Explanations(sensors, s, truth, other, attacked).Length != 1) return false;
        return true;
    }

    /// <summary>The states from which at most s sensors deviate, where the attacked ones report as if the state were <paramref name="other"/>.</summary>
    private static (int P, int V)[] Explanations((int P, int V)[] sensors, int s, (int P, int V) truth, (int P, int V) other, int attacked)
    {
        (int, int)[] outputs = [.. sensors.Select((c, i) => Outputs(c, (attacked >> i & 1) != 0 ? other : truth))];
        return [.. States.Where(state => sensors.Where((c, i) => Outputs(c, state) != outputs[i]).Count() <= s)];
    }

    private static (int First, int Second) Outputs((int P, int V) c, (int P, int V) x) => ((c.P * x.P) + (c.V * x.V), (c.P * (x.P + x.V)) + (c.V * x.V));

    private static IEnumerable<(int P, int V)[]> Choices(int p)
    {
        // The order of the sensors says nothing: how many of each kind.
        for (int positions = 0; positions <= p; positions++)
            for (int speeds = 0; positions + speeds <= p; speeds++)
                yield return [.. Enumerable.Repeat(Position, positions), .. Enumerable.Repeat(Speed, speeds), .. Enumerable.Repeat(Sum, p - positions - speeds)];
    }
}
