using System.Collections.Immutable;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Replica.Pictures;

/// <summary>Tells the host of standing accusations when they change.</summary>
internal sealed class TrustView
{
    private readonly Roster _roster;
    private readonly PictureOrigin _origin;
    private ImmutableArray<SensorTrust> _told;

    public TrustView(Roster roster, PictureOrigin origin)
    {
        _roster = roster;
        _origin = origin;
    }

    /// <summary>Tells what is held of each sensor, where that changed.</summary>
    /// <param name="picture">Whose accusations count.</param>
    /// <param name="proofOf">The proof against a sensor, or null.</param>
    /// <param name="effects">Receives the change.</param>
    public void Tell(Picture picture, Func<int, ScanEquivocation?> proofOf, List<ReplicaEffect> effects)
    {
        ImmutableArray<SensorTrust>.Builder trust = ImmutableArray.CreateBuilder<SensorTrust>(_roster.Sensors.Length);
        for (int sensor = 0; sensor < _roster.Sensors.Length; sensor++)
            trust.Add(new SensorTrust(sensor, _roster.Sensors[sensor].Id, null, null, ""));
        foreach (Accusation accusation in picture.Accusations)
        {
            if (accusation.ToUs is not null || (uint)accusation.Sensor >= (uint)trust.Count) continue;
            trust[accusation.Sensor] = trust[accusation.Sensor] with
            {
                Accusation = accusation.Kind,
                Since = new Instant(accusation.FromUs),
                Evidence = accusation.Evidence,
            };
        }

        for (int sensor = 0; sensor < trust.Count; sensor++)
        {
            if (proofOf(sensor) is not { } proof) continue;
            SensorTrust held = trust[sensor];
            trust[sensor] = held with { Equivocates = true, Evidence = held.Accusation is null ? SensorTrust.Describe(proof) : $"{held.Evidence}; {SensorTrust.Describe(proof)}" };
        }

        ImmutableArray<SensorTrust> now = trust.MoveToImmutable();
        if (!_told.IsDefault && _told.SequenceEqual(now)) return;
        _told = now;
        effects.Add(new ReplicaEffect.TrustChanged(_origin, now));
    }
}
