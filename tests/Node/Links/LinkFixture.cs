using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using C3Fusion.Node.Links;
using C3Fusion.Replica;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Node.Tests.Links;

/// <summary>Nodes with real keys and real sockets on this machine, and an inbox each.</summary>
internal sealed class LinkFixture : IDisposable
{
    private readonly List<IDisposable> _owned = [];

    public LinkFixture(int nodes, int roundMs = 150)
    {
        Signers = [.. Enumerable.Range(0, nodes).Select(i => Ed25519Signer.FromSeed(Enumerable.Repeat((byte)(i + 1), 32).ToArray()))];
        Roster = new Roster(
            "links-test", 1,
            [.. Signers.Select((signer, i) => new NodeEntry($"node-{i + 1}", signer.PublicKey))],
            [], Math.Max(0, Math.Min(1, nodes - 2)), 0, 2,
            new SlotTiming(new Instant(0), 1_000_000, roundMs * 1000, 10_000), new GeodeticPosition(50, 10, 0), 30);
        Settings = new LinkSettings(roundMs);
        _owned.AddRange(Signers);
    }

    public ImmutableArray<Ed25519Signer> Signers { get; }

    public Roster Roster { get; }

    public LinkSettings Settings { get; set; }

    public PeerLinks Open(int self, Inbox inbox, int port = 0, Ed25519Signer? signer = null)
    {
        var links = new PeerLinks(Roster, self, signer ?? Signers[self], new NetworkAddress("127.0.0.1", port), inbox, Settings, new NodeClock(TimeProvider.System, new ClockTrust(10_000, 30_000_000)));
        _owned.Add(links);
        return links;
    }

    /// <summary>Every node dials every other.</summary>
    public static void StartAll(params PeerLinks[] links)
    {
        foreach (PeerLinks one in links)
        {
            one.Start([.. links.Select(other => (IReadOnlyList<NetworkAddress>)(ReferenceEquals(one, other) ? [] : [new NetworkAddress("127.0.0.1", other.Port)]))]);
        }
    }

    /// <summary>A port that nobody listens on now.</summary>
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        foreach (IDisposable one in Enumerable.Reverse(_owned)) one.Dispose();
    }
}

/// <summary>Keeps what arrives.</summary>
internal sealed class Inbox : ILinkReceiver
{
    private readonly Channel<(int Peer, byte[] Frame, Instant Stamp)> _frames = Channel.CreateUnbounded<(int, byte[], Instant)>();

    public void FrameReceived(int peer, ReadOnlyMemory<byte> frame, Instant stamp) => _frames.Writer.TryWrite((peer, frame.ToArray(), stamp));

    public async Task<(int Peer, byte[] Frame, Instant Stamp)> Next(int timeoutMs = 10_000)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(timeoutMs);
        return await _frames.Reader.ReadAsync(limit.Token);
    }

    /// <summary>Sends <paramref name="frame"/> again and again until something arrives: the way past a connection that is being made.</summary>
    public async Task<(int Peer, byte[] Frame, Instant Stamp)> NextAfterSending(ILink link, int peer, byte[] frame)
    {
        for (int attempt = 0; attempt < 400; attempt++)
        {
            link.TrySend(peer, frame);
            try
            {
                return await Next(25);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                // Not yet.
            }
        }

        throw new TimeoutException("no frame arrived");
    }

    public bool TryNext(out (int Peer, byte[] Frame, Instant Stamp) frame) => _frames.Reader.TryRead(out frame);
}
