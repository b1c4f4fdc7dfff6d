using System.Diagnostics;

namespace C3Fusion.Fuzz.Campaign;

/// <summary>Feeds one decoder mutated inputs and keeps those that reach new code, as AFL does, but inside one process.</summary>
internal sealed class FuzzCampaign(Decoder decoder, ulong seed, int maxLength = 4096)
{
    private readonly CoverageMap _coverage = new();
    private readonly Mutator _mutator = new(seed, maxLength);
    private readonly List<byte[]> _pool = [];

    /// <summary>What a campaign saw.</summary>
    /// <param name="Executions">Inputs that were decoded.</param>
    /// <param name="Accepted">Those that the decoder took.</param>
    /// <param name="Edges">Edges of instrumented code that were taken.</param>
    /// <param name="Corpus">Inputs that reached something new.</param>
    /// <param name="Elapsed">How long it took.</param>
    public sealed record Report(long Executions, long Accepted, int Edges, IReadOnlyList<byte[]> Corpus, TimeSpan Elapsed);

    /// <summary>Runs the decoder <paramref name="executions"/> times.</summary>
    /// <exception cref="BrokenInput">The decoder threw, or broke a property.</exception>
    public Report Run(long executions, IEnumerable<byte[]> corpus, TextWriter log)
    {
        long start = Stopwatch.GetTimestamp();
        long done = 0;
        long accepted = 0;
        foreach (byte[] input in decoder.Seeds.Concat(corpus)) Try(input);
        if (_pool.Count == 0) _pool.Add([]);
        while (done < executions)
        {
            // Newer inputs reach deeper: half of the time one of the last sixteen is taken.
            int from = _mutator.Below(2) == 0 ? Math.Max(0, _pool.Count - 16) : 0;
            byte[] input = _pool[from + _mutator.Below(_pool.Count - from)];
            Try(_mutator.Mutate(input, _pool[_mutator.Below(_pool.Count)]));
            if (done % 1_000_000 == 0) log.WriteLine(Line(decoder.Name, done, accepted, Stopwatch.GetElapsedTime(start)));
        }

        return new Report(done, accepted, _coverage.Edges, _pool, Stopwatch.GetElapsedTime(start));

        void Try(byte[] input)
        {
            done++;
            _coverage.Clear();
            try
            {
                if (decoder.Accepts(input)) accepted++;
            }
            catch (Exception e)
            {
                throw new BrokenInput(input, e);
            }

            if (_coverage.TakeNews()) _pool.Add(input);
        }
    }

    private string Line(string name, long done, long accepted, TimeSpan elapsed) =>
        FormattableString.Invariant($"{name}: {done:N0} executions, {accepted:N0} accepted, {_coverage.Edges} edges, {_pool.Count} inputs, {done / elapsed.TotalSeconds:N0}/s");
}

/// <summary>An input on which a decoder threw or broke a property.</summary>
internal sealed class BrokenInput(byte[] input, Exception cause) : Exception($"{cause.GetType().Name}: {cause.Message}\n{Convert.ToHexString(input)}", cause)
{
    public byte[] Input => input;
}
