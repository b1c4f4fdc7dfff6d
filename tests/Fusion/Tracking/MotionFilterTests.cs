using System.Runtime.Intrinsics;
using C3Fusion.Fusion.Tracking;
using CsCheck;
using Xunit;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>The information form of the filter against the textbook's one measurement at a time.</summary>
public sealed class MotionFilterTests
{
    [Fact]
    public void A_joint_update_equals_the_updates_one_by_one_whatever_the_ages()
    {
        Gen<(double Innovation, double Sigma, double Age, bool IsVelocity)> reading =
            Gen.Select(Gen.Double[-300, 300], Gen.Double[1, 250], Gen.Double[0, 5], Gen.Bool);
        Gen.Select(reading.Array[1, 8], Gen.Double[1, 1000], Gen.Double[0.1, 100], Gen.Double[-0.9, 0.9]).Sample((readings, pp, vv, rho) =>
        {
            double pv = rho * Math.Sqrt(pp * vv);
            var mode = new MotionMode { Pp = Vector256.Create(pp), Pv = Vector256.Create(pv), Vv = Vector256.Create(vv) };
            var z = default(MeasurementInformation);
            double p = 0, v = 0, a = pp, b = pv, c = vv, d2 = 0, log = 0;
            foreach ((double innovation, double sigma, double age, bool isVelocity) in readings)
            {
                double h0 = isVelocity ? 0 : 1, h1 = isVelocity ? 1 : -age;
                if (isVelocity) z.AddVelocity(Vector256.Create(innovation), Vector256.Create(1 / (sigma * sigma)));
                else z.AddPosition(Vector256.Create(innovation), Vector256.Create(1 / (sigma * sigma)), age);
                double k0 = (a * h0) + (b * h1), k1 = (b * h0) + (c * h1), s = (h0 * k0) + (h1 * k1) + (sigma * sigma), y = innovation - (h0 * p) - (h1 * v);
                (p, v) = (p + (k0 * y / s), v + (k1 * y / s));
                (a, b, c) = (a - (k0 * k0 / s), b - (k0 * k1 / s), c - (k1 * k1 / s));
                d2 += y * y / s;
                log += Math.Log(s / (sigma * sigma));
            }

            double square = mode.Update(z, default, default, out double determinant);
            Near(p, mode.Position);
            Near(v, mode.Velocity);
            Near(a, mode.Pp);
            Near(b, mode.Pv);
            Near(c, mode.Vv);
            Assert.Equal(3 * d2, square, 1e-6 * (1 + (3 * d2)));
            Assert.Equal(3 * log, Math.Log(determinant), 1e-6 * (1 + (3 * Math.Abs(log))));
        });

        static void Near(double expected, Vector256<double> actual) => Assert.Equal(expected, actual.GetElement(1), 1e-6 * (1 + Math.Abs(expected)));
    }

    [Fact]
    public void A_steady_turn_is_followed_without_lag()
    {
        const double Rate = 0.04, Speed = 150;
        double heading = 0, x = 0, y = 0, worst = 0;
        MotionFilter filter = MotionFilter.Start(Vector256.Create(0, 0, 5000.0, 0), Vector256.Create(Speed, 0, 0, 0), Vector256.Create(400, 400, 400, 0.0), Vector256.Create(10, 10, 10, 0.0));
        for (int scan = 0; scan < 60; scan++)
        {
            (x, y) = (x + (Speed * Math.Cos(heading + (Rate / 2))), y + (Speed * Math.Sin(heading + (Rate / 2))));
            heading += Rate;
            Vector256<double> before = filter.Velocity;
            filter.Predict(1);
            var z = default(MeasurementInformation);
            z.AddPosition(Vector256.Create(x, y, 5000, 0) - filter.Position, Vector256.Create(1 / 400.0, 1 / 400.0, 1 / 400.0, 0), 0);
            z.AddVelocity(Vector256.Create(Speed * Math.Cos(heading), Speed * Math.Sin(heading), 0, 0) - filter.Velocity, Vector256.Create(0.1, 0.1, 0.1, 0));
            filter.Update(z);
            filter.LearnTurn(before, 1);
            if (scan >= 20) worst = Math.Max(worst, Math.Sqrt(Math.Pow(filter.Position.GetElement(0) - x, 2) + Math.Pow(filter.Position.GetElement(1) - y, 2)));
        }

        Assert.Equal(Rate, filter.TurnRate, 0.004);
        Assert.InRange(worst, 0, 3);
    }
}
