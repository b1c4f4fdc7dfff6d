using System.Numerics;
using Xunit;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>2s-detectability (arXiv 1803.07053, necessary): the error can stay bounded with s of p sensors attacked only if, without any 2s of them, what is left unseen dies out by itself. Two modes x' = a x, one that grows or stays and one that dies out; each sensor sees one mode.</summary>
public sealed class NetworkBoundsDetectabilityTests
{
    private const int Steps = 60;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_error_stays_bounded_exactly_where_the_modes_that_do_not_die_out_are_seen_by_more_than_2s(int s)
    {
        int bounded = 0;
        int unbounded = 0;
        foreach (double growth in (double[])[2, 1])
            for (int onGrowing = 0; onGrowing <= (2 * s) + 2; onGrowing++)
                for (int onDying = 0; onDying <= (2 * s) + 2; onDying++)
                {
                    bool detectable = IsDetectable(onGrowing, onDying, growth, 2 * s);
                    double error = WorstError(onGrowing, onDying, growth, s);
                    if (detectable)
                    {
                        Assert.InRange(error, 0, 1e-9); // what cannot be told apart has died out
                        bounded++;
                    }
                    else
                    {
                        Assert.True(error >= (growth > 1 ? 1e9 : 1)); // and here it grows, or stays for ever
                        unbounded++;
                    }
                }

        Assert.True(bounded > 0 && unbounded > 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Exactly_2s_sensors_on_a_growing_mode_are_too_few_and_2s_plus_1_are_enough(int s)
    {
        Assert.True(WorstError(2 * s, 0, 2, s) >= 1e9);
        Assert.InRange(WorstError((2 * s) + 1, 0, 2, s), 0, 1e-9);
        Assert.InRange(WorstError((2 * s) + 1, 0, 1, s), 0, 1e-9);
    }

    [Fact]
    public void A_mode_that_dies_out_need_not_be_seen_at_all()
    {
        Assert.True(IsDetectable(3, 0, 2, 2));
        Assert.InRange(WorstError(3, 0, 2, 1), 0, 1e-9);
    }

    /// <summary>By the definition: whichever sensors are left, the modes that they do not see die out.</summary>
    private static bool IsDetectable(int onGrowing, int onDying, double growth, int removed)
    {
        int p = onGrowing + onDying;
        for (int left = 0; left < 1 << p; left++)
        {
            if (BitOperations.PopCount((uint)left) != Math.Max(0, p - removed)) continue;
            bool seesGrowing = (left & ((1 << onGrowing) - 1)) != 0;
            if (!seesGrowing && growth >= 1) return false;
        }

        return true;
    }

    /// <summary>By brute force: the largest distance, after some steps, of two states of which each explains all that is seen with at most s sensors attacked.</summary>
    private static double WorstError(int onGrowing, int onDying, double growth, int s)
    {
        const double Decay = 0.5;
        double worst = 0;
        // Truth 0; the other state starts at 0 or 1 in each mode. The attacked report the other's outputs, the rest the truth's.
        foreach ((int growing, int dying) in new[] { (0, 1), (1, 0), (1, 1) })
            for (int attacked = 0; attacked < 1 << (onGrowing + onDying); attacked++)
            {
                if (BitOperations.PopCount((uint)attacked) > s) continue;
                // The other state explains what is seen if no more than s sensors contradict it: the unattacked whose mode differs.
                int contradicting = 0;
                for (int i = 0; i < onGrowing + onDying; i++)
                {
                    int differs = i < onGrowing ? growing : dying;
                    if ((attacked >> i & 1) == 0 && differs != 0) contradicting++;
                }

                if (contradicting > s) continue;
                worst = Math.Max(worst, Math.Max(growing * Power(growth, Steps), dying * Power(Decay, Steps)));
            }

        return worst;
    }

    private static double Power(double a, int steps)
    {
        double x = 1;
        for (int k = 0; k < steps; k++) x *= a;
        return x;
    }
}
