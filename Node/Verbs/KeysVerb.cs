using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion keys</c>: creates Ed25519 keys.</summary>
internal static class KeysVerb
{
    public static Command Create() => PlannedVerb.Create("keys", "creates Ed25519 keys.");
}
