using System.Collections.Immutable;
using C3Fusion.Agreement;
using C3Fusion.Replica.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Peers;

/// <summary>The asking side of catch-up: one question at a time, to one peer after another, while slots are missing.</summary>
/// <remarks>Answers are taken by what they prove, so any peer will do; a jammed or lying one costs one waiting time.</remarks>
internal sealed class CatchUp
{
    /// <summary>Rounds through all peers without progress before the slot counts as unproven.</summary>
    private const int RoundsBeforeUnproven = 3;

    private readonly Roster _roster;
    private readonly int _self;
    private int _nextPeer;
    private int _asked = -1;
    private Instant _waitUntil;
    private long _stuckAt = -1;
    private int _questions;

    public CatchUp(Roster roster, int self)
    {
        _roster = roster;
        _self = self;
        _nextPeer = self;
    }

    /// <summary>When the wait for an answer ends; null while no question is open.</summary>
    public Instant? WaitUntil => _asked < 0 ? null : _waitUntil;

    /// <summary>Did all peers fail to prove the slot, several times?</summary>
    public bool IsUnproven => _questions > RoundsBeforeUnproven * (_roster.Nodes.Length - 1);

    /// <summary>Nothing is missing any more.</summary>
    public void Rest()
    {
        _asked = -1;
        _stuckAt = -1;
        _questions = 0;
    }

    /// <summary>Asks for <paramref name="slot"/> and what follows, unless an answer is awaited.</summary>
    /// <returns>The peer to ask, or -1.</returns>
    public int Ask(long slot, Instant now)
    {
        if (_roster.Nodes.Length < 2 || (_asked >= 0 && now < _waitUntil)) return -1;
        if (slot != _stuckAt)
        {
            _stuckAt = slot;
            _questions = 0;
        }

        do _nextPeer = (_nextPeer + 1) % _roster.Nodes.Length;
        while (_nextPeer == _self);
        _asked = _nextPeer;
        _questions++;
        _waitUntil = now.Plus(Math.Max(2 * _roster.Timing.RoundUs, _roster.Timing.PeriodUs / 2));
        return _asked;
    }

    /// <summary>Was this peer asked? Then the question is answered and the next may follow at once.</summary>
    public bool Accept(int peer)
    {
        if (peer != _asked) return false;
        _asked = -1;

        // The peer that answers is asked again first.
        _nextPeer = (peer + _roster.Nodes.Length - 1) % _roster.Nodes.Length;
        return true;
    }

    /// <summary>The answer of this peer brought nothing new: it is asked again last, or one that answers fast and says nothing would be asked for ever.</summary>
    public void PassOver(int peer) => _nextPeer = peer;
}
