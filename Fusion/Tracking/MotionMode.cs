using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>One mode of the filter: nearly constant velocity or a turn at a given rate, a 2x2 covariance for each axis of the course frame.</summary>
internal struct MotionMode
{
    /// <summary>East, north, up: m and m/s.</summary>
    public V Position;
    public V Velocity;

    /// <summary>Along, across, up: variances of position and velocity, and their covariance.</summary>
    public V Pp;
    public V Pv;
    public V Vv;

    /// <param name="dt">Time, s.</param>
    /// <param name="noise">Spectral density of the acceleration along, across and up, m²/s³.</param>
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

    /// <summary>Kalman update in information form.</summary>
    /// <remarks>
    /// The measured velocities have an error of variance s² in common. With W the sum of their precisions and u that of the
    /// weighted innovations it divides both by 1 + W s² (Sherman and Morrison 1950).
    /// </remarks>
    /// <param name="z">The readings.</param>
    /// <param name="referencePosition">The prediction that the readings' innovations are relative to, m.</param>
    /// <param name="referenceVelocity">Its velocity, m/s.</param>
    /// <param name="frame">The course frame of the covariance.</param>
    /// <param name="speedVariance">s² along, across and up, m²/s².</param>
    /// <param name="determinant">|S| / |R|: of the innovations' covariance, over that of the readings' own errors.</param>
    /// <returns>The squared distance of the innovations in their covariance: -2 times the exponent of the likelihood.</returns>
    public double Update(in MeasurementInformation z, V referencePosition, V referenceVelocity, in CourseFrame frame, V speedVariance, out double determinant)
    {
        V dp = frame.Into(referencePosition - Position);
        V dv = frame.Into(referenceVelocity - Velocity);
        V zp = frame.Into(z.Position);
        V zv = frame.Into(z.Velocity);
        V zs = frame.Into(z.Speed);
        V ep = zp + (z.PositionPosition * dp) + (z.PositionVelocity * dv);
        V ev = zv + (z.PositionVelocity * dp) + (z.VelocityVelocity * dv);
        V es = zs + (z.SpeedPrecision * dv);
        V widened = V.One + (z.SpeedPrecision * speedVariance);
        V narrowed = es / widened;
        V square = z.Square + (dp * (zp + ep)) + (dv * (zv + ev + zs + es)) - (es * narrowed * speedVariance);
        ev += narrowed;
        V velocityVelocity = z.VelocityVelocity + (z.SpeedPrecision / widened);
        V m11 = V.One + (z.PositionPosition * Pp) + (z.PositionVelocity * Pv);
        V m12 = (z.PositionPosition * Pv) + (z.PositionVelocity * Vv);
        V m21 = (z.PositionVelocity * Pp) + (velocityVelocity * Pv);
        V m22 = V.One + (z.PositionVelocity * Pv) + (velocityVelocity * Vv);
        V det = (m11 * m22) - (m12 * m21);
        V inverse = V.One / det;
        V pp = ((Pp * m22) - (Pv * m21)) * inverse;
        V pv = ((Pv * m11) - (Pp * m12)) * inverse;
        V vv = ((Vv * m11) - (Pv * m12)) * inverse;
        V moveP = (pp * ep) + (pv * ev);
        V moveV = (pv * ep) + (vv * ev);
        Position += frame.OutOf(moveP);
        Velocity += frame.OutOf(moveV);
        Pp = pp;
        Pv = pv;
        Vv = vv;
        det *= widened;
        determinant = det.GetElement(0) * det.GetElement(1) * det.GetElement(2);
        return ConsistencySums.Sum(square - ((ep * moveP) + (ev * moveV)));
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
}
