// Four trackers report position estimates whose errors are correlated in an unknown way; one forges a tiny covariance.
// The types allow covariance intersection only after a C_f-consistent selection: the forger is out before it can be believed.
using System.Globalization;
using C3Fusion.Fusion.Covariance;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
GaussianEstimate[] estimates =
[
    new([10.0, 20.0], CovarianceMatrix.Create([4, 1, 1, 2])),
    new([11.0, 19.5], CovarianceMatrix.Create([2, -1, -1, 5])),
    new([9.5, 20.5], CovarianceMatrix.Diagonal(3, 3)),
    new([80.0, -40.0], CovarianceMatrix.Diagonal(1e-9, 1e-9)), // "trust me"
];
double[] registered = [1, 1, 1, 1, 1, 1, 1, 1]; // 1-sigma floors, per estimate and axis

if (CovarianceMatrix.TryCreate([1, 2, 2, 1], out string reason) is null) Console.WriteLine($"refused       {reason}");

ConsistentSelection selection = ConsistentSelection.TrySelect(estimates, registered, f: 1)
    ?? throw new InvalidOperationException("the estimates contradict the assumption: nothing may be fused");
Console.WriteLine($"selected      {string.Join(", ", selection.Indices)}");

GaussianEstimate fused = CovarianceIntersection.Fuse(selection, CovarianceCriterion.Trace, out double[] weights);
Console.WriteLine($"intersection  ({fused.Mean[0]:F2}, {fused.Mean[1]:F2}), variances {fused.Covariance[0, 0]:F2} and {fused.Covariance[1, 1]:F2}, weights {string.Join(", ", weights.Select(w => w.ToString("F2")))}");

GaussianEstimate union = CovarianceUnion.Fuse(selection);
Console.WriteLine($"union         ({union.Mean[0]:F2}, {union.Mean[1]:F2}), variances {union.Covariance[0, 0]:F2} and {union.Covariance[1, 1]:F2}");
