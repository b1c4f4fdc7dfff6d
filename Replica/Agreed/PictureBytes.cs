using System.Collections.Immutable;
using C3Fusion.Fusion;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Agreed;

/// <summary>Canonical bytes of a fused picture: every track with all its numbers, the standing accusations, the system alarm.</summary>
internal static class PictureBytes
{
    private const ulong NotANumber = 0x7ff8_0000_0000_0000;

    public static void Write(CanonicalWriter writer, List<SystemTrack> tracks, IReadOnlyList<Accusation> accusations, bool systemAlarm)
    {
        writer.U8(systemAlarm ? (byte)1 : (byte)0);
        writer.U32((uint)tracks.Count);
        foreach (SystemTrack track in tracks) Write(writer, track);

        // Withdrawn accusations are history: what stands decides what comes.
        int standing = 0;
        foreach (Accusation accusation in accusations) standing += accusation.ToUs is null ? 1 : 0;
        writer.U32((uint)standing);
        foreach (Accusation accusation in accusations)
        {
            if (accusation.ToUs is not null) continue;
            writer.U16(checked((ushort)accusation.Sensor));
            writer.U8((byte)accusation.Kind);
            writer.I64(accusation.FromUs);
        }
    }

    private static void Write(CanonicalWriter writer, in SystemTrack track)
    {
        writer.I64(track.TimeUs);
        writer.I64(track.Number);
        Write(writer, track.Position);
        Write(writer, track.Velocity);
        writer.U8((byte)track.Assurance);
        writer.U16(checked((ushort)track.FaultBound));
        writer.U64(track.Sensors);
        writer.U64(track.Rejected);
        writer.U16(checked((ushort)track.Support));
        Write(writer, track.Low);
        Write(writer, track.High);
        Write(writer, track.StatLow);
        Write(writer, track.StatHigh);
    }

    private static void Write(CanonicalWriter writer, in Enu vector)
    {
        Write(writer, vector.X);
        Write(writer, vector.Y);
        Write(writer, vector.Z);
    }

    /// <summary>A picture may say "not measured" and "unbounded"; one bit form for each, so that equal pictures have equal bytes.</summary>
    private static void Write(CanonicalWriter writer, double value)
    {
        if (double.IsNaN(value)) writer.U64(NotANumber);
        else writer.U64(value == 0 ? 0 : BitConverter.DoubleToUInt64Bits(value));
    }
}
