namespace C3Fusion.Rosters;

/// <summary>One command post in the roster: a trust domain that signs with one key.</summary>
/// <param name="Name">Unique name, 1 to 32 characters of <c>a-z 0-9 -</c>; it stands in topics.</param>
/// <param name="Key">Verifies everything that the node signs.</param>
public sealed record NodeEntry(string Name, PublicKey Key);
