using System.Globalization;

namespace C3Fusion.Sim.Lies;

/// <summary>The kinds of lie. All but the last four deceive about where targets are; those last are faults that look like lies.</summary>
public enum LieKind
{
    /// <summary>Each liar shifts everything by its own constant vector. Size: metres.</summary>
    Bias,

    /// <summary>As <see cref="Bias"/>, under the name of what it tests: more liars than f, each for itself. Size: metres.</summary>
    Independent,

    /// <summary>Each liar's shift grows from nothing in its own direction, velocities consistent. Size: metres after 180 s.</summary>
    Drift,

    /// <summary>All liars drag the same way, velocities left honest, claiming and having little noise. Size: m/s.</summary>
    SlowDrift,

    /// <summary>Each liar adds targets of its own that do not exist. Size: how many.</summary>
    Ghost,

    /// <summary>All liars shift the same way, show the same ghosts and claim little noise. Size: metres.</summary>
    Coordinated,

    /// <summary>Hides half of the targets, always the same.</summary>
    Suppress,

    /// <summary>Repeats what it said when it began to lie, with new times.</summary>
    Freeze,

    /// <summary>Noise of this many times the registered.</summary>
    Noise,

    /// <summary>A clock that is off. Size: seconds, positive where it runs ahead.</summary>
    Clock,
}

/// <summary>A lie as it is written on a command line: <c>bias=5km</c>, <c>ghost</c>, <c>slowdrift=5mps</c>, <c>clock=0.3s</c>.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Size">In the unit of its kind.</param>
public sealed record LieSpec(LieKind Kind, double Size)
{
    /// <summary>The forms, for help texts and errors.</summary>
    public const string Forms = "bias[=5km], independent[=500m], drift[=5km], slowdrift[=5mps], ghost[=5], coordinated[=5km], suppress, freeze, noise[=3], clock[=0.3s]";

    /// <summary>Reads a lie.</summary>
    /// <returns>False with a line that says what is wrong and what would be right.</returns>
    public static bool TryParse(string text, out LieSpec spec, out string error)
    {
        string[] parts = text.Split('=', 2);
        spec = new LieSpec(LieKind.Bias, 5000);
        error = "";
        if (!Enum.TryParse(parts[0], ignoreCase: true, out LieKind kind) || !char.IsAsciiLetter(parts[0][0]))
        {
            error = $"'{text}' is no lie; there are: {Forms}";
            return false;
        }

        (double size, string unit) = Default(kind);
        if (parts.Length == 2 && !(unit.Length > 0 && TryReadSize(parts[1], unit, out size)))
        {
            error = unit.Length == 0 ? $"'{parts[0]}' takes no size" : $"'{parts[1]}' is no size for {parts[0]}; right would be {Example(kind)}";
            return false;
        }

        spec = new LieSpec(kind, size);
        return true;
    }

    private static (double Size, string Unit) Default(LieKind kind) => kind switch
    {
        LieKind.Bias or LieKind.Drift or LieKind.Coordinated => (5000, "m"),
        LieKind.Independent => (500, "m"),
        LieKind.SlowDrift => (5, "mps"),
        LieKind.Ghost => (5, "count"),
        LieKind.Noise => (3, "times"),
        LieKind.Clock => (0.3, "s"),
        _ => (0, ""),
    };

    private static string Example(LieKind kind) => Forms.Split(", ").First(form => form.StartsWith(kind.ToString(), StringComparison.OrdinalIgnoreCase)).Replace("[", "", StringComparison.Ordinal).TrimEnd(']');

    private static bool TryReadSize(string text, string unit, out double size)
    {
        double factor = 1;
        if (unit == "m" && text.EndsWith("km", StringComparison.Ordinal)) (text, factor) = (text[..^2], 1000);
        else if (unit is "m" or "s" or "mps" && text.EndsWith(unit, StringComparison.Ordinal)) text = text[..^unit.Length];
        bool read = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out size) && double.IsFinite(size);
        size *= factor;
        return read && (unit == "s" ? size != 0 && Math.Abs(size) <= 60 : size > 0)
            && (unit != "count" || (size == Math.Floor(size) && size <= 500)) && Math.Abs(size) <= 1e6;
    }
}
