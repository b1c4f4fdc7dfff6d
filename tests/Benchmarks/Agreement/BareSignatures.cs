using C3Fusion.Rosters;

namespace C3Fusion.Benchmarks.Agreement;

/// <summary>The signatures that a fault-free slot of n nodes must make and check, and nothing else: 3 and 3(n-1) of each node, and each node checks each scan once.</summary>
internal sealed class BareSignatures
{
    private readonly int _nodes;
    private readonly int _scans;
    private readonly Ed25519Signer _signer = Ed25519Signer.FromSeed(new byte[Ed25519Signer.SeedLength]);
    private readonly SignatureCheck _check;
    private readonly byte[] _message;

    public BareSignatures(int nodes, int scans = 0)
    {
        (_nodes, _scans) = (nodes, scans);
        _check = new SignatureCheck(_signer.PublicKey);
        _message = new byte[12 + (33 * nodes)];
    }

    public void Play(int slots)
    {
        byte[] signature = [];
        bool all = true;
        for (int slot = 0; slot < slots; slot++)
        {
            for (int i = 0; i < 3 * _nodes; i++) signature = _signer.Sign(default, SignatureDomain.Vote, _message);
            for (int i = 0; i < (3 * _nodes * (_nodes - 1)) + (_nodes * _scans); i++) all &= _check.Verify(default, SignatureDomain.Vote, _message, signature);
        }

        if (!all) throw new InvalidOperationException("a good signature was refused");
    }
}
