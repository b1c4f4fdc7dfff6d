using CsCheck;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>n values of which the last f are forged: about the honest ones, far away, or a copy of one.</summary>
/// <param name="Values">Honest ones first, within 1 of 0.</param>
/// <param name="F">How many are forged, n >= 2F+1.</param>
/// <param name="Salt">Random bits for what else a property draws.</param>
internal sealed record AttackedValues(double[] Values, int F, uint Salt)
{
    public int N => Values.Length;

    public ReadOnlySpan<double> Honest => Values.AsSpan(0, N - F);

    public static Gen<AttackedValues> Any { get; } = new Generator();

    public override string ToString() => $"f={F} salt={Salt} [{string.Join(", ", Values.Select(x => x.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}]";

    /// <summary>Mean and variance of some values.</summary>
    public static (double Mean, double Variance) Moments(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double x in values) sum += x;
        double mean = sum / values.Length;
        double squares = 0;
        foreach (double x in values) squares += (x - mean) * (x - mean);
        return (mean, squares / values.Length);
    }

    private sealed class Generator : Gen<AttackedValues>
    {
        public override AttackedValues Generate(PCG pcg, Size? min, out Size size)
        {
            int f = 1 + pcg.Below(4);
            int n = (2 * f) + 1 + pcg.Below(6);
            double[] values = new double[n];
            for (int i = 0; i < n - f; i++) values[i] = pcg.Signed();
            for (int i = n - f; i < n; i++)
            {
                values[i] = pcg.Below(3) switch
                {
                    0 => 1.5 * pcg.Signed(),
                    1 => pcg.Below(2) == 0 ? -1e6 : 1e6,
                    _ => values[pcg.Below(n - f)],
                };
            }

            size = new Size((ulong)n);
            return new AttackedValues(values, f, pcg.Next());
        }
    }
}
