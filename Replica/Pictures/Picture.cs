using System.Collections.Immutable;
using C3Fusion.Fusion.Tracking;
using C3Fusion.Rosters;

namespace C3Fusion.Replica.Pictures;

/// <summary>Whose picture.</summary>
public enum PictureOrigin : byte
{
    /// <summary>Fused from what this node received itself.</summary>
    Local,

    /// <summary>Fused from the agreed slots: equal on all honest nodes.</summary>
    Agreed,
}

/// <summary>A fused picture at one time. Bit masks and indices of sensors are by the roster's order.</summary>
/// <param name="Origin">Whose.</param>
/// <param name="Time">The end of the scan for which it holds.</param>
/// <param name="Tracks">All tracks, ascending by number, the unpublished ones too (<see cref="SystemTrack.IsPublished"/>).</param>
/// <param name="Accusations">Every accusation so far, withdrawn ones with their end.</param>
/// <param name="SystemAlarm">More than f_s sensors are under evidence: nothing is Assured.</param>
public sealed record Picture(
    PictureOrigin Origin,
    Instant Time,
    ImmutableArray<SystemTrack> Tracks,
    ImmutableArray<Accusation> Accusations,
    bool SystemAlarm);
