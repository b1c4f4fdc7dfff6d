using System.Runtime.Intrinsics;
using C3Fusion.Fusion.Numerics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>The motion of one track: three modes — straight flight, a steady turn, anything else — mixed by how well they explain the readings (IMM).</summary>
/// <remarks>
/// Blom and Bar-Shalom, "The interacting multiple model algorithm", IEEE TAC 33(8), 1988, with one departure: while straight
/// flight is the likeliest mode by far, nothing of the others is mixed into its state. Mixing would give it their errors at
/// every scan and so the memory of a few scans; unmixed it remembers the whole leg, and its error is that of a
/// least-squares line. The modes' noise is set in the course frame: aircraft change speed and height a little all the time,
/// and hold their course.
/// </remarks>
internal struct MotionFilter
{
    private const double TurnGain = 0.23;
    private const double TurnHorizonS = 3;
    private const double LargestTurnRate = 0.1;
    private const double LeastTurningSpeed = 20;
    private const double UnmixedFrom = 0.6;
    private const double LeastProbability = 1e-6;

    /// <summary>1-sigma of how far measured velocities lag behind in a turn, beyond <see cref="TrackPrediction.VelocityLagS"/>, s.</summary>
    private const double VelocityLagSigmaS = 0.6;

    /// <summary>Spectral densities of the acceleration along, across and up, m²/s³.</summary>
    private static readonly V StraightNoise = Vector256.Create(0.18, 0.0003, 0.004, 0.0);
    private static readonly V SlowNoise = Vector256.Create(0.18, 0.18, 0.004, 0.0);
    private static readonly V TurnNoise = Vector256.Create(0.05, 6, 0.05, 0.0);
    private static readonly V ManoeuvreNoise = Vector256.Create(40.0, 200, 6, 0.0);

    /// <summary>How the mode changes from one scan to the next.</summary>
    private static readonly ModeWeights FromStraight = new(0.992, 0.005, 0.003);
    private static readonly ModeWeights FromTurn = new(0.02, 0.95, 0.03);
    private static readonly ModeWeights FromManoeuvre = new(0.001, 0.67, 0.329);

    public MotionMode Straight;
    public MotionMode Turn;
    public MotionMode Manoeuvre;
    public ModeWeights Probability;
    public CourseFrame Frame;

    /// <summary>Estimated turn rate, rad/s, counter-clockwise.</summary>
    public double TurnRate;

    /// <summary>By how much errors that are correlated in time make the variances larger than the modes take them to be.</summary>
    public double PositionCorrelation;
    public double VelocityCorrelation;

    /// <summary>Mixed estimate: position, m; velocity, m/s; variances east, north, up.</summary>
    public V Position;
    public V Velocity;
    public V PositionVariance;
    public V VelocityVariance;

    /// <summary>A track of which one scan is known; variances equal east and north.</summary>
    public static MotionFilter Start(V position, V velocity, V positionVariance, V velocityVariance)
    {
        var mode = new MotionMode { Position = position, Velocity = velocity, Pp = positionVariance, Vv = velocityVariance };
        return new MotionFilter
        {
            Straight = mode,
            Turn = mode,
            Manoeuvre = mode,
            Probability = new ModeWeights(0.3, 0.4, 0.3),
            Frame = CourseFrame.East,
            PositionCorrelation = 1,
            VelocityCorrelation = 1,
            Position = position,
            Velocity = velocity,
            PositionVariance = positionVariance,
            VelocityVariance = velocityVariance,
        };
    }

    public void Predict(double dt)
    {
        ModeWeights p = Probability;
        ModeWeights next = (FromStraight * p.Straight) + (FromTurn * p.Turn) + (FromManoeuvre * p.Manoeuvre);
        MotionMode straight = p.Straight > UnmixedFrom
            ? Straight
            : Mix(new ModeWeights(FromStraight.Straight * p.Straight, FromTurn.Straight * p.Turn, FromManoeuvre.Straight * p.Manoeuvre) / next.Straight);
        MotionMode turn = Mix(new ModeWeights(FromStraight.Turn * p.Straight, FromTurn.Turn * p.Turn, FromManoeuvre.Turn * p.Manoeuvre) / next.Turn);
        MotionMode manoeuvre = Mix(new ModeWeights(FromStraight.Manoeuvre * p.Straight, FromTurn.Manoeuvre * p.Turn, FromManoeuvre.Manoeuvre * p.Manoeuvre) / next.Manoeuvre);
        (Straight, Turn, Manoeuvre, Probability) = (straight, turn, manoeuvre, next);

        double speed = Math.Sqrt(HorizontalSpeed2(Velocity));
        bool hasCourse = speed > LeastTurningSpeed;
        if (hasCourse) Frame = CourseFrame.Of(Velocity, speed);
        double turnRate = TurnRate * Math.Min(1, TurnHorizonS / dt);
        Straight.Predict(dt, hasCourse ? StraightNoise : SlowNoise, 0);
        Turn.Predict(dt, TurnNoise, turnRate);
        Manoeuvre.Predict(dt, ManoeuvreNoise, turnRate);
        Combine();
    }

    public void Update(in MeasurementInformation z)
    {
        double lag = VelocityLagSigmaS * TurnRate;
        V speedVariance = Vector256.Create(0, lag * lag * HorizontalSpeed2(Velocity), 0, 0);
        double straight = Straight.Update(z, Position, Velocity, Frame, V.Zero, out double straightDeterminant);
        double turn = Turn.Update(z, Position, Velocity, Frame, speedVariance, out double turnDeterminant);
        double manoeuvre = Manoeuvre.Update(z, Position, Velocity, Frame, speedVariance, out double manoeuvreDeterminant);
        double least = Math.Min(straight, Math.Min(turn, manoeuvre));
        var likelihood = new ModeWeights(
            Likelihood(straight - least, straightDeterminant),
            Likelihood(turn - least, turnDeterminant),
            Likelihood(manoeuvre - least, manoeuvreDeterminant));
        Probability = (Probability * likelihood).Normalised(LeastProbability);
        Combine();
    }

    /// <summary>Learns the turn rate from how the velocity has changed since the scan before.</summary>
    public void LearnTurn(V velocityBefore, double dt)
    {
        double speed2 = HorizontalSpeed2(velocityBefore);
        if (speed2 < LeastTurningSpeed * LeastTurningSpeed)
        {
            TurnRate = 0;
            return;
        }

        double cross = (velocityBefore.GetElement(0) * Manoeuvre.Velocity.GetElement(1)) - (velocityBefore.GetElement(1) * Manoeuvre.Velocity.GetElement(0));
        double rate = Math.Clamp(cross / (speed2 * dt), -LargestTurnRate, LargestTurnRate);
        TurnRate += TurnGain * (rate - TurnRate);
    }

    private static double HorizontalSpeed2(V velocity) =>
        (velocity.GetElement(0) * velocity.GetElement(0)) + (velocity.GetElement(1) * velocity.GetElement(1));

    private static double Likelihood(double square, double determinant) => DeterministicMath.Exp(Math.Max(-60, square / -2)) / Math.Sqrt(determinant);

    private readonly MotionMode Mix(in ModeWeights w)
    {
        V position = (Straight.Position * w.Straight) + (Turn.Position * w.Turn) + (Manoeuvre.Position * w.Manoeuvre);
        V velocity = (Straight.Velocity * w.Straight) + (Turn.Velocity * w.Turn) + (Manoeuvre.Velocity * w.Manoeuvre);
        var mixed = new MotionMode { Position = position, Velocity = velocity };
        AddSpread(ref mixed, Straight, w.Straight);
        AddSpread(ref mixed, Turn, w.Turn);
        AddSpread(ref mixed, Manoeuvre, w.Manoeuvre);
        return mixed;
    }

    private readonly void AddSpread(ref MotionMode mixed, in MotionMode mode, double weight)
    {
        V p = Frame.Into(mode.Position - mixed.Position);
        V v = Frame.Into(mode.Velocity - mixed.Velocity);
        mixed.Pp += (mode.Pp + (p * p)) * weight;
        mixed.Pv += (mode.Pv + (p * v)) * weight;
        mixed.Vv += (mode.Vv + (v * v)) * weight;
    }

    private void Combine()
    {
        MotionMode mixed = Mix(Probability);
        Position = mixed.Position;
        Velocity = mixed.Velocity;
        PositionVariance = Frame.VariancesOutOf(mixed.Pp) * PositionCorrelation;
        VelocityVariance = Frame.VariancesOutOf(mixed.Vv) * VelocityCorrelation;
    }
}
