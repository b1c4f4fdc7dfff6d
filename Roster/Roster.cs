using System.Collections.Immutable;

namespace C3Fusion.Rosters;

/// <summary>Who is who: the nodes, the sensors, how many of each may be faulty, and when slots run. Immutable; known to all by its hash.</summary>
/// <param name="ClusterId">Name of the cluster, 1 to 64 characters; no signature of one cluster counts in another.</param>
/// <param name="Epoch">Number of this roster: each change of the roster raises it by one.</param>
/// <param name="Nodes">The n nodes; their order is their index everywhere.</param>
/// <param name="Sensors">The sensors, ordered by id.</param>
/// <param name="FaultyNodes">f_n: the most nodes that may be faulty in a slot, 0 to n-2.</param>
/// <param name="FaultySensors">f_s: the most sensors that may lie.</param>
/// <param name="HopDiameter">d: the longest path between two honest nodes over links that are not jammed; 2 by default.</param>
/// <param name="Timing">Slot and round times.</param>
/// <param name="Datum">Origin of the local east-north-up frame.</param>
/// <param name="MaxAccelerationMps2">Bound on the acceleration of the targets that are tracked, m/s².</param>
public sealed record Roster(
    string ClusterId,
    long Epoch,
    ImmutableArray<NodeEntry> Nodes,
    ImmutableArray<SensorEntry> Sensors,
    int FaultyNodes,
    int FaultySensors,
    int HopDiameter,
    SlotTiming Timing,
    GeodeticPosition Datum,
    double MaxAccelerationMps2)
{
    private Hash256? _hash;

    // A changed copy must not inherit the hash of the original.
    private Roster(Roster original)
    {
        (ClusterId, Epoch, Nodes, Sensors) = (original.ClusterId, original.Epoch, original.Nodes, original.Sensors);
        (FaultyNodes, FaultySensors, HopDiameter, Timing) = (original.FaultyNodes, original.FaultySensors, original.HopDiameter, original.Timing);
        (Datum, MaxAccelerationMps2) = (original.Datum, original.MaxAccelerationMps2);
    }

    /// <summary>T = f_n + d: rounds in which values are accepted.</summary>
    public int Rounds => FaultyNodes + HopDiameter;

    /// <summary>m = floor((n+f)/2)+1: equal DECIDEs that form a quorum certificate (two of them share more than f nodes).</summary>
    public int CertificateQuorum => ((Nodes.Length + FaultyNodes) / 2) + 1;

    /// <summary>SHA-256 of the canonical bytes.</summary>
    public Hash256 Hash => _hash ??= Hash256.Of(RosterBytes.Write(this));

    /// <summary>The scope of what nodes sign under this roster.</summary>
    public SigningScope Scope => new(Hash);

    /// <summary>Index of the node called <paramref name="name"/>, or -1.</summary>
    public int IndexOfNode(string name)
    {
        for (int i = 0; i < Nodes.Length; i++)
        {
            if (string.Equals(Nodes[i].Name, name, StringComparison.Ordinal)) return i;
        }

        return -1;
    }

    /// <summary>Index of the sensor called <paramref name="id"/>, or -1.</summary>
    public int IndexOfSensor(string id)
    {
        for (int i = 0; i < Sensors.Length; i++)
        {
            if (string.Equals(Sensors[i].Id, id, StringComparison.Ordinal)) return i;
        }

        return -1;
    }

    /// <summary>Rosters are equal when their canonical bytes are.</summary>
    public bool Equals(Roster? other) => other is not null && Hash == other.Hash;

    /// <inheritdoc/>
    public override int GetHashCode() => Hash.GetHashCode();
}
