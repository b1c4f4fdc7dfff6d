using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace C3Fusion.Node.Http;

/// <summary>Tells one reader over server-sent events what stands on the board, then what changes, and every second that it is still there.</summary>
/// <remarks>
/// Events (WHATWG HTML, section 9.2): <c>all</c> (forget what you hold), <c>set</c> (<c>{"topic":..,"payload":{..}}</c>), <c>gone</c> (<c>{"topic":..}</c>),
/// <c>tick</c> (<c>{"ts":..}</c>, the server's clock, ms since the Unix epoch): a reader that misses ticks knows that it looks at the past.
/// </remarks>
internal static class OutputStream
{
    private const int LookEveryMs = 200;
    private const int TickEveryMs = 1000;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes until the reader is gone or the server ends.</summary>
    public static async Task WriteAsync(OutputBoard board, Stream stream, CancellationToken gone)
    {
        var changes = new List<Output>();
        var text = new ArrayBufferWriter<byte>(1 << 16);
        long version = 0;
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(LookEveryMs));
        for (int turn = 0; ; turn++)
        {
            version = board.Since(version, changes, out bool isAll);
            if (isAll) Event(text, "all", "{}"u8);
            foreach (Output change in changes) Event(text, change.Payload is null ? "gone" : "set", Describe(change));
            if (turn % (TickEveryMs / LookEveryMs) == 0) Event(text, "tick", Encoding.UTF8.GetBytes($"{{\"ts\":{SystemClock.Now.Microseconds / 1000}}}"));
            changes.Clear();
            if (text.WrittenCount > 0)
            {
                await stream.WriteAsync(text.WrittenMemory, gone).ConfigureAwait(false);
                await stream.FlushAsync(gone).ConfigureAwait(false);
                text.ResetWrittenCount();
            }

            await look.WaitForNextTickAsync(gone).ConfigureAwait(false);
        }
    }

    private static ReadOnlySpan<byte> Describe(Output change)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Json))
        {
            json.WriteStartObject();
            json.WriteString("topic", change.Topic);
            if (change.Payload is { } payload)
            {
                json.WritePropertyName("payload");
                json.WriteRawValue(payload.Span, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    /// <summary>JSON escapes line ends, so an event's data is one line whatever a sensor calls itself.</summary>
    private static void Event(ArrayBufferWriter<byte> text, string name, ReadOnlySpan<byte> data)
    {
        text.Write("event: "u8);
        text.Write(Encoding.ASCII.GetBytes(name));
        text.Write("\ndata: "u8);
        text.Write(data);
        text.Write("\n\n"u8);
    }
}
