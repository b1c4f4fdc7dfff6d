using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Rosters;

namespace C3Fusion.Replica;

/// <summary>What fusion believes of the roster's sensors, in the roster's order.</summary>
public static class SensorModels
{
    /// <summary>One model per sensor of <paramref name="roster"/>; a sensor's index there is its index in reports, tracks and accusations.</summary>
    /// <param name="roster">The roster.</param>
    /// <param name="toEnu">From geodetic to the local frame of the roster's datum.</param>
    public static ImmutableArray<SensorModel> Of(Roster roster, Func<GeodeticPosition, Enu> toEnu)
    {
        ImmutableArray<SensorModel>.Builder models = ImmutableArray.CreateBuilder<SensorModel>(roster.Sensors.Length);
        foreach (SensorEntry sensor in roster.Sensors)
        {
            Enu centre = sensor.CoverageRangeM > 0 ? toEnu(sensor.Position) : default;
            models.Add(new SensorModel(
                sensor.Id,
                sensor.SigmaPositionM,
                sensor.SigmaVelocityMps,
                sensor.SigmaPositionCapM,
                sensor.BoundK,
                sensor.BiasCapM,
                sensor.DetectionProbability,
                centre,
                sensor.CoverageRangeM));
        }

        return models.ToImmutable();
    }
}
