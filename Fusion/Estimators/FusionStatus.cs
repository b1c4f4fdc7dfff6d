namespace C3Fusion.Fusion.Estimators;

/// <summary>How far an interval fusion of n sensors with at most f liars can be trusted. The first that applies, in this order.</summary>
public enum FusionStatus
{
    /// <summary>n &lt; 2f+1: no statement is possible.</summary>
    Insufficient,

    /// <summary>More than f sensors are certainly faulty: no point is covered by n-f intervals.</summary>
    Alarm,

    /// <summary>n &lt; 3f+1: the truth is contained, the width is not bounded by one honest width.</summary>
    Weak,

    /// <summary>n >= 3f+1 and at most f sensors are certainly faulty.</summary>
    Ok,
}
