namespace C3Fusion.Fusion;

/// <summary>A vector in the local east-north-up frame of the roster's datum: metres, or metres per second.</summary>
/// <param name="X">East.</param>
/// <param name="Y">North.</param>
/// <param name="Z">Up.</param>
public readonly record struct Enu(double X, double Y, double Z)
{
    /// <summary>Component sum of two vectors.</summary>
    public static Enu operator +(Enu a, Enu b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>Component difference of two vectors.</summary>
    public static Enu operator -(Enu a, Enu b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>A vector scaled by a number.</summary>
    public static Enu operator *(Enu a, double factor) => new(a.X * factor, a.Y * factor, a.Z * factor);

    /// <summary>Euclidean length.</summary>
    public double Length => Math.Sqrt((X * X) + (Y * Y) + (Z * Z));

    /// <summary>Are all three components finite numbers?</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Z);
}
