using C3Fusion.Rosters;

namespace C3Fusion.Sensors;

/// <summary>The signing end of one sensor: scans in, envelopes out.</summary>
public sealed class ScanPublisher
{
    private readonly Ed25519Signer _signer;
    private readonly byte[] _header;

    /// <summary>The publisher of <paramref name="sensor"/> in <paramref name="cluster"/>.</summary>
    public ScanPublisher(string sensor, string cluster, Ed25519Signer signer)
    {
        _signer = signer;
        _header = ScanHeader.Of(sensor, cluster).Write();
        Topic = Topics.Scans(sensor);
    }

    /// <summary>Where its scans go.</summary>
    public string Topic { get; }

    /// <summary>The signed envelope of <paramref name="scan"/>.</summary>
    public byte[] Seal(SensorScan scan) => JwsEnvelope.Seal(_header, ScanJson.Write(scan), _signer);
}
