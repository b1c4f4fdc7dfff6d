using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using C3Fusion.Rosters;

namespace C3Fusion.Node.Links;

/// <summary>
/// The mutual signed-challenge handshake at the start of a connection: each end proves with the key that the roster
/// gives it that it is the node it says, in answer to a nonce of the other end.
/// </summary>
/// <remarks>
/// <code>
/// listener -> dialer   nonceL (32)
/// dialer -> listener   "C3L1" | dialer (u16) | listener (u16) | nonceD (32) | Sign('D' | dialer | listener | nonceL | nonceD)
/// listener -> dialer   Sign('L' | dialer | listener | nonceL | nonceD)
/// </code>
/// Both names and both nonces stand under each signature, so that neither can be replayed or relayed to a third node.
/// The hello authenticates the ends; it encrypts nothing. Safety never rests on it: every statement in a frame is signed.
/// </remarks>
internal sealed class LinkHello(Roster roster, int self, ISigner signer)
{
    private const int NonceLength = 32;
    private const int AnswerLength = 4 + 2 + 2 + NonceLength + Ed25519Signer.SignatureLength;
    private static ReadOnlySpan<byte> Magic => "C3L1"u8;

    private readonly SignatureCheck[] _checks = [.. roster.Nodes.Select(node => new SignatureCheck(node.Key))];

    /// <summary>Proves ourselves to the listener and checks that it is <paramref name="peer"/>.</summary>
    /// <exception cref="SocketException">The connection broke or timed out.</exception>
    public bool Dial(Socket socket, int peer)
    {
        Span<byte> nonces = stackalloc byte[2 * NonceLength];
        if (!ReadAll(socket, nonces[..NonceLength])) return false;
        RandomNumberGenerator.Fill(nonces[NonceLength..]);
        Span<byte> answer = stackalloc byte[AnswerLength];
        Magic.CopyTo(answer);
        BinaryPrimitives.WriteUInt16LittleEndian(answer[4..], (ushort)self);
        BinaryPrimitives.WriteUInt16LittleEndian(answer[6..], (ushort)peer);
        nonces[NonceLength..].CopyTo(answer[8..]);
        signer.Sign(roster.Scope, SignatureDomain.LinkHello, Statement('D', self, peer, nonces)).CopyTo(answer[(8 + NonceLength)..]);
        SendAll(socket, answer);

        Span<byte> proof = stackalloc byte[Ed25519Signer.SignatureLength];
        return ReadAll(socket, proof)
            && _checks[peer].Verify(roster.Scope, SignatureDomain.LinkHello, Statement('L', self, peer, nonces), proof);
    }

    /// <summary>Challenges whoever dialled and proves ourselves to it.</summary>
    /// <returns>Index of the peer, or -1 where it is none of the roster's.</returns>
    /// <exception cref="SocketException">The connection broke or timed out.</exception>
    public int Accept(Socket socket)
    {
        Span<byte> nonces = stackalloc byte[2 * NonceLength];
        RandomNumberGenerator.Fill(nonces[..NonceLength]);
        SendAll(socket, nonces[..NonceLength]);
        Span<byte> answer = stackalloc byte[AnswerLength];
        if (!ReadAll(socket, answer) || !answer[..4].SequenceEqual(Magic)) return -1;
        int peer = BinaryPrimitives.ReadUInt16LittleEndian(answer[4..]);
        int target = BinaryPrimitives.ReadUInt16LittleEndian(answer[6..]);
        if (peer >= _checks.Length || peer == self || target != self) return -1;
        answer.Slice(8, NonceLength).CopyTo(nonces[NonceLength..]);
        ReadOnlySpan<byte> proof = answer[(8 + NonceLength)..];
        if (!_checks[peer].Verify(roster.Scope, SignatureDomain.LinkHello, Statement('D', peer, self, nonces), proof)) return -1;
        SendAll(socket, signer.Sign(roster.Scope, SignatureDomain.LinkHello, Statement('L', peer, self, nonces)));
        return peer;
    }

    private static byte[] Statement(char role, int dialer, int listener, ReadOnlySpan<byte> nonces)
    {
        byte[] statement = new byte[1 + 2 + 2 + nonces.Length];
        statement[0] = (byte)role;
        BinaryPrimitives.WriteUInt16LittleEndian(statement.AsSpan(1), (ushort)dialer);
        BinaryPrimitives.WriteUInt16LittleEndian(statement.AsSpan(3), (ushort)listener);
        nonces.CopyTo(statement.AsSpan(5));
        return statement;
    }

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[socket.Send(bytes)..];
    }

    private static bool ReadAll(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int read = socket.Receive(bytes);
            if (read == 0) return false;
            bytes = bytes[read..];
        }

        return true;
    }
}
