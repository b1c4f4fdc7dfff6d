using Serilog;

namespace C3Fusion.Node.Replicas;

/// <summary>A thread that asks for work, does it, and survives whatever the work throws.</summary>
/// <remarks>Its work comes from peers: a fault in a decoder that a traitor finds must not end the process of every honest box.</remarks>
/// <typeparam name="T">A piece of work.</typeparam>
internal sealed class GuardedWorker<T> : IDisposable
    where T : class
{
    private readonly Func<T?> _next;
    private readonly Action<T> _work;
    private readonly Action<T> _failed;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private bool _logged;

    /// <summary>Starts the thread.</summary>
    /// <param name="name">Of the thread.</param>
    /// <param name="priority">Of the thread.</param>
    /// <param name="next">Waits for a piece of work; null ends the thread.</param>
    /// <param name="work">Does it.</param>
    /// <param name="failed">Called for a piece of work that threw.</param>
    /// <param name="log">The first fault is logged.</param>
    public GuardedWorker(string name, ThreadPriority priority, Func<T?> next, Action<T> work, Action<T> failed, ILogger log)
    {
        (_next, _work, _failed, _log) = (next, work, failed, log);
        _thread = new Thread(Run, 1 << 20) { IsBackground = true, Name = name, Priority = priority };
        _thread.Start();
    }

    /// <summary>Waits for the thread; whoever gives it work must have told it to end.</summary>
    public void Dispose() => _thread.Join(TimeSpan.FromSeconds(1));

    private void Run()
    {
        while (_next() is { } item)
        {
            try
            {
                _work(item);
            }
            catch (Exception error)
            {
                if (!_logged) _log.Error(error, "{Thread} failed on a message; it is refused and the thread goes on. Later faults are only counted", Thread.CurrentThread.Name);
                _logged = true;
                _failed(item);
            }
        }
    }
}
