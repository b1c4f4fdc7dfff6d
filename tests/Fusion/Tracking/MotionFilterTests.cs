using System.Runtime.Intrinsics;
using C3Fusion.Fusion.Tracking;
using CsCheck;
using Xunit;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tests.Tracking;

/// <summary>The filter against the textbook: one scalar measurement at a time, full covariance matrices, least squares.</summary>
public sealed class MotionFilterTests
{
    private const double PositionSigma = 20, VelocitySigma = 3;

    /// <summary>
    /// The oracle is a Kalman filter in the plane with state (x, y, vx, vy, b), b the error across the course that all
    /// measured velocities share, updated by one scalar at a time with its full 5x5 covariance.
    /// </summary>
    [Fact]
    public void A_joint_update_equals_scalar_updates_in_the_plane_whatever_the_course_the_ages_and_the_common_error()
    {
        Gen<(double X, double Y, double Sigma, double Age, bool IsVelocity)> reading =
            Gen.Select(Gen.Double[-300, 300], Gen.Double[-300, 300], Gen.Double[1, 250], Gen.Double[0, 5], Gen.Bool);
        Gen<(double Pp, double Vv, double Rho)> axis = Gen.Select(Gen.Double[1, 1000], Gen.Double[0.1, 100], Gen.Double[-0.9, 0.9]);
        Gen.Select(reading.Array[1, 8], axis, axis, Gen.Double[0, 6.28], Gen.Double[0, 30]).Sample((readings, along, across, course, lag) =>
        {
            double c = Math.Cos(course), s = Math.Sin(course);
            var mode = new MotionMode
            {
                Pp = Vector256.Create(along.Pp, across.Pp, 1, 1),
                Pv = Vector256.Create(Covariance(along), Covariance(across), 0, 0),
                Vv = Vector256.Create(along.Vv, across.Vv, 1, 1),
            };
            var oracle = new ScalarKalman(5);
            foreach ((int i, int j, double a, double b) in new[] { (0, 0, along.Pp, across.Pp), (0, 2, Covariance(along), Covariance(across)), (2, 2, along.Vv, across.Vv) })
            {
                double[,] block = { { (c * c * a) + (s * s * b), c * s * (a - b) }, { c * s * (a - b), (s * s * a) + (c * c * b) } };
                for (int row = 0; row < 2; row++)
                {
                    for (int column = 0; column < 2; column++) oracle.P[i + row, j + column] = oracle.P[j + column, i + row] = block[row, column];
                }
            }

            oracle.P[4, 4] = lag * lag;
            var z = default(MeasurementInformation);
            foreach ((double x, double y, double sigma, double age, bool isVelocity) in readings)
            {
                V precision = Vector256.Create(1 / (sigma * sigma), 1 / (sigma * sigma), 0, 0);
                if (isVelocity)
                {
                    z.AddVelocity(Vector256.Create(x, y, 0, 0), precision);
                    oracle.Update([0, 0, 1, 0, -s], x, sigma);
                    oracle.Update([0, 0, 0, 1, c], y, sigma);
                }
                else
                {
                    z.AddPosition(Vector256.Create(x, y, 0, 0), precision, age);
                    oracle.Update([1, 0, -age, 0, 0], x, sigma);
                    oracle.Update([0, 1, 0, -age, 0], y, sigma);
                }
            }

            V heading = Vector256.Create(c, s, 0, 0);
            var frame = CourseFrame.Of(heading, 1);
            double square = mode.Update(z, default, default, frame, Vector256.Create(0, lag * lag, 0, 0), out double determinant);
            Near(oracle.X[0], mode.Position.GetElement(0));
            Near(oracle.X[1], mode.Position.GetElement(1));
            Near(oracle.X[2], mode.Velocity.GetElement(0));
            Near(oracle.X[3], mode.Velocity.GetElement(1));
            Near(oracle.P[0, 0], frame.VariancesOutOf(mode.Pp).GetElement(0));
            Near(oracle.P[1, 1], frame.VariancesOutOf(mode.Pp).GetElement(1));
            Near(oracle.P[3, 3], frame.VariancesOutOf(mode.Vv).GetElement(1));
            Near(oracle.Square, square);
            Near(oracle.LogDeterminant, Math.Log(determinant));
        });

        static double Covariance((double Pp, double Vv, double Rho) axis) => axis.Rho * Math.Sqrt(axis.Pp * axis.Vv);
        static void Near(double expected, double actual) => Assert.Equal(expected, actual, 1e-6 * (1 + Math.Abs(expected)));
    }

    [Fact]
    public void A_steady_turn_is_followed_without_lag() => Assert.InRange(WorstInTurn(velocityLag: 0), 0, 8);

    /// <summary>Half a second late in a turn of 6 m/s² is 3 m/s to the side in every reading.</summary>
    [Fact]
    public void Velocities_that_lag_behind_in_a_turn_pull_the_track_aside_by_less_than_a_reading_errs() =>
        Assert.InRange(WorstInTurn(velocityLag: 0.5), 0, 12);

    /// <summary>Across the course the filter remembers a whole leg: its error is that of the least-squares line through all readings.</summary>
    [Fact]
    public void On_a_long_straight_leg_the_error_across_the_course_is_near_that_of_least_squares()
    {
        const int Scans = 100, Flights = 300;
        double best = LeastSquaresVariance(Scans), square = 0, nees = 0, velocityNees = 0;
        var random = new Random(7);
        for (int flight = 0; flight < Flights; flight++)
        {
            MotionFilter filter = Start(random, 0, 150);
            for (int scan = 1; scan <= Scans; scan++) Step(ref filter, random, 150.0 * scan, 0, 150, 0);
            double error = filter.Position.GetElement(1), velocityError = filter.Velocity.GetElement(1);
            square += error * error;
            nees += error * error / filter.PositionVariance.GetElement(1);
            velocityNees += velocityError * velocityError / filter.VelocityVariance.GetElement(1);
        }

        Assert.InRange(Math.Sqrt(square / Flights / best), 0.9, 1.25);
        Assert.InRange(nees / Flights, 0.6, 1.2);

        // A turn may have begun just now: of the velocity the filter claims to know less than it does.
        Assert.InRange(velocityNees / Flights, 0.01, 1.2);
    }

    /// <summary>Steps of the course and of the speed: the memory of the leg before must not hold the track back.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(3)]
    [InlineData(12)]
    public void After_a_long_leg_a_turn_of_any_sharpness_is_followed(double acceleration)
    {
        const double Speed = 150;
        double worst = 0;
        var random = new Random(11);
        for (int flight = 0; flight < 50; flight++)
        {
            MotionFilter filter = Start(random, 0, Speed);
            for (int scan = 1; scan <= 60; scan++) Step(ref filter, random, Speed * scan, 0, Speed, 0);
            (double x, double y, double heading, double rate) = (Speed * 60, 0, 0, acceleration / Speed);
            double sum = 0;
            for (int scan = 1; scan <= 30; scan++)
            {
                (x, y) = (x + (Speed * Math.Cos(heading + (rate / 2))), y + (Speed * Math.Sin(heading + (rate / 2))));
                heading += rate;
                Step(ref filter, random, x, y, Speed * Math.Cos(heading), Speed * Math.Sin(heading));
                sum += Math.Pow(filter.Position.GetElement(0) - x, 2) + Math.Pow(filter.Position.GetElement(1) - y, 2);
            }

            worst = Math.Max(worst, Math.Sqrt(sum / 30));
        }

        // One reading errs by 28 m in the plane.
        Assert.InRange(worst, 0, 28);
    }

    private static double WorstInTurn(double velocityLag)
    {
        const double Rate = 0.04, Speed = 150;
        double heading = 0, x = 0, y = 0, worst = 0;
        MotionFilter filter = MotionFilter.Start(Vector256.Create(0, 0, 5000.0, 0), Vector256.Create(Speed, 0, 0, 0), Vector256.Create(400, 400, 400, 0.0), Vector256.Create(10, 10, 10, 0.0));
        for (int scan = 0; scan < 60; scan++)
        {
            (x, y) = (x + (Speed * Math.Cos(heading + (Rate / 2))), y + (Speed * Math.Sin(heading + (Rate / 2))));
            heading += Rate;
            double shown = heading - (Rate * velocityLag);
            Update(ref filter, x, y, Speed * Math.Cos(shown), Speed * Math.Sin(shown));
            if (scan >= 20) worst = Math.Max(worst, Math.Sqrt(Math.Pow(filter.Position.GetElement(0) - x, 2) + Math.Pow(filter.Position.GetElement(1) - y, 2)));
        }

        Assert.Equal(Rate, filter.TurnRate, 0.004);
        return worst;
    }

    private static MotionFilter Start(Random random, double x, double speed) => MotionFilter.Start(
        Vector256.Create(x + (PositionSigma * Normal(random)), PositionSigma * Normal(random), 5000, 0),
        Vector256.Create(speed + (VelocitySigma * Normal(random)), VelocitySigma * Normal(random), 0, 0),
        Vector256.Create(PositionSigma * PositionSigma) * AxisMask.All,
        Vector256.Create(VelocitySigma * VelocitySigma) * AxisMask.All);

    private static void Step(ref MotionFilter filter, Random random, double x, double y, double vx, double vy) => Update(
        ref filter,
        x + (PositionSigma * Normal(random)),
        y + (PositionSigma * Normal(random)),
        vx + (VelocitySigma * Normal(random)),
        vy + (VelocitySigma * Normal(random)));

    /// <summary>One scan as <see cref="TrackUpdate"/> does it: the expected lag of the measured velocity is taken off.</summary>
    private static void Update(ref MotionFilter filter, double x, double y, double vx, double vy)
    {
        V before = filter.Velocity;
        filter.Predict(1);
        double lag = TrackPrediction.VelocityLagS * filter.TurnRate;
        V lagging = Vector256.Create(lag * filter.Velocity.GetElement(1), -lag * filter.Velocity.GetElement(0), 0, 0);
        var z = default(MeasurementInformation);
        z.AddPosition(Vector256.Create(x, y, 5000, 0) - filter.Position, AxisMask.All / Vector256.Create(PositionSigma * PositionSigma), 0);
        z.AddVelocity(Vector256.Create(vx, vy, 0, 0) - filter.Velocity - lagging, AxisMask.All / Vector256.Create(VelocitySigma * VelocitySigma));
        filter.Update(z);
        filter.LearnTurn(before, 1);
    }

    /// <summary>Variance of the end of the least-squares line through positions and slopes of this many scans.</summary>
    private static double LeastSquaresVariance(int scans)
    {
        double a = 0, b = 0, c = 0;
        for (int age = 0; age <= scans; age++)
        {
            a += 1 / (PositionSigma * PositionSigma);
            b -= age / (PositionSigma * PositionSigma);
            c += (age * age / (PositionSigma * PositionSigma)) + (1 / (VelocitySigma * VelocitySigma));
        }

        return c / ((a * c) - (b * b));
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private sealed class ScalarKalman(int n)
    {
        public double[] X { get; } = new double[n];

        public double[,] P { get; } = new double[n, n];

        public double Square { get; private set; }

        public double LogDeterminant { get; private set; }

        public void Update(double[] h, double z, double sigma)
        {
            double[] ph = [.. Enumerable.Range(0, n).Select(i => Enumerable.Range(0, n).Sum(j => P[i, j] * h[j]))];
            double s = h.Select((v, i) => v * ph[i]).Sum() + (sigma * sigma);
            double y = z - h.Select((v, i) => v * X[i]).Sum();
            for (int i = 0; i < n; i++)
            {
                X[i] += ph[i] * y / s;
                for (int j = 0; j < n; j++) P[i, j] -= ph[i] * ph[j] / s;
            }

            Square += y * y / s;
            LogDeterminant += Math.Log(s / (sigma * sigma));
        }
    }
}
