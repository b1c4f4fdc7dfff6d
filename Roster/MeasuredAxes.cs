namespace C3Fusion.Rosters;

/// <summary>Which quantities a sensor measures. A sensor counts on these axes alone.</summary>
[Flags]
public enum MeasuredAxes : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Position east and north, m.</summary>
    Horizontal = 1,

    /// <summary>Position up, m.</summary>
    Height = 2,

    /// <summary>Velocity, m/s, on the measured position axes.</summary>
    Velocity = 4,

    /// <summary>All of them.</summary>
    All = Horizontal | Height | Velocity,
}
