using C3Fusion.Rosters;
using Serilog;

namespace C3Fusion.Node.Replicas;

/// <summary>Wakes the replica at its next deadline, from a thread of its own: a busy thread pool must not make a node miss its round.</summary>
internal sealed class DeadlineTimer : IDisposable
{
    private readonly object _gate = new();
    private readonly NodeClock _clock;
    private readonly Action _wake;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private Instant? _due;
    private bool _stopped;

    /// <summary>A timer that calls <paramref name="wake"/> on its own thread when <paramref name="clock"/> reaches the deadline.</summary>
    public DeadlineTimer(NodeClock clock, Action wake, ILogger log)
    {
        (_clock, _wake, _log) = (clock, wake, log);
        _thread = new Thread(Run, 256 << 10) { IsBackground = true, Name = "replica deadlines", Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    /// <summary>Replaces the deadline.</summary>
    public void Set(Instant due)
    {
        lock (_gate)
        {
            _due = due;
            Monitor.Pulse(_gate);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.Pulse(_gate);
        }

        _thread.Join(TimeSpan.FromSeconds(1));
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                while (!_stopped && Remaining() is var wait && wait != 0) Monitor.Wait(_gate, wait);
                if (_stopped) return;
                _due = null;
            }

            try
            {
                _wake();
            }
            catch (Exception error)
            {
                // Whom it wakes may be ending; a thread that dies of it would end the process.
                _log.Error(error, "the replica could not be woken");
            }
        }
    }

    /// <summary>Milliseconds to the deadline, rounded up; -1 where there is none.</summary>
    private int Remaining()
    {
        if (_due is not { } due) return Timeout.Infinite;
        long microseconds = due.Since(_clock.Now);
        return microseconds <= 0 ? 0 : (int)Math.Min(60_000, (microseconds + 999) / 1000);
    }
}
