namespace C3Fusion.Rosters;

/// <summary>What a signature is for. A signature made for one purpose never verifies for another.</summary>
public enum SignatureDomain : byte
{
    /// <summary>A roster, signed by the authority.</summary>
    Roster = 1,

    /// <summary>A sensor's scan, signed by the sensor or its gateway.</summary>
    SensorScan = 2,

    /// <summary>A node's own value in a slot (Dolev-Strong round 0).</summary>
    Send = 3,

    /// <summary>A node's first statement in a slot: what it accepted, early or at deadline(1).</summary>
    Vote = 4,

    /// <summary>What a node newly accepted in a later round.</summary>
    Relay = 5,

    /// <summary>A relayed certificate of n votes (fast path).</summary>
    Certificate = 6,

    /// <summary>A node's one statement of a slot's whole outcome.</summary>
    Decide = 7,

    /// <summary>Proof of life in a round in which nothing new was accepted.</summary>
    Alive = 8,

    /// <summary>A frame as a whole, signed by its author.</summary>
    Frame = 9,

    /// <summary>A checkpoint signed by the authority, for a node that no certificate can bring back.</summary>
    Checkpoint = 10,

    /// <summary>A plan proposal, signed by the operator's node.</summary>
    Plan = 11,

    /// <summary>A node's proof, at the start of a link, that it is who it says; covers both ends and both nonces.</summary>
    LinkHello = 12,
}
