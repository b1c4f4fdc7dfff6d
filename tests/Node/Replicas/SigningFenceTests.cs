using C3Fusion.Node.Cluster;
using C3Fusion.Node.Replicas;
using C3Fusion.Rosters;
using C3Fusion.Sim;
using CsCheck;
using Xunit;

namespace C3Fusion.Node.Tests.Replicas;

/// <summary>No two boxes of a node ever may sign in one slot; and one that is left goes on.</summary>
public sealed class SigningFenceTests
{
    private static readonly Roster Roster = ExerciseRoster.Build(1, 4, new Instant(0), new GeodeticPosition(50, 10, 0)).Roster;

    [Fact]
    public void Two_boxes_never_sign_in_one_slot_however_they_are_paused_killed_cut_off_and_jammed() =>
        Gen.Int.Sample(
            seed =>
            {
                var node = new TwoBoxNode(Roster, seed);
                for (int tick = 0; tick < 4 * 240; tick++)
                {
                    node.Disturb();
                    node.Tick();
                }

                return node.Signed.Values.All(boxes => boxes.Count <= 1);
            },
            iter: 3000);

    [Fact]
    public void The_standby_takes_over_within_a_few_slots_of_the_end_of_the_host()
    {
        var node = new TwoBoxNode(Roster, 1);
        node.Run(20);
        Assert.Equal(0, node.SignerOf(19));
        node.Kill(0);
        node.Run(5);
        node.Host(1);
        node.Run(6);
        Assert.Equal(1, node.SignerOf(node.Slot - 1));
        Assert.True(node.FirstSlotOf(1) <= 20 + 5 + 3, $"slot {node.FirstSlotOf(1)}");
    }

    [Fact]
    public void The_host_goes_on_alone_when_the_standby_died_and_depends_on_it_again_when_it_is_back()
    {
        var node = new TwoBoxNode(Roster, 1);
        node.Run(20);
        node.Kill(1);
        node.Run(26);
        Assert.Equal(0, node.SignerOf(node.Slot - 1));
        node.Restart(1);
        node.Run(20);
        Assert.False(node.IsAlone(0));
        for (long slot = node.Slot - 20; slot < node.Slot; slot++) Assert.Equal(0, node.SignerOf(slot));
    }

    [Fact]
    public void A_host_that_is_stopped_and_wakes_up_signs_nothing_more_and_ends()
    {
        var node = new TwoBoxNode(Roster, 1);
        node.Run(20);
        node.Pause(0);
        node.Run(5);
        node.Host(1);
        node.Run(6);
        node.Resume(0);
        node.Run(6);
        Assert.True(node.IsSuperseded(0));
        for (long slot = 30; slot < node.Slot; slot++) Assert.Equal(1, node.SignerOf(slot));
    }

    [Fact]
    public void With_three_boxes_the_majority_decides_and_the_minority_is_silent_for_ever()
    {
        var start = new FenceStart(-1, 100);
        var fence = new SigningFence(Roster, "box-1", 0, 2, start, 10, -1, hasConsent: false);
        for (long slot = 10; slot < 60; slot++)
        {
            for (int peer = 1; peer < 4; peer++) fence.HeardPeer(peer, slot);
            fence.Advance(slot);
        }

        Assert.Equal(10, fence.Held);
        fence.Take(new FenceAnswer("box-3", 61, 62, -1, false));
        fence.Advance(60);
        Assert.Equal((61, 62), (fence.From, fence.Held));
    }

    [Fact]
    public void A_node_of_one_box_needs_nobody()
    {
        var fence = new SigningFence(Roster, "box-1", 0, 0, new FenceStart(-1, null), 10, -1, hasConsent: false);
        Assert.Equal(long.MaxValue, fence.Held);
        Assert.True(fence.From < 0);
    }

    [Fact]
    public void With_the_operators_word_that_the_other_is_off_a_box_signs_at_once()
    {
        var fence = new SigningFence(Roster, "box-2", 1, 1, new FenceStart(3, null), 10, -1, hasConsent: true);
        fence.Advance(10);
        Assert.Equal(11, fence.Held);
    }

    /// <summary>Two boxes of one node with everything between them lossy, and peers as witnesses: what one box signs, the other hears in the next slot in which it hears peers at all.</summary>
    private sealed class TwoBoxNode
    {
        private const int TicksPerSlot = 4;
        private readonly Roster _roster;
        private readonly Random _random;
        private readonly Box[] _boxes = [new("box-1"), new("box-2")];
        private readonly List<(long Due, int To, object Message)> _wire = [];
        private readonly List<(long Slot, int By)> _statements = [];
        private long _ticks;
        private bool _cut;

        public TwoBoxNode(Roster roster, int seed)
        {
            (_roster, _random) = (roster, new Random(seed));
            foreach (Box box in _boxes) box.Promise = new SlotPromise(box.Name, () => Slot);
            _ticks = 4 * 10;
            Host(0);
        }

        public SortedDictionary<long, HashSet<int>> Signed { get; } = [];

        public long Slot => (_ticks / TicksPerSlot) - 10;

        public int? SignerOf(long slot) => Signed.TryGetValue(slot, out HashSet<int>? boxes) ? boxes.Single() : null;

        public long FirstSlotOf(int box) => Signed.First(slot => slot.Value.Contains(box)).Key;

        public bool IsAlone(int box) => _boxes[box].Fence!.IsAlone;

        public bool IsSuperseded(int box) => _boxes[box].Fence!.IsSuperseded;

        public void Run(int slots)
        {
            for (int i = 0; i < slots * TicksPerSlot; i++) Tick();
        }

        public void Pause(int box) => _boxes[box].IsPaused = true;

        public void Resume(int box) => _boxes[box].IsPaused = false;

        public void Kill(int box) => _boxes[box] = new Box(_boxes[box].Name) { IsDead = true, Lease = _boxes[box].Lease };

        public void Restart(int box) => _boxes[box] = new Box(_boxes[box].Name) { Promise = new SlotPromise(_boxes[box].Name, () => Slot), Lease = _boxes[box].Lease };

        public void Host(int box)
        {
            Box host = _boxes[box];
            FenceStart start = host.Promise!.Host();
            host.StartedIn = Slot;
            host.Silence = Math.Max(Math.Max(Slot, start.Promised), host.Lease);
            host.Fence = new SigningFence(_roster, host.Name, box, 1, start, Slot, host.Lease, hasConsent: false);
        }

        /// <summary>Anything may happen, in particular a replica on both boxes.</summary>
        public void Disturb()
        {
            if (_random.Next(60) == 0) _cut = !_cut;
            for (int i = 0; i < 2; i++)
            {
                Box box = _boxes[i];
                if (box.IsDead)
                {
                    if (_random.Next(40) == 0) Restart(i);
                    continue;
                }

                if (_random.Next(80) == 0) box.IsPaused = !box.IsPaused;
                if (_random.Next(60) == 0) box.IsJammed = !box.IsJammed;
                if (_random.Next(200) == 0 || box.Fence?.IsSuperseded == true) Kill(i);
                else if (!box.IsPaused && box.Fence is null && _random.Next(30) == 0) Host(i);
                else if (!box.IsPaused && box.Fence is not null && _random.Next(300) == 0)
                {
                    box.Promise!.Rest();
                    box.Fence = null;
                }
            }
        }

        public void Tick()
        {
            _ticks++;
            for (int i = 0; i < 2; i++)
            {
                Box box = _boxes[i];
                if (box.IsDead || box.IsPaused) continue;
                foreach ((long Due, int To, object Message) sent in _wire.Where(sent => sent.To == i && sent.Due <= _ticks).ToList())
                {
                    _wire.Remove(sent);
                    Receive(i, sent.Message);
                }

                if (box.Fence is null) continue;
                box.Fence.Advance(Slot);
                Listen(i);
                box.Fence.Advance(Slot);
                box.Promise!.Signs(box.Fence.Held);
                Send(1 - i, box.Fence.Ask(Slot));
                Sign(i);
            }
        }

        private void Receive(int to, object message)
        {
            Box box = _boxes[to];
            if (message is FenceAsk ask) Send(1 - to, box.Promise!.Answer(ask));
            if (message is FenceAnswer answer) box.Fence?.Take(answer);
        }

        private void Send(int to, object message)
        {
            if (_boxes[to].IsDead || _cut) return;
            _wire.Add((_ticks + _random.Next(3), to, message));
        }

        /// <summary>In each slot a box that is not jammed hears all peers, and through them what was signed in the slots before.</summary>
        private void Listen(int i)
        {
            Box box = _boxes[i];
            if (box.IsJammed) return;
            for (int peer = 1; peer < 4; peer++) box.Fence!.HeardPeer(peer, Slot);
            foreach ((long slot, int by) in _statements)
            {
                if (by != i && slot < Slot && slot >= Slot - 8) box.Fence!.HeardOwnKey(slot);
            }
        }

        /// <summary>At the first tick of a slot, as far as the right and the lease on disk go.</summary>
        private void Sign(int i)
        {
            Box box = _boxes[i];
            if (Slot <= box.Silence || Slot < box.Fence!.From || Slot > box.Fence.Held || Slot < 0) return;
            box.Lease = Math.Max(box.Lease, Slot + 3);
            if (!Signed.TryGetValue(Slot, out HashSet<int>? boxes)) Signed[Slot] = boxes = [];
            if (boxes.Add(i) && !box.IsJammed) _statements.Add((Slot, i));
        }

        private sealed class Box(string name)
        {
            public string Name { get; } = name;

            public SlotPromise? Promise { get; set; }

            public SigningFence? Fence { get; set; }

            public bool IsDead { get; set; }

            public bool IsPaused { get; set; }

            public bool IsJammed { get; set; }

            public long StartedIn { get; set; }

            public long Silence { get; set; }

            public long Lease { get; set; } = -1;
        }
    }
}
