using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Tracking;

/// <summary>Which components a report measured. Lanes of a vector are the axes east, north, up and one that is always 0.</summary>
[Flags]
internal enum MeasuredAxes : byte
{
    Horizontal = 0,
    Up = 1,
    HorizontalVelocity = 2,
    UpVelocity = 4,
}

/// <summary>Lane masks (1 or 0) of the measured components.</summary>
internal static class AxisMask
{
    public static readonly Vector256<double> Horizontal = Vector256.Create(1.0, 1.0, 0.0, 0.0);
    public static readonly Vector256<double> All = Vector256.Create(1.0, 1.0, 1.0, 0.0);
    public static readonly Vector256<double> Up = Vector256.Create(0.0, 0.0, 1.0, 0.0);

    public static Vector256<double> Position(MeasuredAxes axes) => axes.HasFlag(MeasuredAxes.Up) ? All : Horizontal;

    public static Vector256<double> Velocity(MeasuredAxes axes) =>
        (axes & (MeasuredAxes.HorizontalVelocity | MeasuredAxes.UpVelocity)) switch
        {
            MeasuredAxes.HorizontalVelocity | MeasuredAxes.UpVelocity => All,
            MeasuredAxes.HorizontalVelocity => Horizontal,
            MeasuredAxes.UpVelocity => Up,
            _ => Vector256<double>.Zero,
        };

    public static Vector256<double> ToVector(Enu value) => Vector256.Create(value.X, value.Y, value.Z, 0);

    public static Enu ToEnu(Vector256<double> value) => new(value.GetElement(0), value.GetElement(1), value.GetElement(2));
}
