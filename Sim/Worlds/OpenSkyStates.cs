using System.Collections.Immutable;
using System.Globalization;
using C3Fusion.Fusion;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Sim.Worlds;

/// <summary>Real aircraft from state vectors in the OpenSky network's CSV form.</summary>
/// <remarks>
/// The columns are found by name: <c>time icao24 lat lon onground baroaltitude geoaltitude lastposupdate</c>, the last three may
/// be missing or empty. A position holds at <c>lastposupdate</c>: a row may repeat an old one, which is left out. Rows on the
/// ground or without position or height are left out; where more than <see cref="MaxGapUs"/> pass without a position the
/// aircraft ends, and begins anew as another target.
/// </remarks>
public sealed class OpenSkyStates
{
    /// <summary>The longest stretch that is interpolated, microseconds.</summary>
    public const long MaxGapUs = 30_000_000;

    private const long MinStepUs = 2_000_000;
    // An airliner's turn at standard rate needs 7 m/s2; between samples the spline has up to twice that of the samples.
    private const double MaxAccelerationMps2 = 8;

    private readonly ImmutableArray<SampledTrajectory> _flights;
    private readonly long _firstUs, _lastUs;

    private OpenSkyStates(GeodeticPosition datum, Area area, ImmutableArray<SampledTrajectory> flights, int aircraft, int rowsLeftOut)
    {
        Datum = datum;
        Area = area;
        _flights = flights;
        _firstUs = flights.Length == 0 ? 0 : flights.Min(flight => flight.FirstUs);
        _lastUs = flights.Length == 0 ? 0 : flights.Max(flight => flight.LastUs);
        Aircraft = aircraft;
        RowsLeftOut = rowsLeftOut;
    }

    /// <summary>The middle of all positions, on the ellipsoid, to a quarter of a degree.</summary>
    public GeodeticPosition Datum { get; }

    /// <summary>The rectangle around all positions.</summary>
    public Area Area { get; }

    /// <summary>How many aircraft the rows name.</summary>
    public int Aircraft { get; }

    /// <summary>How many flights without gaps there are.</summary>
    public int Flights => _flights.Length;

    /// <summary>Rows that gave no position: unreadable, on the ground, repeated, or a jump that no aircraft flies.</summary>
    public int RowsLeftOut { get; }

    /// <summary>Reads state vectors; the first line names the columns.</summary>
    /// <exception cref="FormatException">A needed column is missing, or no row can be used.</exception>
    public static OpenSkyStates Parse(IEnumerable<string> lines)
    {
        var positions = new SortedDictionary<string, SortedDictionary<long, GeodeticPosition>>(StringComparer.Ordinal);
        OpenSkyColumns? columns = null;
        int leftOut = 0;
        foreach (string line in lines)
        {
            if (string.IsNullOrWhiteSpace(line)) continue;
            if (columns is null) columns = OpenSkyColumns.Of(line);
            else if (!columns.TryRead(line, out OpenSkyRow row)) leftOut++;
            else if (!Of(positions, row.Aircraft).TryAdd(row.TimeUs, row.Position)) leftOut++;
        }

        if (positions.Count == 0) throw new FormatException("no state vector with a position");
        return Build(positions, leftOut);
    }

    /// <summary>The aircraft with the recording's first moment moved to <paramref name="start"/>; the recording is repeated until <paramref name="durationUs"/> is filled.</summary>
    public World Rebase(Instant start, long durationUs)
    {
        long cycle = _lastUs - _firstUs + MaxGapUs;
        var trajectories = ImmutableArray.CreateBuilder<Trajectory>();
        for (long offset = 0; offset == 0 || offset < durationUs; offset += cycle)
        {
            foreach (SampledTrajectory flight in _flights)
                trajectories.Add(flight.Moved(trajectories.Count, start.Microseconds - _firstUs + offset));
        }

        return new World(Datum, Area, trajectories.ToImmutable());
    }

    private static OpenSkyStates Build(SortedDictionary<string, SortedDictionary<long, GeodeticPosition>> positions, int leftOut)
    {
        IEnumerable<GeodeticPosition> all = positions.Values.SelectMany(path => path.Values);
        double Middle(Func<GeodeticPosition, double> of) => Math.Round((all.Min(of) + all.Max(of)) * 2) / 4;
        var datum = new GeodeticPosition(Middle(p => p.LatitudeDeg), Middle(p => p.LongitudeDeg), 0);
        var frame = new LocalFrame(datum);
        var flights = ImmutableArray.CreateBuilder<SampledTrajectory>();
        foreach (SortedDictionary<long, GeodeticPosition> path in positions.Values)
        {
            List<(long TimeUs, Enu Position)> points = [.. path.Select(point => (point.Key, frame.ToLocal(point.Value)))];
            leftOut += DropRepeated(points) + DropJumps(points);
            foreach (List<(long TimeUs, Enu Position)> flight in WithoutGaps(points))
            {
                if (flight.Count >= 2) flights.Add(SampledTrajectory.Through(flights.Count, flight));
                else leftOut += flight.Count;
            }
        }

        IEnumerable<Enu> knots = flights.SelectMany(flight => flight.Knots).Select(knot => knot.Position);
        if (flights.Count == 0) throw new FormatException("no aircraft with two positions");
        var area = new Area(knots.Min(p => p.X), knots.Min(p => p.Y), knots.Max(p => p.X), knots.Max(p => p.Y));
        return new OpenSkyStates(datum, area, flights.ToImmutable(), positions.Count, leftOut);
    }

    private static int DropRepeated(List<(long TimeUs, Enu Position)> points)
    {
        int before = points.Count;
        for (int i = points.Count - 1; i > 0; i--)
        {
            bool frozen = points[i].Position.X == points[i - 1].Position.X && points[i].Position.Y == points[i - 1].Position.Y;
            if (frozen || points[i].TimeUs - points[i - 1].TimeUs < MinStepUs) points.RemoveAt(i);
        }

        return before - points.Count;
    }

    /// <summary>Drops, the worst first, points whose neighbours would have to accelerate more than an aircraft does.</summary>
    private static int DropJumps(List<(long TimeUs, Enu Position)> points)
    {
        int dropped = 0;
        while (true)
        {
            int worst = -1;
            double most = MaxAccelerationMps2;
            for (int i = 1; i + 1 < points.Count; i++)
            {
                if (points[i + 1].TimeUs - points[i - 1].TimeUs > 2 * MaxGapUs) continue;
                double before = (points[i].TimeUs - points[i - 1].TimeUs) / 1e6, after = (points[i + 1].TimeUs - points[i].TimeUs) / 1e6;
                Enu change = ((points[i + 1].Position - points[i].Position) * (1 / after)) - ((points[i].Position - points[i - 1].Position) * (1 / before));
                double acceleration = change.Length * 2 / (before + after);
                if (acceleration > most) (most, worst) = (acceleration, i);
            }

            if (worst < 0) return dropped;
            points.RemoveAt(worst);
            dropped++;
        }
    }

    private static IEnumerable<List<(long TimeUs, Enu Position)>> WithoutGaps(List<(long TimeUs, Enu Position)> points)
    {
        var flight = new List<(long TimeUs, Enu Position)>();
        foreach ((long TimeUs, Enu Position) point in points)
        {
            if (flight.Count > 0 && point.TimeUs - flight[^1].TimeUs > MaxGapUs)
            {
                yield return flight;
                flight = [];
            }

            flight.Add(point);
        }

        yield return flight;
    }

    private static SortedDictionary<long, GeodeticPosition> Of(SortedDictionary<string, SortedDictionary<long, GeodeticPosition>> positions, string aircraft)
    {
        if (!positions.TryGetValue(aircraft, out SortedDictionary<long, GeodeticPosition>? path)) positions[aircraft] = path = [];
        return path;
    }
}
