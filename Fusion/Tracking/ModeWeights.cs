namespace C3Fusion.Fusion.Tracking;

/// <summary>A number for each mode of the <see cref="MotionFilter"/>: probabilities, transition probabilities, likelihoods.</summary>
/// <param name="Straight">Of straight flight.</param>
/// <param name="Turn">Of a steady turn.</param>
/// <param name="Manoeuvre">Of anything else.</param>
internal readonly record struct ModeWeights(double Straight, double Turn, double Manoeuvre)
{
    public static ModeWeights operator +(ModeWeights a, ModeWeights b) => new(a.Straight + b.Straight, a.Turn + b.Turn, a.Manoeuvre + b.Manoeuvre);

    public static ModeWeights operator *(ModeWeights a, double factor) => new(a.Straight * factor, a.Turn * factor, a.Manoeuvre * factor);

    public static ModeWeights operator *(ModeWeights a, ModeWeights b) => new(a.Straight * b.Straight, a.Turn * b.Turn, a.Manoeuvre * b.Manoeuvre);

    public static ModeWeights operator /(ModeWeights a, double divisor) => new(a.Straight / divisor, a.Turn / divisor, a.Manoeuvre / divisor);

    /// <summary>Scaled to the sum 1, none below the least.</summary>
    public ModeWeights Normalised(double least)
    {
        ModeWeights scaled = this / (Straight + Turn + Manoeuvre);
        var floored = new ModeWeights(Math.Max(scaled.Straight, least), Math.Max(scaled.Turn, least), Math.Max(scaled.Manoeuvre, least));
        return floored / (floored.Straight + floored.Turn + floored.Manoeuvre);
    }
}
