using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Text.Json;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Node.JsonLines;

namespace C3Fusion.Node.Track;

/// <summary>Writes the picture as JSON lines, numbers in few digits that read back to the same double.</summary>
internal sealed class PictureWriter
{
    private const int LongestNumber = 32;
    private readonly Stream _stream;
    private readonly byte[][] _names;
    private readonly int _lineLimit;
    private byte[] _buffer = new byte[1 << 16];
    private int _at;

    public PictureWriter(Stream stream, IReadOnlyList<SensorModel> sensors)
    {
        _stream = stream;
        _names = [.. sensors.Select(s => JsonSerializer.SerializeToUtf8Bytes(s.Id))];
        _lineLimit = 1024 + (24 * LongestNumber) + _names.Sum(n => n.Length + 1);
        if (_buffer.Length < 2 * _lineLimit) _buffer = new byte[2 * _lineLimit];
    }

    public void Write(in SystemTrack track)
    {
        if (_buffer.Length - _at < _lineLimit) Flush();
        Text("{\"t\":"u8);
        Number(track.TimeUs / 1e6);
        Text(",\"id\":\"T"u8);
        Integer(track.Number);
        Text("\",\"x\":"u8);
        Number(track.Position.X);
        Text(",\"y\":"u8);
        Number(track.Position.Y);
        Text(",\"z\":"u8);
        Number(track.Position.Z);
        Text(",\"vx\":"u8);
        Number(track.Velocity.X);
        Text(",\"vy\":"u8);
        Number(track.Velocity.Y);
        Text(",\"vz\":"u8);
        Number(track.Velocity.Z);
        Text(",\"assurance\":\""u8);
        Text(Name(track.Assurance));
        Text("\",\"n\":"u8);
        Integer(track.ReadingCount);
        Text(",\"f\":"u8);
        Integer(track.FaultBound);
        Text(",\"support\":"u8);
        Integer(track.Support);
        Text(",\"sensors\":"u8);
        Names(track.Sensors);
        Text(",\"rejected\":"u8);
        Names(track.Rejected);
        Text(",\"lo\":"u8);
        Vector(track.Low);
        Text(",\"hi\":"u8);
        Vector(track.High);
        Text(",\"statLo\":"u8);
        Vector(track.StatLow);
        Text(",\"statHi\":"u8);
        Vector(track.StatHigh);
        Text("}\n"u8);
    }

    /// <exception cref="OutputFailedException">The output takes no more.</exception>
    public void Flush()
    {
        try
        {
            _stream.Write(_buffer, 0, _at);
            _stream.Flush();
        }
        catch (IOException error)
        {
            throw new OutputFailedException(error);
        }

        _at = 0;
    }

    private static ReadOnlySpan<byte> Name(Assurance assurance) => assurance switch
    {
        Assurance.Assured => "Assured"u8,
        Assurance.Supported => "Supported"u8,
        Assurance.Unsupported => "Unsupported"u8,
        _ => "Alarm"u8,
    };

    private void Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_buffer.AsSpan(_at));
        _at += text.Length;
    }

    private void Number(double value)
    {
        _at += JsonNumber.Write(_buffer.AsSpan(_at), value);
    }

    private void Integer(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_at), out int written);
        _at += written;
    }

    private void Vector(Enu value)
    {
        _buffer[_at++] = (byte)'[';
        Number(value.X);
        _buffer[_at++] = (byte)',';
        Number(value.Y);
        _buffer[_at++] = (byte)',';
        Number(value.Z);
        _buffer[_at++] = (byte)']';
    }

    private void Names(ulong set)
    {
        _buffer[_at++] = (byte)'[';
        for (ulong rest = set; rest != 0; rest &= rest - 1)
        {
            if (rest != set) _buffer[_at++] = (byte)',';
            Text(_names[BitOperations.TrailingZeroCount(rest)]);
        }

        _buffer[_at++] = (byte)']';
    }
}
