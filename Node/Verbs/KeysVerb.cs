using System.CommandLine;
using C3Fusion.Node.RosterFiles;

namespace C3Fusion.Node.Verbs;

/// <summary><c>c3fusion keys</c>: creates Ed25519 keys.</summary>
internal static class KeysVerb
{
    public static Command Create()
    {
        var names = new Argument<string[]>("name") { Description = "Names of the keys: nodes, sensors, the authority", Arity = ArgumentArity.OneOrMore };
        var directory = new Option<string>("--dir") { Description = "Where to write them", DefaultValueFactory = _ => "." };
        var create = new Command("create", "Makes keys: NAME.key (private, for its owner alone) and NAME.pub. Never overwrites. Example: c3fusion keys create authority node-1 node-2 --dir keys") { names, directory };
        create.SetAction(parsed => FileErrors.Guard(() => Create(parsed.GetValue(directory)!, parsed.GetValue(names)!)));

        var file = new Argument<string>("file") { Description = "A private key file" };
        var show = new Command("show", "Prints the public key of a private key file. Example: c3fusion keys show keys/node-1.key") { file };
        show.SetAction(parsed => FileErrors.Guard(() => Show(parsed.GetValue(file)!)));
        return new Command("keys", "Creates Ed25519 keys. Example: c3fusion keys create authority node-1 --dir keys") { create, show };
    }

    private static int Create(string directory, string[] names)
    {
        Directory.CreateDirectory(directory);
        foreach (string name in names)
        {
            if (name.Length == 0 || name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0) throw new FormatException($"\"{name}\" is no name for a key: it becomes part of a file name");
            Console.WriteLine($"{name} {KeyFile.Create(directory, name)}");
        }

        return ExitCode.Ok;
    }

    private static int Show(string file)
    {
        using var signer = KeyFile.ReadSigner(file);
        Console.WriteLine(signer.PublicKey);
        return ExitCode.Ok;
    }
}
