using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>What the readings of one scan say together about a track: information sums per axis, relative to its prediction.</summary>
/// <remarks>
/// A reading of age τ measures p - τv of the state now; so readings of different times add up without being moved first.
/// Measured velocities are summed apart, because they have an error in common (<see cref="MotionMode.Update"/>). East and
/// north have equal precisions: a report measures both or neither.
/// </remarks>
internal struct MeasurementInformation
{
    public V PositionPosition;
    public V PositionVelocity;
    public V VelocityVelocity;
    public V Position;
    public V Velocity;
    public V SpeedPrecision;
    public V Speed;
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
        SpeedPrecision += precision;
        Speed += weighted;
        Square += weighted * innovation;
    }
}
