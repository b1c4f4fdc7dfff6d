using C3Fusion.Fusion;
using C3Fusion.Fusion.Numerics;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim.Sensing;

namespace C3Fusion.Sim.Lies;

/// <summary>Moves every report sideways, at once or more and more.</summary>
internal sealed class ShiftLie : Lie
{
    private const double PreciseSigmaM = 10, PreciseSigmaMps = 2;
    private readonly Instant _from;
    private readonly Enu _direction;

    public ShiftLie(RandomStream random, Instant from)
    {
        _from = from;
        (double sin, double cos) = DeterministicMath.SinCos(random.Next(0, 6.283185307179586));
        _direction = new Enu(sin, cos, 0);
    }

    public double StartM { get; init; }

    public double RateMps { get; init; }

    public double LimitM { get; init; } = double.PositiveInfinity;

    public bool ShiftsVelocity { get; init; }

    /// <summary>Where given, the liar knows the truth and claims and has little noise, drawn from here.</summary>
    public RandomStream? Precise { get; init; }

    public override Instant Apply(Instant time, List<SensedTrack> tracks)
    {
        if (time < _from) return time;
        double grown = RateMps * (time.Since(_from) / 1e6);
        Enu shift = _direction * (StartM + Math.Min(grown, LimitM));
        Enu drag = ShiftsVelocity && grown < LimitM ? _direction * RateMps : default;
        for (int i = 0; i < tracks.Count; i++)
        {
            SensedTrack sensed = tracks[i];
            ScanTrack track = Precise is null || sensed.Target < 0 ? sensed.Track : AlmostExact(sensed, Precise);
            tracks[i] = sensed with { Track = track with { Position = track.Position + shift, Velocity = track.Velocity + drag } };
        }

        return time;
    }

    private static ScanTrack AlmostExact(SensedTrack sensed, RandomStream random)
    {
        Enu Error(double sigma) => new Enu(random.NextGaussian(), random.NextGaussian(), random.NextGaussian()) * sigma;
        return sensed.Track with
        {
            Position = sensed.TruePosition + Error(PreciseSigmaM),
            Velocity = sensed.TrueVelocity + Error(PreciseSigmaMps),
            SigmaPositionM = PreciseSigmaM,
            SigmaVelocityMps = PreciseSigmaMps,
        };
    }
}
