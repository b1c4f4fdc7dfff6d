using System.Text.Json;
using C3Fusion.Fusion.Estimators;

namespace C3Fusion.Node.Fuse;

/// <summary>Reads the list of intervals, boxes or points of a line. After a first fault the rest of the list is skipped, so that the line can be read on.</summary>
internal sealed class FuseListParser
{
    private string? error;

    /// <summary>Reads the value at the reader to its end; returns null, or what is wrong with it.</summary>
    public string? Read(ref Utf8JsonReader reader, FuseCase target)
    {
        error = null;
        string name = target.Form switch { FuseForm.Intervals => "intervals", FuseForm.Boxes => "boxes", _ => "points" };
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return $"{name} is no list";
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (error is null) ReadEntry(ref reader, target);
            else reader.Skip();
            target.Count++;
        }

        if (target.Count == 0) return $"{name} is empty";
        if (error is not null && target.Count <= IntervalFusion.MaxSensors) return error;
        if (target.Form == FuseForm.Intervals) target.Dimensions = 1;
        if (target.Form == FuseForm.Boxes && target.Dimensions > JointBoxes.MaxDimensions) return error;
        int most = target.Form == FuseForm.Boxes ? JointBoxes.MaxSensors(target.Dimensions) : IntervalFusion.MaxSensors;
        string where = target.Form == FuseForm.Boxes && target.Dimensions > 3 ? " in more than 3 dimensions" : string.Empty;
        return target.Count > most ? $"{target.Count} {name}{where}: at most {most} are allowed" : error;
    }

    private void ReadEntry(ref Utf8JsonReader reader, FuseCase target)
    {
        if (target.Count >= IntervalFusion.MaxSensors)
        {
            reader.Skip();
            return;
        }

        switch (target.Form)
        {
            case FuseForm.Intervals:
                ReadInterval(ref reader, target, string.Empty);
                break;
            case FuseForm.Boxes:
                ReadBox(ref reader, target);
                break;
            default:
                ReadPoint(ref reader, target);
                break;
        }
    }

    private void ReadBox(ref Utf8JsonReader reader, FuseCase target)
    {
        if (!EntersList(ref reader, $"boxes[{target.Count}]")) return;
        int sides = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (error is null && sides < JointBoxes.MaxDimensions) ReadInterval(ref reader, target, $"[{sides}]");
            else reader.Skip();
            sides++;
        }

        if (sides > JointBoxes.MaxDimensions) error ??= $"boxes[{target.Count}] has {sides} dimensions: 1 to {JointBoxes.MaxDimensions} are allowed";
        CheckDimensions(target, sides, "boxes");
    }

    private void ReadPoint(ref Utf8JsonReader reader, FuseCase target)
    {
        if (!EntersList(ref reader, $"points[{target.Count}]")) return;
        int axis = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (error is null && axis < GeometricMedian.MaxDimensions)
            {
                string? fault = JsonDecimal.Read(ref reader, out double value);
                if (fault is not null) error = $"points[{target.Count}][{axis}] {fault}";
                target.Coordinates.Add(value);
            }
            else
            {
                reader.Skip();
            }

            axis++;
        }

        if (axis > GeometricMedian.MaxDimensions) error ??= $"points[{target.Count}] has {axis} dimensions: 1 to {GeometricMedian.MaxDimensions} are allowed";
        CheckDimensions(target, axis, "points");
    }

    private void CheckDimensions(FuseCase target, int found, string name)
    {
        if (found == 0) error ??= $"{name}[{target.Count}] is empty";
        if (target.Count == 0) target.Dimensions = found;
        else if (found != target.Dimensions) error ??= $"{name} is ragged: {name}[{target.Count}] has {found} dimensions, {name}[0] has {target.Dimensions}";
    }

    private void ReadInterval(ref Utf8JsonReader reader, FuseCase target, string side)
    {
        string Name() => $"{(target.Form == FuseForm.Boxes ? "boxes" : "intervals")}[{target.Count}]{side}";
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            error ??= $"{Name()} is no list: expected [lo,hi]";
            return;
        }

        int count = 0;
        double low = 0;
        double high = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count < 2)
            {
                string? fault = JsonDecimal.Read(ref reader, out double value);
                if (fault is not null) error ??= $"{Name()}[{count}] {fault}";
                if (count == 0) low = value;
                else high = value;
            }
            else
            {
                reader.Skip();
            }

            count++;
        }

        if (count != 2) error ??= $"{Name()} has {count} numbers: expected [lo,hi]";
        if (low > high) error ??= $"{Name()} has lo > hi";
        target.Sides.Add(new Interval(low, high));
    }

    private bool EntersList(ref Utf8JsonReader reader, string name)
    {
        if (reader.TokenType == JsonTokenType.StartArray) return true;
        reader.Skip();
        error ??= $"{name} is no list";
        return false;
    }
}
