using C3Fusion.Node.Configuration;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace C3Fusion.Node;

/// <summary>The log of one box: one JSON object a line (compact log event format), on standard error and in a file that rolls daily.</summary>
internal static class BoxLog
{
    private const int DaysKept = 7;

    /// <summary>A logger whose every line names node and box.</summary>
    public static Logger Create(LogSettings settings, string node, string box)
    {
        LoggerConfiguration log = new LoggerConfiguration()
            .MinimumLevel.Is(settings.Level)
            .Enrich.WithProperty("node", node)
            .Enrich.WithProperty("box", box);
        var format = new CompactJsonFormatter();
        if (settings.Console) log = log.WriteTo.Console(format, standardErrorFromLevel: LogEventLevel.Verbose);
        if (settings.File.Length > 0) log = log.WriteTo.File(format, settings.File, rollingInterval: RollingInterval.Day, retainedFileCountLimit: DaysKept, shared: true);
        return log.CreateLogger();
    }
}
