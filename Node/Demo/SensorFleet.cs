using System.Collections.Immutable;
using C3Fusion.Node.Mqtt;
using C3Fusion.Rosters;
using C3Fusion.Sensors;
using C3Fusion.Sim;
using C3Fusion.Sim.Lies;
using C3Fusion.Sim.Sensing;
using Serilog;

namespace C3Fusion.Node.Demo;

/// <summary>The demo's simulated sensors: each with a key and an MQTT connection of its own, publishing signed scans as a fielded sensor does.</summary>
internal sealed class SensorFleet : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly DemoRecorder _recorder;
    private readonly ILogger _log;
    private readonly ImmutableArray<Member> _members;
    private readonly PriorityQueue<(Member Member, SensorScan Scan), long> _due = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    /// <summary>The fleet of one demo.</summary>
    /// <param name="demo">Roster and keys.</param>
    /// <param name="world">What the sensors watch.</param>
    /// <param name="options">Who lies, and how.</param>
    /// <param name="broker">Where they publish.</param>
    /// <param name="recorder">Notes when each scan was published.</param>
    /// <param name="log">For the sessions.</param>
    public SensorFleet(ExerciseRoster demo, World world, DemoOptions options, NetworkAddress broker, DemoRecorder recorder, ILogger log)
    {
        (_recorder, _log) = (recorder, log);
        Instant start = demo.Roster.Timing.Start;
        long until = start.Microseconds + options.DurationUs;
        _members = [.. demo.Roster.Sensors.Select((entry, index) =>
        {
            int liar = options.Liars.IndexOf(entry.Id);
            Lie? lie = liar < 0 ? null : LieFactory.Make(LieOf(options, liar), entry, world, options.Seed, start, until);
            var session = new MqttSession(broker, $"{demo.Roster.ClusterId}-{Environment.ProcessId}-{entry.Id}", log);
            return new Member(
                index,
                new SimulatedSensor(entry, SensorBehaviour.Of(entry), world, options.Seed, start, lie),
                new ScanPublisher(entry.Id, demo.Roster.ClusterId, demo.SensorKeys[index]),
                session);
        })];
    }

    /// <summary>Scans that the broker took, by sensor.</summary>
    public ImmutableArray<long> Published => [.. _members.Select(member => Interlocked.Read(ref member.Published))];

    /// <summary>Scans that the broker did not take, by sensor.</summary>
    public ImmutableArray<long> Lost => [.. _members.Select(member => Interlocked.Read(ref member.Lost))];

    /// <summary>Why a sensor is not connected to the broker; null where all are.</summary>
    public string? Problem => _members.Select(member => member.Session.Problem).FirstOrDefault(problem => problem is not null);

    /// <summary>Why the sensors scan no more; null while they do.</summary>
    public string? Failure { get; private set; }

    /// <summary>Connects all sensors.</summary>
    public async Task ConnectAsync(CancellationToken cancellation)
    {
        foreach (Member member in _members) member.Session.Start();
        await Task.WhenAll(_members.Select(member => member.Session.WhenConnected(cancellation))).ConfigureAwait(false);
    }

    /// <summary>Starts to scan.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        foreach (Member member in _members) await member.Session.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private static LieSpec LieOf(DemoOptions options, int liar)
    {
        string text = options.Lies[Math.Min(liar, options.Lies.Length - 1)];
        return LieSpec.TryParse(text, out LieSpec spec, out string error) ? spec : throw new FormatException(error);
    }

    private async Task RunAsync()
    {
        try
        {
            using var tick = new PeriodicTimer(Tick);
            while (await tick.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                Instant now = SystemClock.Now;
                foreach (Member member in _members)
                {
                    while (member.Sensor.NextScan <= now)
                    {
                        SimulatedScan scan = member.Sensor.Scan();
                        _due.Enqueue((member, scan.Scan), scan.PublishAt.Microseconds);
                    }
                }

                while (_due.TryPeek(out (Member Member, SensorScan Scan) next, out long due) && due <= SystemClock.Now.Microseconds)
                {
                    _due.Dequeue();
                    await PublishAsync(next.Member, next.Scan).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The demo is over.
        }
        catch (Exception error)
        {
            Failure = error.Message;
            _log.Error(error, "the sensors ended");
        }
    }

    private async Task PublishAsync(Member member, SensorScan scan)
    {
        byte[] envelope = member.Publisher.Seal(scan);
        _recorder.Published(member.Index, scan.Boot, scan.Sequence, SystemClock.Now);
        bool taken = await member.Session.TryPublishAsync(member.Publisher.Topic, envelope, retain: false).ConfigureAwait(false);
        Interlocked.Increment(ref taken ? ref member.Published : ref member.Lost);
    }

    private sealed record Member(int Index, SimulatedSensor Sensor, ScanPublisher Publisher, MqttSession Session)
    {
        public long Published;
        public long Lost;
    }
}
