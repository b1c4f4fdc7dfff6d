using System.Diagnostics;
using Xunit;

namespace C3Fusion.Sensors.Tests;

/// <summary>Random mutation of a valid input for some time: bytes flipped, inserted, removed, doubled, and tokens put in.</summary>
internal sealed class Fuzz
{
    private static readonly byte[][] Tokens =
    [
        "NaN"u8.ToArray(), "-"u8.ToArray(), "1e999"u8.ToArray(), "null"u8.ToArray(), "\""u8.ToArray(), "{"u8.ToArray(), "[[[["u8.ToArray(),
        "]"u8.ToArray(), ","u8.ToArray(), "\\ud800"u8.ToArray(), "\\u0000"u8.ToArray(), [0xff, 0xfe], "99999999999999999999"u8.ToArray(), "."u8.ToArray(), "="u8.ToArray(),
    ];

    private readonly byte[] _origin;
    private readonly TimeSpan _time;

    private Fuzz(byte[] origin, TimeSpan time)
    {
        _origin = origin;
        _time = time;
    }

    public static Fuzz Mutations(byte[] origin, TimeSpan time) => new(origin, time);

    public void Run(Func<byte[], bool> holds)
    {
        var random = new Random(20_261_122);
        var watch = Stopwatch.StartNew();
        long runs = 0;
        for (; watch.Elapsed < _time; runs++)
        {
            byte[] mutated = Mutated(random);
            Assert.True(holds(mutated), $"run {runs}: {Convert.ToHexString(mutated)}");
        }

        Assert.True(runs > 1000, $"only {runs} runs");
        TestContext.Current.TestOutputHelper?.WriteLine($"{runs} mutated inputs");
    }

    private byte[] Mutated(Random random)
    {
        List<byte> bytes = [.. _origin];
        for (int i = random.Next(1, 5); i > 0 && bytes.Count > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at)); break;
                case 3: bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at))); break;
                case 4: bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]); break;
                default: bytes.RemoveRange(at, bytes.Count - at); break;
            }
        }

        return [.. bytes];
    }
}
