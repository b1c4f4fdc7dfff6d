using System.CommandLine;
using System.Text.Json;
using C3Fusion.Agreement;
using C3Fusion.Node.RosterFiles;
using C3Fusion.Rosters;
using C3Fusion.Sensors;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion verify</c>: checks a certificate or an evidence file against a roster, with nothing else.</summary>
internal static class VerifyVerb
{
    private const int MaxBytes = 1 << 20;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A decision certificate or an evidence file" };
        var roster = new Option<string>("--roster") { Description = "The roster under which it was made", Required = true };
        var authority = new Option<string?>("--authority") { Description = "The key that must have signed the roster, a .pub file or 64 hexadecimal digits; without it the roster is taken as it is" };
        var json = new Option<bool>("--json") { Description = "One JSON object on standard output" };
        var command = new Command("verify", "Checks what a certificate or an evidence file proves. Exit code 1 where it proves nothing. Example: c3fusion verify slot-1207.cert --roster roster.json --authority keys/authority.pub") { file, roster, authority, json };
        command.SetAction(parsed => FileErrors.Guard(() => Verify(parsed.GetValue(file)!, parsed.GetValue(roster)!, parsed.GetValue(authority), parsed.GetValue(json))));
        return command;
    }

    private static int Verify(string file, string rosterFile, string? authority, bool json)
    {
        Roster roster = RosterFile.Read(rosterFile, out SignedRoster? signed);
        if (signed is { IsSigned: false }) throw new FormatException($"{rosterFile}: the authority's signature does not hold");
        var basis = new Basis(signed?.Authority, authority is null ? null : KeyFile.ReadPublic(authority));
        byte[] bytes = BoundedFile.Read(file, MaxBytes) ?? throw new FormatException($"{file}: neither a certificate nor evidence: too long");
        var statements = new StatementVerifier(roster);
        ProofRefusal refusal = CertificateFile.Verify(bytes, statements, out Verified<DecisionCertificate> certificate);
        if (refusal != ProofRefusal.OtherKind) return Report(file, "certificate", refusal, basis, json, () => Describe(certificate.Value, roster), () => Fields(certificate.Value, roster));
        refusal = EvidenceFile.Verify(bytes, statements, out Verified<Evidence> evidence);
        if (refusal != ProofRefusal.OtherKind) return Report(file, "evidence", refusal, basis, json, () => Describe(evidence.Value, roster), () => Fields(evidence.Value, roster));
        if (bytes.AsSpan().StartsWith(ScanEvidenceFile.Magic)) return VerifyScans(file, bytes, roster, basis, json);
        throw new FormatException($"{file}: neither a certificate ({Text(CertificateFile.Magic)}...) nor evidence ({Text(EvidenceFile.Magic)}...)");
    }

    private static int VerifyScans(string file, byte[] bytes, Roster roster, Basis basis, bool json)
    {
        if (ScanEvidenceFile.Read(bytes) is not { } read) return Report(file, "evidence", ProofRefusal.Malformed, basis, json, () => "", () => []);
        var scans = new ScanVerifier(roster);
        Verified<ScanEquivocation>? proof = ScanEquivocation.Verify(scans, read.Sensor, read.First, read.Second);
        bool areSigned = scans.Verify(read.Sensor, read.First, out _) == ScanRefusal.None && scans.Verify(read.Sensor, read.Second, out _) == ScanRefusal.None;
        ProofRefusal refusal = read.Roster != roster.Hash ? ProofRefusal.OtherRoster
            : !areSigned ? ProofRefusal.BadSignature
            : proof is null ? ProofRefusal.NoContradiction : ProofRefusal.None;
        return Report(file, "evidence", refusal, basis, json, () => Describe(proof!.Value.Value), () => Fields(proof!.Value.Value));
    }

    private static string Describe(ScanEquivocation proof) =>
        $"{proof.First.Scan.Sensor} is guilty of equivocation: it signed two contents under number {proof.First.Scan.Sequence} of boot {proof.First.Scan.Boot}; it lies, was rolled back, or was cloned";

    private static Dictionary<string, object?> Fields(ScanEquivocation proof) => new(StringComparer.Ordinal)
    {
        ["kind"] = "ScanEquivocation",
        ["guilty"] = proof.First.Scan.Sensor,
        ["boot"] = proof.First.Scan.Boot,
        ["sequence"] = proof.First.Scan.Sequence,
    };

    private static int Report(string file, string type, ProofRefusal refusal, Basis basis, bool json, Func<string> describe, Func<Dictionary<string, object?>> fields)
    {
        // A file that is not even the form of one was never a proof: bad input, not a failed check.
        if (refusal == ProofRefusal.Malformed) throw new FormatException($"{file}: damaged: not the canonical form of a {type}");
        string? wrong = basis.Wrong ?? (refusal == ProofRefusal.None ? null : Explain(refusal));
        bool valid = wrong is null;
        if (json)
        {
            Dictionary<string, object?> proved = valid ? fields() : [];
            proved["type"] = type;
            proved["valid"] = valid;
            proved["error"] = wrong;
            proved["rosterAuthority"] = basis.Signer?.ToString();
            proved["authorityChecked"] = basis.Trusted is not null;
            Console.WriteLine(JsonSerializer.Serialize(proved));
        }
        else
        {
            Console.WriteLine($"{file}: {(valid ? $"{describe()}\n  {basis.Describe()}" : wrong)}");
        }

        return valid ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static string Describe(DecisionCertificate certificate, Roster roster)
    {
        IEnumerable<string> outcomes = certificate.Outcomes.Select((outcome, i) => $"  {roster.Nodes[i].Name}: {(outcome.Kind == OutcomeKind.Value ? outcome.Value.ToString() : outcome.Kind.ToString().ToLowerInvariant())}");
        return $"slot {certificate.Slot} is decided for good: {certificate.Strength} of {roster.Nodes.Length} nodes signed it ({roster.CertificateQuorum} are needed); it survives {certificate.ToleratedTraitors(roster)} traitors under any timing\n{string.Join('\n', outcomes)}";
    }

    private static Dictionary<string, object?> Fields(DecisionCertificate certificate, Roster roster) => new(StringComparer.Ordinal)
    {
        ["slot"] = certificate.Slot,
        ["strength"] = certificate.Strength,
        ["quorum"] = roster.CertificateQuorum,
        ["toleratedTraitors"] = certificate.ToleratedTraitors(roster),
        ["signers"] = certificate.Decides.Select(decide => roster.Nodes[decide.Author].Name).ToArray(),
        ["outcomes"] = certificate.Outcomes.Select((outcome, i) => new { node = roster.Nodes[i].Name, kind = outcome.Kind.ToString(), value = outcome.Kind == OutcomeKind.Value ? outcome.Value.ToString() : null }).ToArray(),
        ["stateHash"] = certificate.StateHash(roster)?.ToString(),
    };

    private static string Describe(Evidence evidence, Roster roster) =>
        $"{roster.Nodes[evidence.Author].Name} is guilty of {Crime(evidence.Kind)} in slot {evidence.Slot}: it signed both statements, an honest node signs one of them";

    private static Dictionary<string, object?> Fields(Evidence evidence, Roster roster) => new(StringComparer.Ordinal)
    {
        ["slot"] = evidence.Slot,
        ["kind"] = evidence.Kind.ToString(),
        ["guilty"] = roster.Nodes[evidence.Author].Name,
    };

    private static string Crime(EvidenceKind kind) => kind switch
    {
        EvidenceKind.Equivocation => "equivocation (two values of its own)",
        EvidenceKind.DoubleVote => "a double vote",
        _ => "a double DECIDE",
    };

    private static string Explain(ProofRefusal refusal) => refusal switch
    {
        ProofRefusal.OtherRoster => "it was made under another roster",
        ProofRefusal.NoQuorum => "too few nodes signed it, or they signed different outcomes",
        ProofRefusal.NoContradiction => "one that is honest may sign both: it proves no guilt",
        ProofRefusal.BadSignature => "a signature does not hold",
        _ => "it is damaged",
    };

    private static string Text(ReadOnlySpan<byte> magic) => System.Text.Encoding.ASCII.GetString(magic);

    /// <summary>What the roster itself rests on: a proof is worth as much as the keys that it was checked with.</summary>
    /// <param name="Signer">Who signed the roster; null where nobody did.</param>
    /// <param name="Trusted">Who should have, as far as the caller says.</param>
    private sealed record Basis(PublicKey? Signer, PublicKey? Trusted)
    {
        public string? Wrong => Trusted is not { } trusted || Signer == trusted ? null
            : Signer is { } other ? $"the roster is signed by {other}, not by {trusted}: it proves nothing" : $"the roster is not signed, and not by {trusted}: it proves nothing";

        public string Describe() => Signer is not { } signer ? "the roster is not signed: whoever wrote it chose the keys"
            : Trusted is null ? $"the roster is signed by {signer}, whoever that is: give --authority" : $"the roster is signed by {signer}, as it must be";
    }
}
