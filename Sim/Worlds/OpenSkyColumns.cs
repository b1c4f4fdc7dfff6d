using System.Globalization;
using C3Fusion.Rosters;

namespace C3Fusion.Sim.Worlds;

/// <summary>One usable state vector.</summary>
/// <param name="Aircraft">ICAO 24-bit address, as text.</param>
/// <param name="TimeUs">When the position held, microseconds.</param>
/// <param name="Position">Where.</param>
internal readonly record struct OpenSkyRow(string Aircraft, long TimeUs, GeodeticPosition Position);

/// <summary>Where the columns of a state vector file stand.</summary>
internal sealed class OpenSkyColumns
{
    private readonly int _time, _aircraft, _latitude, _longitude, _onGround, _barometric, _geometric, _lastPosition;

    private OpenSkyColumns(List<string> names)
    {
        int Needed(string name) => names.IndexOf(name) is int i and >= 0 ? i : throw new FormatException($"no column {name} in the first line");
        _time = Needed("time");
        _aircraft = Needed("icao24");
        _latitude = Needed("lat");
        _longitude = Needed("lon");
        _onGround = names.IndexOf("onground");
        _barometric = names.IndexOf("baroaltitude");
        _geometric = names.IndexOf("geoaltitude");
        _lastPosition = names.IndexOf("lastposupdate");
    }

    public static OpenSkyColumns Of(string firstLine) => new([.. firstLine.TrimStart('\uFEFF').Split(',').Select(name => name.Trim())]);

    public bool TryRead(string line, out OpenSkyRow row)
    {
        row = default;
        string[] cells = line.Split(',');
        string Cell(int column) => column >= 0 && column < cells.Length ? cells[column].Trim() : "";
        if (Cell(_onGround).Equals("true", StringComparison.OrdinalIgnoreCase) || Cell(_aircraft).Length == 0) return false;
        if (!TryNumber(Cell(_latitude), 90, out double latitude) || !TryNumber(Cell(_longitude), 180, out double longitude)) return false;
        if (!TryNumber(Cell(_geometric), 30_000, out double height) && !TryNumber(Cell(_barometric), 30_000, out height)) return false;
        if (!TryNumber(Cell(_lastPosition), 1e11, out double seconds) && !TryNumber(Cell(_time), 1e11, out seconds)) return false;
        row = new OpenSkyRow(Cell(_aircraft), (long)Math.Round(seconds * 1e6), new GeodeticPosition(latitude, longitude, height));
        return true;
    }

    private static bool TryNumber(string text, double limit, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Math.Abs(value) <= limit;
}
