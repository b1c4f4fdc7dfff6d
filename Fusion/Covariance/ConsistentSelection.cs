using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Fusion.Covariance;

/// <summary>Estimates that survived a joint C_f: the only ones that covariance intersection and its kin accept.</summary>
/// <remarks>
/// Neither tolerates a liar on its own: covariance intersection believes a tiny forged covariance, covariance union
/// follows an outlier. So the order is fixed by the types: registered bounds, joint C_f, floors, and only then fusion.
/// There is no other way to make one of these.
/// </remarks>
public sealed class ConsistentSelection
{
    private readonly GaussianEstimate[] estimates;
    private readonly int[] indices;

    private ConsistentSelection(GaussianEstimate[] estimates, int[] indices, JointBoxesResult joint)
    {
        this.estimates = estimates;
        this.indices = indices;
        Joint = joint;
    }

    /// <summary>The estimates that meet the joint C_f, their covariances raised to the registered floors in every direction.</summary>
    public IReadOnlyList<GaussianEstimate> Estimates => estimates;

    /// <summary>Where each of them stood in the input.</summary>
    public IReadOnlyList<int> Indices => indices;

    /// <summary>The joint fusion that selected them.</summary>
    public JointBoxesResult Joint { get; }

    /// <summary>Selects the estimates whose boxes, mean +- k max(claimed sigma, registered sigma), meet the joint C_f.</summary>
    /// <remarks>A claimed sigma widens a box up to the cap and never narrows it below the registered one.</remarks>
    /// <param name="candidates">n estimates of one dimension d, 1 to 6.</param>
    /// <param name="registeredSigmas">n rows of d registered 1-sigma floors, above 0.</param>
    /// <param name="f">How many of the sources may lie.</param>
    /// <param name="boundK">Half width of a box in sigmas; an honest Gaussian source misses its box once in 16,000 readings an axis with 4, once in 22 with 2 (<see cref="MissProbability"/>).</param>
    /// <param name="sigmaCap">Widest claim that is believed, as a multiple of the registered sigma.</param>
    /// <returns>The selection; null where n &lt; 2f+1 or C_f is empty: then nothing may be fused.</returns>
    public static ConsistentSelection? TrySelect(IReadOnlyList<GaussianEstimate> candidates, ReadOnlySpan<double> registeredSigmas, int f, double boundK = 4, double sigmaCap = 10)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        int n = candidates.Count;
        if (n == 0) throw new ArgumentException("no estimate is given", nameof(candidates));
        int d = candidates[0].Dimensions;
        if (registeredSigmas.Length != n * d) throw new ArgumentException("one registered sigma per estimate and axis is needed", nameof(registeredSigmas));
        if (!(boundK > 0 && double.IsFinite(boundK)) || !(sigmaCap >= 1)) throw new ArgumentException("boundK must be above 0, sigmaCap at least 1", nameof(boundK));

        var boxes = new Interval[n * d];
        for (int i = 0; i < n; i++)
        {
            if (candidates[i].Dimensions != d) throw new ArgumentException($"estimate {i} has {candidates[i].Dimensions} dimensions, estimate 0 has {d}", nameof(candidates));
            for (int axis = 0; axis < d; axis++)
            {
                double registered = registeredSigmas[(i * d) + axis];
                if (!(registered > 0 && double.IsFinite(registered))) throw new ArgumentException($"registered sigma {(i * d) + axis} is not above 0 and finite", nameof(registeredSigmas));
                double claimed = Math.Sqrt(candidates[i].Covariance[axis, axis]);
                double sigma = Math.Min(Math.Max(claimed, registered), sigmaCap * registered);
                boxes[(i * d) + axis] = Interval.FromCentre(candidates[i].Mean[axis], boundK * sigma);
            }
        }

        JointBoxesResult joint = JointBoxes.Fuse(boxes, d, f, new Interval[d], []);
        return joint.Agrees ? Keep(candidates, registeredSigmas, d, joint) : null;
    }

    private static ConsistentSelection Keep(IReadOnlyList<GaussianEstimate> candidates, ReadOnlySpan<double> registeredSigmas, int d, JointBoxesResult joint)
    {
        var kept = new List<GaussianEstimate>();
        var places = new List<int>();
        for (int i = 0; i < candidates.Count; i++)
        {
            if ((joint.Accused >> i & 1) != 0) continue;
            kept.Add(new GaussianEstimate(candidates[i].Mean, candidates[i].Covariance.WithFloor(registeredSigmas.Slice(i * d, d))));
            places.Add(i);
        }

        return new ConsistentSelection([.. kept], [.. places], joint);
    }
}
