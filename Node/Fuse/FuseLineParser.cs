using System.Text.Json;
using System.Text.Unicode;

namespace C3Fusion.Node.Fuse;

/// <summary>Reads one JSON object of <c>c3fusion fuse</c>. Unknown fields are skipped, whatever they hold.</summary>
internal sealed class FuseLineParser
{
    // The reader and everything here are iterative: depth costs one bit a level.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = int.MaxValue };

    private readonly FuseListParser lists = new();

    /// <summary>Where the value of <c>id</c> lies in the line; empty where it is absent or unreadable.</summary>
    public Range Id { get; private set; }

    /// <summary>Fills <paramref name="target"/>; returns null, or what is wrong.</summary>
    public string? Parse(ReadOnlySpan<byte> line, FuseCase target)
    {
        target.Clear();
        Id = default;
        if (!Utf8.IsValid(line)) return "not JSON: the line is not UTF-8";
        try
        {
            var reader = new Utf8JsonReader(line, Options);
            return ReadObject(ref reader, target);
        }
        catch (JsonException e)
        {
            Id = default;
            return $"not JSON: at byte {e.BytePositionInLine}";
        }
    }

    private string? ReadObject(ref Utf8JsonReader reader, FuseCase target)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            reader.Read();
            return "not a JSON object: expected {\"id\":..,\"f\":..,\"intervals\":[[lo,hi],..]}";
        }

        string? error = null;
        bool hasId = false;
        bool hasFaultBound = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Field field = FieldOf(ref reader);
            reader.Read();
            switch (field)
            {
                case Field.Id:
                    if (hasId) error ??= "id is given twice";
                    hasId = true;
                    int start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    Id = start..(int)reader.BytesConsumed;
                    break;
                case Field.FaultBound:
                    if (hasFaultBound) error ??= "f is given twice";
                    hasFaultBound |= reader.TokenType != JsonTokenType.Null;
                    error ??= ReadFaultBound(ref reader, target);
                    break;
                case Field.Intervals or Field.Boxes or Field.Points when reader.TokenType != JsonTokenType.Null:
                    if (target.Form != FuseForm.None) error ??= "several of intervals, boxes, points: give one";
                    target.Form = FormOf(field);
                    if (error is null) error = lists.Read(ref reader, target);
                    else reader.Skip();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        reader.Read();
        if (error is not null) return error;
        if (target.Form == FuseForm.None) return "none of intervals, boxes, points is given";
        return hasFaultBound ? null : "f is absent: give the number of liars to tolerate, a whole number of at least 0";
    }

    private static string? ReadFaultBound(ref Utf8JsonReader reader, FuseCase target)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        ReadOnlySpan<byte> text = reader.TokenType is JsonTokenType.Number or JsonTokenType.String ? reader.ValueSpan : default;
        string? error = JsonDecimal.Read(ref reader, out double f);
        if (error is not null) return $"f {error}";
        // By its digits: 0.9999999999999999999 is no 1, -1e-400 no 0, though their doubles are.
        if (!JsonDecimal.IsWhole(text)) return "f is not a whole number";
        if (f < 0) return "f is negative: expected a whole number of at least 0";
        target.FaultBound = f + 0.0; // -0 is 0
        return null;
    }

    private static Field FieldOf(ref Utf8JsonReader reader)
    {
        // A name with a lone surrogate is none of ours, and comparing it would throw.
        if (reader.ValueIsEscaped && !JsonDecimal.TryUnescape(ref reader)) return Field.Unknown;
        if (reader.ValueTextEquals("id"u8)) return Field.Id;
        if (reader.ValueTextEquals("f"u8)) return Field.FaultBound;
        if (reader.ValueTextEquals("intervals"u8)) return Field.Intervals;
        if (reader.ValueTextEquals("boxes"u8)) return Field.Boxes;
        return reader.ValueTextEquals("points"u8) ? Field.Points : Field.Unknown;
    }

    private static FuseForm FormOf(Field field) => field switch
    {
        Field.Intervals => FuseForm.Intervals,
        Field.Boxes => FuseForm.Boxes,
        _ => FuseForm.Points,
    };

    private enum Field
    {
        Unknown,
        Id,
        FaultBound,
        Intervals,
        Boxes,
        Points,
    }
}
