using C3Fusion.Agreement.Slots;
using C3Fusion.Rosters;

namespace C3Fusion.Agreement;

/// <content>What an adversary search needs of the machine: forks, fingerprints, a look inside.</content>
public sealed partial class AgreementMachine
{
    private AgreementMachine(AgreementMachine other)
    {
        _rules = other._rules;
        _lease = other._lease.Clone();
        _window = other._window.Clone();
        _states = new SortedList<long, Hash256>(other._states);
        (_opened, _tooEarly, _tooOld, _taken, _abstained) = (other._opened, other._tooEarly, other._tooOld, other._taken, other._abstained);
        (_clockInDoubt, _now, _wake) = (other._clockInDoubt, other._now, other._wake);
        (StopReason, LastCertificate, Slots) = (other.StopReason, other.LastCertificate, other.Slots);
    }

    /// <summary>A copy that shares no mutable state: for search.</summary>
    internal AgreementMachine Fork() => new(this);

    /// <summary>Could nothing more be said to this machine in favour of a value: is it in V, or are two others? For search.</summary>
    internal bool IsSettled(long slot, int sender, in Hash256 value) =>
        _window.Find(slot)?.Broadcasts.Instances[sender] is { } known && (known.Accepted.Count == 2 || known.Find(value) is { IsAccepted: true });

    /// <summary>What this incarnation signed in a slot that is kept: for search.</summary>
    internal IReadOnlyList<Statement> SignedIn(long slot) => _window.Find(slot)?.Own.All ?? [];

    /// <summary>A digest of everything that decides this machine's future, equal for equal states: for search.</summary>
    internal Hash256 Fingerprint()
    {
        var writer = new CanonicalWriter(1024);
        _lease.WriteState(writer);
        writer.I64(_opened);
        writer.U8((byte)((_clockInDoubt ? 1 : 0) | (StopReason is null ? 0 : 2)));
        foreach (Slot slot in _window.Slots) slot.WriteState(writer);
        foreach ((long slot, Hash256 state) in _states)
        {
            writer.I64(slot);
            writer.Hash(state);
        }

        return Hash256.Of(writer.Written);
    }

    /// <summary>Payload bytes that this machine keeps alive.</summary>
    internal long HeldPayloadBytes => _window.Slots.Sum(slot => slot.Broadcasts.Instances.Sum(instance => instance.Candidates.Sum(candidate => (long)candidate.Payload.Length)));
}
