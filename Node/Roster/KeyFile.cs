using System.Security.Cryptography;
using C3Fusion.Rosters;

namespace C3Fusion.Node.RosterFiles;

/// <summary>Ed25519 keys as files: <c>NAME.key</c> holds the private seed, <c>NAME.pub</c> the public key, each as 64 hexadecimal digits.</summary>
internal static class KeyFile
{
    /// <summary>Makes a new key. Never overwrites one.</summary>
    /// <returns>The public key.</returns>
    /// <exception cref="IOException">A file exists already or cannot be written.</exception>
    public static PublicKey Create(string directory, string name)
    {
        byte[] seed = RandomNumberGenerator.GetBytes(Ed25519Signer.SeedLength);
        try
        {
            using Ed25519Signer signer = Ed25519Signer.FromSeed(seed);
            Write(Path.Combine(directory, name + ".key"), Convert.ToHexStringLower(seed), isSecret: true);
            Write(Path.Combine(directory, name + ".pub"), signer.PublicKey.ToString(), isSecret: false);
            return signer.PublicKey;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The signer of a private key file.</summary>
    /// <exception cref="FormatException">The file holds no private key.</exception>
    public static Ed25519Signer ReadSigner(string path)
    {
        byte[] seed = ReadHex(path, "a private key");
        try
        {
            return Ed25519Signer.FromSeed(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>A public key: 64 hexadecimal digits, or the path of a .pub file that holds them.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static PublicKey ReadPublic(string textOrPath)
    {
        if (textOrPath.Length == 2 * PublicKey.Length && textOrPath.All(char.IsAsciiHexDigit)) return PublicKey.Read(Convert.FromHexString(textOrPath));
        return PublicKey.Read(ReadHex(textOrPath, "a public key"));
    }

    private static byte[] ReadHex(string path, string what)
    {
        if (new FileInfo(path).Length > 1024) throw new FormatException($"{path}: not {what}: one line of 64 hexadecimal digits");
        string text = File.ReadAllText(path).Trim();
        if (text.Length != 64 || !text.All(char.IsAsciiHexDigit)) throw new FormatException($"{path}: not {what}: one line of 64 hexadecimal digits");
        return Convert.FromHexString(text);
    }

    private static void Write(string path, string text, bool isSecret)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (isSecret && !OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(text);
        writer.Write('\n');
    }
}
