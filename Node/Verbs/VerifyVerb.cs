using System.CommandLine;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion verify</c>: checks a certificate, an evidence file or a ledger against a roster.</summary>
internal static class VerifyVerb
{
    public static Command Create() => PlannedVerb.Create("verify", "checks a certificate, an evidence file or a ledger against a roster.");
}
