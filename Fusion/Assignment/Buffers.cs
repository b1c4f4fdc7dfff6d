namespace C3Fusion.Fusion.Assignment;

/// <summary>Work arrays that grow to the largest problem seen and are then reused.</summary>
internal static class Buffers
{
    /// <summary>Makes <paramref name="buffer"/> at least <paramref name="length"/> long; its content may be lost.</summary>
    public static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length) buffer = new T[Math.Max(length, buffer.Length * 2)];
    }
}
