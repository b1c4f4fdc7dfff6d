using C3Fusion.Fusion.Metrics;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.JsonLines;

namespace C3Fusion.Node.Score;

/// <summary>Reads truth and picture files for scoring. The first bad line ends the reading, with file, line and what would be right.</summary>
internal static class ScoreInput
{
    /// <summary>Reads a truth file: one state per target and time.</summary>
    public static ScanTable<TruthState> ReadTruth(LineReader reader)
    {
        var table = new ScanTable<TruthState>();
        ReadLines(reader, utf8 =>
        {
            var line = StateLine.Parse(utf8);
            long number = Claim(table, in line);
            table.Add(line.TimeUs, new TruthState(number, line.Position, line.Velocity));
        });
        return table;
    }

    /// <summary>Reads a picture file: one line per track and time; only published lines are kept.</summary>
    public static ScanTable<ScoredTrack> ReadPicture(LineReader reader)
    {
        var table = new ScanTable<ScoredTrack>();
        ReadLines(reader, utf8 =>
        {
            var line = StateLine.Parse(utf8);
            Assurance assurance = ParseAssurance(line.Assurance);
            var track = new ScoredTrack(Claim(table, in line), line.Position, line.Velocity, assurance == Assurance.Assured, line.Hard, line.Statistical);
            if (assurance is Assurance.Assured or Assurance.Supported) table.Add(line.TimeUs, track);
        });
        return table;
    }

    private delegate void TakeLine(ReadOnlySpan<byte> utf8);

    private static void ReadLines(LineReader reader, TakeLine take)
    {
        while (reader.TryRead(out ReadOnlySpan<byte> utf8))
        {
            try
            {
                take(utf8);
            }
            catch (BadLineException e)
            {
                throw new BadLineException($"{reader.Name}:{reader.LineNumber}: {e.Message}");
            }
        }
    }

    private static long Claim<T>(ScanTable<T> table, in StateLine line)
    {
        long number = table.NumberOf(line.Id);
        if (!table.TryClaim(line.TimeUs, number)) throw new BadLineException($"\"{line.Id}\" has a line at this \"t\" already: one state per id and time");
        return number;
    }

    private static Assurance ParseAssurance(string? name) => name switch
    {
        nameof(Assurance.Assured) => Assurance.Assured,
        nameof(Assurance.Supported) => Assurance.Supported,
        nameof(Assurance.Unsupported) => Assurance.Unsupported,
        nameof(Assurance.Alarm) => Assurance.Alarm,
        null => throw new BadLineException("\"assurance\" is missing: Assured, Supported, Unsupported or Alarm"),
        _ => throw new BadLineException($"\"assurance\" is \"{name}\": write Assured, Supported, Unsupported or Alarm"),
    };
}
