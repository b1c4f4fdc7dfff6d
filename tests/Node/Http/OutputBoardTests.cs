using System.Text;
using C3Fusion.Node.Http;
using CsCheck;
using Xunit;

namespace C3Fusion.Node.Tests.Http;

/// <summary>Readers of the board come to what stands on it, whenever they ask and whatever they missed.</summary>
public sealed class OutputBoardTests
{
    [Fact]
    public void A_reader_that_asks_now_and_then_holds_what_stands() =>
        Gen.Select(Gen.Int[0, 5], Gen.Int[-1, 3], Gen.Bool).Array[1, 60].Sample(steps =>
        {
            var board = new OutputBoard();
            var stands = new Dictionary<string, string>(StringComparer.Ordinal);
            var reader = new Dictionary<string, string>(StringComparer.Ordinal);
            long version = 0;
            foreach ((int topic, int value, bool asks) in steps)
            {
                if (value < 0)
                {
                    board.Clear($"t{topic}");
                    stands.Remove($"t{topic}");
                }
                else
                {
                    board.Set($"t{topic}", Encoding.UTF8.GetBytes($"{value}"));
                    stands[$"t{topic}"] = $"{value}";
                }

                if (asks) version = Ask(board, version, reader);
            }

            Ask(board, version, reader);
            Assert.Equal(stands.OrderBy(entry => entry.Key, StringComparer.Ordinal), reader.OrderBy(entry => entry.Key, StringComparer.Ordinal));
        });

    [Fact]
    public void Who_missed_more_deletions_than_are_remembered_gets_everything_anew()
    {
        var board = new OutputBoard();
        var reader = new Dictionary<string, string>(StringComparer.Ordinal);
        board.Set("first", "1"u8.ToArray());
        long version = Ask(board, 0, reader);
        board.Clear("first");
        for (int i = 0; i < 11_000; i++)
        {
            board.Set($"t{i}", "1"u8.ToArray());
            board.Clear($"t{i}");
        }

        board.Set("last", "1"u8.ToArray());
        Ask(board, version, reader);
        Assert.Equal(["last"], reader.Keys);
    }

    private static long Ask(OutputBoard board, long version, Dictionary<string, string> reader)
    {
        var changes = new List<Output>();
        version = board.Since(version, changes, out bool isAll);
        if (isAll) reader.Clear();
        foreach (Output change in changes)
        {
            if (change.Payload is { } payload) reader[change.Topic] = Encoding.UTF8.GetString(payload.Span);
            else reader.Remove(change.Topic);
        }

        return version;
    }
}
