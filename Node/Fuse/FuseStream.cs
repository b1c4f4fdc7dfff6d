namespace C3Fusion.Node.Fuse;

/// <summary>Fuses a stream of lines into a stream of lines, in order, holding one line at a time.</summary>
internal static class FuseStream
{
    /// <summary>Runs to the end of <paramref name="input"/>; answers are out before it waits for more.</summary>
    /// <returns>How many lines were bad.</returns>
    public static long Run(Stream input, Stream output)
    {
        var writer = new JsonLineWriter(output);
        var source = new LineSource(input, writer.Flush);
        var parser = new FuseLineParser();
        var answer = new FuseAnswer(writer);
        var request = new FuseCase();
        long bad = 0;
        try
        {
            while (source.Next(out ReadOnlySpan<byte> line))
            {
                string? error = source.TooLong ? $"the line is longer than {LineSource.MaxLineBytes} bytes" : parser.Parse(line, request);
                ReadOnlySpan<byte> id = source.TooLong ? default : line[parser.Id];
                if (error is null)
                {
                    answer.Write(request, id);
                    continue;
                }

                bad++;
                answer.WriteError(source.LineNumber, error, id);
            }
        }
        finally
        {
            // A fault of the input must not take away what was fused before it.
            writer.Flush();
        }

        return bad;
    }
}
