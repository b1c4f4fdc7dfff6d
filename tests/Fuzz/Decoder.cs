namespace C3Fusion.Fuzz;

/// <summary>One decoder of hostile bytes under test.</summary>
/// <param name="Name">Its name on the command line, and of its corpus folder.</param>
/// <param name="Accepts">
/// Decodes the input and returns whether it was accepted. Throws, as the decoder itself must never do, where a property of
/// the decoder does not hold: above all where what was accepted encodes to other bytes than came in.
/// </param>
/// <param name="Seeds">Sound inputs, made by the product's own writers.</param>
internal sealed record Decoder(string Name, Func<byte[], bool> Accepts, IReadOnlyList<byte[]> Seeds);

/// <summary>A decoder broke one of its properties.</summary>
internal sealed class BrokenProperty(string what) : Exception(what)
{
    /// <summary>Throws unless <paramref name="written"/>, what the accepted value encodes to, is what came in.</summary>
    public static void UnlessCanonical(ReadOnlySpan<byte> read, ReadOnlySpan<byte> written)
    {
        if (!read.SequenceEqual(written))
            throw new BrokenProperty($"accepted {Convert.ToHexString(read)} and wrote {Convert.ToHexString(written)}");
    }
}
