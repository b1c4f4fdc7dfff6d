using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>A course as a rotation in the horizontal plane: lanes along, across (to the left) and up in place of east, north and up.</summary>
/// <remarks>
/// What a target does of its own accord it does along or across its course, and sensors register equal errors east and
/// north; so in this frame the axes stay independent, and a turn carries the frame and its variances with it.
/// </remarks>
internal readonly struct CourseFrame
{
    private readonly V _cosine;
    private readonly V _sine;

    private CourseFrame(double cosine, double sine)
    {
        _cosine = Vector256.Create(cosine, cosine, 1, 0);
        _sine = Vector256.Create(sine, -sine, 0, 0);
    }

    /// <summary>Course due east: both frames are one.</summary>
    public static CourseFrame East => new(1, 0);

    /// <param name="velocity">A velocity whose horizontal part is not 0, m/s.</param>
    /// <param name="speed">The length of that part, m/s.</param>
    public static CourseFrame Of(V velocity, double speed) => new(velocity.GetElement(0) / speed, velocity.GetElement(1) / speed);

    public V Into(V vector) => (vector * _cosine) + (Swapped(vector) * _sine);

    public V OutOf(V vector) => (vector * _cosine) - (Swapped(vector) * _sine);

    /// <summary>Variances east, north and up of independent errors along, across and up.</summary>
    public V VariancesOutOf(V variances) => (variances * _cosine * _cosine) + (Swapped(variances) * _sine * _sine);

    private static V Swapped(V vector) => Vector256.Shuffle(vector, Vector256.Create(1L, 0, 2, 3));
}
