using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Dispatch;
using Akka.Event;
using Serilog;
using Serilog.Events;

namespace C3Fusion.Node.Cluster;

/// <summary>Hands an ActorSystem the logger of its box.</summary>
/// <param name="log">The box's logger.</param>
internal sealed class SerilogBridgeSetup(ILogger log) : Setup
{
    /// <summary>The box's logger.</summary>
    public ILogger Log { get; } = log;
}

/// <summary>Writes Akka's log events to the box's Serilog logger.</summary>
public sealed class SerilogBridge : UntypedActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly ILogger _log = Context.System.Settings.Setup.Get<SerilogBridgeSetup>() is { HasValue: true, Value: var setup } ? setup.Log : Serilog.Core.Logger.None;

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case InitializeLogger:
                Sender.Tell(new LoggerInitialized());
                break;
            case Akka.Event.LogEvent entry:
                _log.Write(Level(entry.LogLevel()), entry.Cause, "{Source}: {AkkaMessage}", entry.LogSource, entry.Message.ToString());
                break;
        }
    }

    private static LogEventLevel Level(LogLevel level) => level switch
    {
        LogLevel.DebugLevel => LogEventLevel.Debug,
        LogLevel.InfoLevel => LogEventLevel.Information,
        LogLevel.WarningLevel => LogEventLevel.Warning,
        _ => LogEventLevel.Error,
    };
}
