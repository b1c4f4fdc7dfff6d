using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Agreement.Tests.Harness;
using C3Fusion.Rosters;
using NSec.Cryptography;
using NSecKey = NSec.Cryptography.PublicKey;

namespace C3Fusion.Benchmarks.Agreement;

/// <summary>What happens in a slot.</summary>
public enum SlotScenario
{
    /// <summary>Nobody misbehaves: two message delays and a DECIDE.</summary>
    FaultFree,

    /// <summary>One node is silent: the slot runs to deadline(T).</summary>
    OneSilent,

    /// <summary>f senders equivocate, each second value shown to one victim at the last moment with ever more signatures.</summary>
    LateEquivocation,
}

/// <summary>Everything that reaches node 0 in one slot, recorded from a run of all nodes with real signatures, to be played again.</summary>
internal sealed class RecordedSlot
{
    private const long Slot = 1;
    private const int PayloadBytes = 1024;

    private readonly Roster _roster;
    private readonly List<(Instant Now, int Peer, byte[]? Frame, AgreementEvent? Other)> _events = [];
    private readonly AgreementMachine _start;
    private readonly Key _bareKey;
    private readonly NSecKey _barePublic;
    private readonly byte[] _bareMessage;
    private readonly byte[] _bareSignature;

    public RecordedSlot(int n, int f, SlotScenario scenario, int d = 1)
    {
        _roster = TestRoster.Of(n, f, d, real: true);
        int traitors = scenario switch { SlotScenario.FaultFree => 0, SlotScenario.OneSilent => 1, _ => f };
        AgreementMachine? start = null;
        var cluster = new Cluster(_roster, Enumerable.Range(n - traitors, traitors), real: true) { Payloads = (node, slot) => Filled(node, slot) };
        cluster.Stepping = (node, happened, now) =>
        {
            if (node != 0 || now < _roster.Timing.StartOf(Slot)) return;
            start ??= cluster.Nodes[0].Machine!.Fork();
            if (happened is AgreementEvent.FrameArrived arrived) _events.Add((now, arrived.Frame.Value.Author, arrived.Frame.Value.Bytes.ToArray(), null));
            else _events.Add((now, -1, null, happened));
        };
        cluster.RunSlots(0, 0);
        cluster.OpenAll(Slot);
        if (scenario == SlotScenario.LateEquivocation) Betray(cluster, n - traitors, traitors);
        cluster.RunUntil(_roster.Timing.StartOf(Slot + 1).Plus(TestRoster.RoundUs / 2));
        _start = start!;

        _bareKey = Key.Create(SignatureAlgorithm.Ed25519);
        _barePublic = _bareKey.PublicKey;
        _bareMessage = new byte[SigningScope.PrefixLength + 12 + (33 * n)];
        _bareSignature = SignatureAlgorithm.Ed25519.Sign(_bareKey, _bareMessage);
        Play();
    }

    /// <summary>Signatures made by the node in the slot.</summary>
    public int Signed { get; private set; }

    /// <summary>Signatures checked by the node in the slot.</summary>
    public long Checked { get; private set; }

    public long BytesReceived => _events.Sum(entry => (long)(entry.Frame?.Length ?? 0));

    public int FramesReceived => _events.Count(entry => entry.Frame is not null);

    public long BytesSent { get; private set; }

    /// <summary>One node's whole work of one slot: decode, verify, step, sign, encode.</summary>
    public int Play()
    {
        AgreementMachine machine = _start.Fork();
        var statements = new StatementVerifier(_roster);
        var verifier = new FrameVerifier(statements);
        var effects = new List<AgreementEffect>();
        foreach ((Instant now, int peer, byte[]? frame, AgreementEvent? other) in _events)
        {
            if (frame is null)
            {
                machine.Step(other!, now, effects);
                continue;
            }

            FrameRefusal refusal = verifier.Verify(peer, frame, now, out Verified<Frame> verified);
            if (refusal != FrameRefusal.None) throw new InvalidOperationException($"a recorded frame was refused: {refusal}");
            machine.Step(new AgreementEvent.FrameArrived(verified, now), now, effects);
        }

        long bytes = 0;
        foreach (AgreementEffect.SendFrame send in effects.OfType<AgreementEffect.SendFrame>()) bytes += send.Bytes.Length;
        if (!effects.OfType<AgreementEffect.Decided>().Any(decided => decided.Slot == Slot && decided.Abstained is null)) throw new InvalidOperationException("the slot was not decided");
        BytesSent = bytes;
        Checked = statements.SignaturesChecked;
        Signed = effects.OfType<AgreementEffect.SendFrame>().SelectMany(send => send.Frame.Supports.Add(send.Frame.Own)).Where(statement => statement.Author == 0 && statement.Slot == Slot).Distinct().Count();
        return effects.Count;
    }

    /// <summary>As many bare NSec calls as the node made, over messages of the same length.</summary>
    public int PlayBare()
    {
        int good = 0;
        for (int i = 0; i < Signed; i++) good += SignatureAlgorithm.Ed25519.Sign(_bareKey, _bareMessage).Length;
        for (int i = 0; i < Checked; i++) good += SignatureAlgorithm.Ed25519.Verify(_barePublic, _bareMessage, _bareSignature) ? 1 : 0;
        return good;
    }

    public static ReadOnlyMemory<byte> Filled(int node, long slot)
    {
        byte[] payload = new byte[PayloadBytes];
        payload[0] = (byte)node;
        payload[1] = (byte)slot;
        payload[2] = (byte)(slot >> 8);
        return payload;
    }

    // Values a go to all in round 1. The b of traitor j is shown at deadline(j + 1) with j + 1 signatures, each by a statement of its own.
    private void Betray(Cluster cluster, int honest, int traitors)
    {
        Traitor[] signers = [.. Enumerable.Range(honest, traitors).Select(node => new Traitor(_roster, node, real: true))];
        for (int j = 0; j < traitors; j++)
        {
            Traitor sender = signers[j];
            for (int peer = 0; peer < honest; peer++)
                cluster.Deliver(peer, sender.Frame(sender.Send(Slot, $"a{j}"), [], Traitor.Value($"a{j}")), _roster.Timing.StartOf(Slot).Plus(1_000));
            StatementEntry hidden = Traitor.Entry(sender.Node, $"b{j}");
            ImmutableArray<Statement> supports = [.. signers.Where(other => other != sender).Take(j).Select(other => other.Relay(Slot, 1, hidden)), sender.Send(Slot, $"b{j}")];
            cluster.Deliver(j % honest, sender.Frame(sender.Vote(Slot, hidden), supports, Traitor.Value($"b{j}")), _roster.Timing.DeadlineOf(Slot, j + 1));
            for (int round = 1; round < _roster.Rounds; round++)
            {
                for (int peer = 0; peer < honest; peer++)
                    cluster.Deliver(peer, sender.Frame(sender.Alive(Slot, round), []), _roster.Timing.DeadlineOf(Slot, round).Plus(500));
            }
        }
    }
}
