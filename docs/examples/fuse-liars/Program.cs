// Eight radars measure one aircraft; two of them lie, together, and see what the others say.
// Prints the safe interval, who is certainly faulty, and how sure the interval is.
using System.Globalization;
using C3Fusion.Fusion.Estimators;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const double Truth = 1000;
const int F = 2;
var random = new Random(42);
double[] sigmas = [30, 30, 30, 30, 60, 60, 60, 60]; // registered, not claimed

var values = new double[8];
var intervals = new Interval[8];
for (int i = 0; i < values.Length; i++)
{
    double gauss = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    values[i] = i < 2 ? Truth + 5000 : Truth + (sigmas[i] * gauss);
    intervals[i] = Interval.FromCentre(values[i], 4 * sigmas[i]);
}

var regions = new Interval[IntervalFusion.MaxRegions(F)];
IntervalFusionResult result = IntervalFusion.Fuse(intervals, F, regions);
Interval safe = result.Marzullo!.Value;
double point = safe.Clamp(TrimThenWeight.Of(values, sigmas, F, out double sigma));

Console.WriteLine($"status        {result.Status}, at least {result.MinFaulty} of {result.SensorCount} are faulty");
Console.WriteLine($"safe interval [{safe.Low:F1}, {safe.High:F1}] contains the truth: {safe.Contains(Truth)}");
Console.WriteLine($"accused       {string.Join(", ", Enumerable.Range(0, 8).Where(i => (result.Accused >> i & 1) != 0))}");
Console.WriteLine($"point         {point:F1} +- {sigma:F1}; the plain mean would say {values.Average():F1}");
Console.WriteLine($"the interval misses the truth once in {1 / MissProbability.OfInterval(4, 8, F, liars: 2):F0}");
