namespace C3Fusion.Fusion.Tracking;

/// <summary>How far a track can be trusted (DESIGN section 4.5).</summary>
public enum Assurance
{
    /// <summary>n >= 2f+1 current readings and a non-empty safe set: with at most f liars the truth lies in the box.</summary>
    Assured,

    /// <summary>At least f+1 sensors vouch lastingly: the target exists; the box may rest on fewer than 2f+1 readings.</summary>
    Supported,

    /// <summary>Fewer than f+1 sensors vouch: could be a ghost. Never published as a confirmed track.</summary>
    Unsupported,

    /// <summary>The safe set is empty, or more than f sensors are under evidence: the readings contradict the assumption.</summary>
    Alarm,
}
