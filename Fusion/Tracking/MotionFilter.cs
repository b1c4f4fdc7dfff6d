using System.Runtime.Intrinsics;
using C3Fusion.Fusion.Numerics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>What the readings of one scan say together about a track: information sums per axis, relative to its prediction.</summary>
/// <remarks>A reading of age τ measures p - τv of the state now; so readings of different times add up without being moved first.</remarks>
internal struct MeasurementInformation
{
    public V PositionPosition;
    public V PositionVelocity;
    public V VelocityVelocity;
    public V Position;
    public V Velocity;
    public V Square;

    public void AddPosition(V innovation, V precision, double age)
    {
        V weighted = precision * innovation;
        PositionPosition += precision;
        PositionVelocity -= precision * age;
        VelocityVelocity += precision * (age * age);
        Position += weighted;
        Velocity -= weighted * age;
        Square += weighted * innovation;
    }

    public void AddVelocity(V innovation, V precision)
    {
        V weighted = precision * innovation;
        VelocityVelocity += precision;
        Velocity += weighted;
        Square += weighted * innovation;
    }
}

/// <summary>One mode of the filter: nearly constant velocity, the axes independent, per axis a 2x2 covariance.</summary>
internal struct MotionMode
{
    public V Position;
    public V Velocity;
    public V Pp;
    public V Pv;
    public V Vv;

    /// <param name="dt">Time, s.</param>
    /// <param name="noise">Spectral density of the acceleration per axis, m²/s³.</param>
    /// <param name="turnRate">Rate at which the course turns meanwhile, rad/s, counter-clockwise.</param>
    public void Predict(double dt, V noise, double turnRate)
    {
        if (turnRate != 0)
        {
            V turned = Turn(Velocity, turnRate * dt);
            Position += (Velocity + turned) * (dt / 2);
            Velocity = turned;
        }
        else
        {
            Position += Velocity * dt;
        }

        Pp += (Pv * (2 * dt)) + (Vv * (dt * dt)) + (noise * (dt * dt * dt / 3));
        Pv += (Vv * dt) + (noise * (dt * dt / 2));
        Vv += noise * dt;
    }

    /// <summary>A vector turned in the horizontal plane by a small angle (Taylor series, good to 1e-7 at 0.2 rad).</summary>
    private static V Turn(V v, double angle)
    {
        double a2 = angle * angle;
        double sine = angle * (1 - (a2 / 6) + (a2 * a2 / 120));
        double cosine = 1 - (a2 / 2) + (a2 * a2 / 24);
        double x = v.GetElement(0);
        double y = v.GetElement(1);
        return Vector256.Create((cosine * x) - (sine * y), (sine * x) + (cosine * y), v.GetElement(2), 0);
    }

    /// <summary>Kalman update in information form; returns the log of the likelihood's exponent, times -2, and the determinant of I + ΛP.</summary>
    public double Update(in MeasurementInformation z, V referencePosition, V referenceVelocity, out double determinant)
    {
        V dp = referencePosition - Position;
        V dv = referenceVelocity - Velocity;
        V ep = z.Position + (z.PositionPosition * dp) + (z.PositionVelocity * dv);
        V ev = z.Velocity + (z.PositionVelocity * dp) + (z.VelocityVelocity * dv);
        V square = z.Square + ((dp * z.Position) + (dv * z.Velocity)) + (dp * ep) + (dv * ev);
        V m11 = V.One + (z.PositionPosition * Pp) + (z.PositionVelocity * Pv);
        V m12 = (z.PositionPosition * Pv) + (z.PositionVelocity * Vv);
        V m21 = (z.PositionVelocity * Pp) + (z.VelocityVelocity * Pv);
        V m22 = V.One + (z.PositionVelocity * Pv) + (z.VelocityVelocity * Vv);
        V det = (m11 * m22) - (m12 * m21);
        V inverse = V.One / det;
        V pp = ((Pp * m22) - (Pv * m21)) * inverse;
        V pv = ((Pv * m11) - (Pp * m12)) * inverse;
        V vv = ((Vv * m11) - (Pv * m12)) * inverse;
        V moveP = (pp * ep) + (pv * ev);
        V moveV = (pv * ep) + (vv * ev);
        Position += moveP;
        Velocity += moveV;
        Pp = pp;
        Pv = pv;
        Vv = vv;
        determinant = det.GetElement(0) * det.GetElement(1) * det.GetElement(2);
        return ConsistencySums.Sum(square - ((ep * moveP) + (ev * moveV)));
    }
}

/// <summary>The motion of one track: two modes, one of nearly constant velocity and one in a coordinated turn, mixed (IMM).</summary>
/// <remarks>Blom and Bar-Shalom, "The interacting multiple model algorithm", IEEE TAC 33(8), 1988.</remarks>
internal struct MotionFilter
{
    private const double Stay = 0.95;
    private const double TurnGain = 0.2;
    private const double TurnHorizonS = 3;
    private const double LargestTurnRate = 0.1;
    private const double LeastTurningSpeed2 = 20 * 20;
    private static readonly V CalmNoise = Vector256.Create(0.1, 0.1, 0.02, 0.0);
    private static readonly V ManoeuvreNoise = Vector256.Create(40.0, 40.0, 0.3, 0.0);

    public MotionMode Calm;
    public MotionMode Manoeuvre;
    public double ManoeuvreProbability;

    /// <summary>Estimated turn rate, rad/s.</summary>
    public double TurnRate;

    /// <summary>Mixed estimate: position, m; velocity, m/s; variances per axis.</summary>
    public V Position;
    public V Velocity;
    public V PositionVariance;
    public V VelocityVariance;

    public static MotionFilter Start(V position, V velocity, V positionVariance, V velocityVariance)
    {
        var mode = new MotionMode { Position = position, Velocity = velocity, Pp = positionVariance, Vv = velocityVariance };
        return new MotionFilter
        {
            Calm = mode,
            Manoeuvre = mode,
            ManoeuvreProbability = 0.5,
            Position = position,
            Velocity = velocity,
            PositionVariance = positionVariance,
            VelocityVariance = velocityVariance,
        };
    }

    public void Predict(double dt)
    {
        double m = ManoeuvreProbability;
        double c = 1 - m;
        double toManoeuvre = (Stay * m) + ((1 - Stay) * c);
        double toCalm = 1 - toManoeuvre;
        MotionMode calm = Mix((1 - Stay) * m / toCalm);
        MotionMode manoeuvre = Mix(Stay * m / toManoeuvre);
        Calm = calm;
        Manoeuvre = manoeuvre;
        ManoeuvreProbability = toManoeuvre;
        double turn = TurnRate * Math.Min(1, TurnHorizonS / dt);
        Calm.Predict(dt, CalmNoise, 0);
        Manoeuvre.Predict(dt, ManoeuvreNoise, turn);
        Combine();
    }

    public void Update(in MeasurementInformation z)
    {
        double calm = Calm.Update(z, Position, Velocity, out double calmDet);
        double manoeuvre = Manoeuvre.Update(z, Position, Velocity, out double manoeuvreDet);
        double exponent = Math.Clamp((calm - manoeuvre) / 2, -60, 60);
        double ratio = Math.Sqrt(calmDet / manoeuvreDet) * DeterministicMath.Exp(exponent);
        double m = ManoeuvreProbability * ratio;
        ManoeuvreProbability = Math.Clamp(m / (m + (1 - ManoeuvreProbability)), 1e-6, 1 - 1e-6);
        Combine();
    }

    /// <summary>Learns the turn rate from how the velocity has changed since the scan before.</summary>
    public void LearnTurn(V velocityBefore, double dt)
    {
        double x = velocityBefore.GetElement(0);
        double y = velocityBefore.GetElement(1);
        double speed2 = (x * x) + (y * y);
        if (speed2 < LeastTurningSpeed2)
        {
            TurnRate = 0;
            return;
        }

        double cross = (x * Manoeuvre.Velocity.GetElement(1)) - (y * Manoeuvre.Velocity.GetElement(0));
        double rate = Math.Clamp(cross / (speed2 * dt), -LargestTurnRate, LargestTurnRate);
        TurnRate += TurnGain * (rate - TurnRate);
    }

    private readonly MotionMode Mix(double manoeuvre)
    {
        double calm = 1 - manoeuvre;
        V dp = Manoeuvre.Position - Calm.Position;
        V dv = Manoeuvre.Velocity - Calm.Velocity;
        double spread = calm * manoeuvre;
        return new MotionMode
        {
            Position = Calm.Position + (dp * manoeuvre),
            Velocity = Calm.Velocity + (dv * manoeuvre),
            Pp = (Calm.Pp * calm) + (Manoeuvre.Pp * manoeuvre) + (dp * dp * spread),
            Pv = (Calm.Pv * calm) + (Manoeuvre.Pv * manoeuvre) + (dp * dv * spread),
            Vv = (Calm.Vv * calm) + (Manoeuvre.Vv * manoeuvre) + (dv * dv * spread),
        };
    }

    private void Combine()
    {
        MotionMode mixed = Mix(ManoeuvreProbability);
        Position = mixed.Position;
        Velocity = mixed.Velocity;
        PositionVariance = mixed.Pp;
        VelocityVariance = mixed.Vv;
    }
}
