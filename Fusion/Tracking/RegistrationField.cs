using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256<double>;

namespace C3Fusion.Fusion.Tracking;

/// <summary>The registration error of one sensor as a field over the plane: offset, rotation and gain about a centre, and an offset in height.</summary>
/// <remarks>
/// b(p) = o + θ·J(p - c) + g·(p - c), J the quarter turn. An azimuth error of a radar at any site is exactly such a field, a
/// scale error too, a range error nearly: so the site need not be known.
/// </remarks>
internal struct RegistrationField
{
    /// <summary>Offset, m, of the three axes.</summary>
    public V Offset;

    /// <summary>θ and g, per metre from the centre.</summary>
    public double Rotation;
    public double Gain;

    /// <summary>The error at a place, m.</summary>
    public readonly V At(V fromCentre)
    {
        double x = fromCentre.GetElement(0);
        double y = fromCentre.GetElement(1);
        return Offset + Vector256.Create((Gain * x) - (Rotation * y), (Gain * y) + (Rotation * x), 0, 0);
    }
}

/// <summary>Fading sums of one sensor's residuals, from which its field is fitted by least squares.</summary>
internal struct RegistrationSums
{
    /// <summary>Readings; per axis in height.</summary>
    public double Count;
    public double HeightCount;

    /// <summary>Σ(p - c) and Σ|p - c|², horizontal.</summary>
    public double X;
    public double Y;
    public double Square;

    /// <summary>Σr per axis, Σ(p - c)×r and Σ(p - c)·r, horizontal.</summary>
    public V Residual;
    public double Turned;
    public double Along;

    public void Add(V fromCentre, V residual, V mask)
    {
        double x = fromCentre.GetElement(0);
        double y = fromCentre.GetElement(1);
        double east = residual.GetElement(0);
        double north = residual.GetElement(1);
        Count++;
        HeightCount += mask.GetElement(2);
        X += x;
        Y += y;
        Square += (x * x) + (y * y);
        Residual += residual * mask;
        Turned += (x * north) - (y * east);
        Along += (x * east) + (y * north);
    }

    public void Decay(double keep)
    {
        Count *= keep;
        HeightCount *= keep;
        X *= keep;
        Y *= keep;
        Square *= keep;
        Residual *= keep;
        Turned *= keep;
        Along *= keep;
    }

    /// <summary>The least-squares field, with a prior that draws it to none where there is little to learn from.</summary>
    /// <param name="variance">Variance of one residual per axis, m².</param>
    /// <param name="prior">1-sigma of an honest offset, m.</param>
    /// <param name="reach">Distance from the centre at which rotation and gain make as many metres, m.</param>
    /// <remarks>The columns of rotation and gain are orthogonal to each other, so only the offset couples them: two 1-d Schur complements.</remarks>
    public readonly RegistrationField Fit(double variance, double prior, double reach)
    {
        double offsetPrior = variance / (prior * prior);
        double slopePrior = offsetPrior * reach * reach;
        double n = Count + offsetPrior;
        double slope = Square + slopePrior - (((X * X) + (Y * Y)) / n);
        double east = Residual.GetElement(0);
        double north = Residual.GetElement(1);
        double rotation = (Turned - (((X * north) - (Y * east)) / n)) / slope;
        double gain = (Along - (((X * east) + (Y * north)) / n)) / slope;
        return new RegistrationField
        {
            Offset = Vector256.Create(
                (east + (rotation * Y) - (gain * X)) / n,
                (north - (rotation * X) - (gain * Y)) / n,
                Residual.GetElement(2) / (HeightCount + offsetPrior),
                0),
            Rotation = rotation,
            Gain = gain,
        };
    }

    /// <summary>Chi-square of a horizontal field, 4 degrees of freedom: how far from none it is, in its own errors.</summary>
    public readonly double Significance(in RegistrationField field, double variance)
    {
        double a = field.Offset.GetElement(0);
        double b = field.Offset.GetElement(1);
        double offset = Count * ((a * a) + (b * b));
        double slopes = Square * ((field.Rotation * field.Rotation) + (field.Gain * field.Gain));
        double cross = 2 * ((field.Gain * ((a * X) + (b * Y))) + (field.Rotation * ((b * X) - (a * Y))));
        return (offset + slopes + cross) / variance;
    }
}
