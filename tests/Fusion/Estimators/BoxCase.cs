using C3Fusion.Fusion.Estimators;
using CsCheck;

namespace C3Fusion.Fusion.Tests.Estimators;

/// <summary>n boxes about the truth 0 on a coarse grid, so that faces tie and touch; the first <paramref name="Liars"/> of them anywhere.</summary>
/// <param name="Boxes">n rows of d intervals.</param>
/// <param name="D">Dimensions.</param>
/// <param name="F">Fault bound, n >= 2F+1.</param>
/// <param name="Liars">How many may miss the truth.</param>
internal sealed record BoxCase(Interval[] Boxes, int D, int F, int Liars)
{
    public int N => Boxes.Length / D;

    public override string ToString() => $"d={D} f={F} liars={Liars} {string.Join(' ', Boxes.Select(b => $"[{b.Low},{b.High}]"))}";

    /// <summary>Up to <paramref name="maxN"/> boxes in up to <paramref name="maxD"/> dimensions, with at most f liars or with any number.</summary>
    public static Gen<BoxCase> Any(int maxD, int maxN, bool beyond) => new Generator(random =>
    {
        int n = 1 + random.Below(maxN);
        int f = random.Below(((n - 1) / 2) + 1);
        return (1 + random.Below(maxD), n, f, random.Below((beyond ? n : f) + 1));
    });

    /// <summary>From 2df+1 boxes on, or from (2d+1)f+1 on, with f liars; d up to 3, f up to 1.</summary>
    public static Gen<BoxCase> Many() => new Generator(random =>
    {
        int d = 1 + random.Below(3);
        int f = random.Below(2);
        return (d, (2 * d * f) + 1 + random.Below(3) + (random.Below(2) * f), f, f);
    });

    private sealed class Generator(Func<PCG, (int D, int N, int F, int Liars)> shape) : Gen<BoxCase>
    {
        public override BoxCase Generate(PCG pcg, Size? min, out Size size)
        {
            (int d, int n, int f, int liars) = shape(pcg);
            var boxes = new Interval[n * d];
            ulong length = 0;
            for (int k = 0; k < boxes.Length; k++)
            {
                uint bits = pcg.Next();
                int left = (int)((bits & 0xFFFF) * 11 >> 16) - 5;
                int right = (int)((bits >> 16) * 6 >> 16);
                length += (ulong)(Math.Abs(left) + right);
                boxes[k] = k / d < liars ? new Interval(left, left + right) : new Interval(-Math.Abs(left), right);
            }

            size = new Size(((ulong)boxes.Length << 32) + length);
            return new BoxCase(boxes, d, f, liars);
        }
    }
}
