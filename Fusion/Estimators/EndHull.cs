using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace C3Fusion.Fusion.Estimators;

/// <summary>The smallest of the lows and the largest of the highs that have been admitted so far, lane by lane. A minimum and a maximum depend on no order, so not on the vector width either.</summary>
internal readonly struct EndHull
{
    private readonly Vector<double> smallest;
    private readonly Vector<double> largest;

    private EndHull(Vector<double> smallest, Vector<double> largest)
    {
        this.smallest = smallest;
        this.largest = largest;
    }

    /// <summary>Nothing admitted: [+inf, -inf].</summary>
    public static EndHull None => new(new Vector<double>(double.PositiveInfinity), new Vector<double>(double.NegativeInfinity));

    /// <summary>The hull over all lanes; [+inf, -inf] where nothing was admitted on that side.</summary>
    public Interval Ends
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Smallest(smallest), -Smallest(-largest));
    }

    /// <summary>Admits the lows and highs whose lanes are set in the masks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public EndHull With(Vector<double> low, Vector<long> admittedLows, Vector<double> high, Vector<long> admittedHighs)
    {
        var none = new Vector<double>(double.PositiveInfinity);
        return new EndHull(
            Vector.MinNative(smallest, Vector.ConditionalSelect(admittedLows, low, none)),
            Vector.MaxNative(largest, Vector.ConditionalSelect(admittedHighs, high, -none)));
    }

    /// <summary>Halves the vector until one lane is left: a loop over lanes would go through memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Smallest(Vector<double> values)
    {
        if (Vector<double>.Count == 4)
        {
            Vector256<double> four = values.AsVector256();
            Vector128<double> two = Vector128.MinNative(four.GetLower(), four.GetUpper());
            return Vector128.MinNative(two, Vector128.Shuffle(two, Vector128.Create(1L, 0L))).ToScalar();
        }

        double best = values[0];
        for (int i = 1; i < Vector<double>.Count; i++) best = values[i] < best ? values[i] : best;
        return best;
    }
}
