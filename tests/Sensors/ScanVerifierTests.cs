using System.Text;
using C3Fusion.Rosters;
using Xunit;

namespace C3Fusion.Sensors.Tests;

public sealed class ScanVerifierTests : IDisposable
{
    private readonly Exercise _exercise = new();

    public void Dispose() => _exercise.Dispose();

    [Fact]
    public void A_sealed_scan_is_accepted_with_its_exact_bytes()
    {
        SensorScan scan = Exercise.Scan(tracks: [Exercise.Track()]);
        byte[] envelope = _exercise.Publisher.Seal(scan);
        SignedScan signed = _exercise.Accept(envelope).Value;
        Assert.Equal(envelope, signed.Envelope.ToArray());
        Assert.Equal(Hash256.Of(envelope), signed.Hash);
        Assert.Equal(scan.Tracks[0], Assert.Single(signed.Scan.Tracks));
    }

    [Fact]
    public void A_scan_signed_by_another_implementation_is_accepted()
    {
        // Made with Python 3 and the package cryptography, as docs/sensors.md shows; seed 00 01 .. 1f.
        const string envelope = "eyJhbGciOiAiRWREU0EiLCAia2lkIjogInJhZGFyLTEiLCAiYzMiOiB7ImRvbWFpbiI6ICJzZW5zb3Itc2NhbiIsICJjbHVzdGVyIjogImFscGhhIiwgInRvcGljIjogImMzL3YxL3NlbnNvcnMvcmFkYXItMS9zY2FucyJ9fQ"
            + ".eyJzZW5zb3IiOiAicmFkYXItMSIsICJib290IjogMTc2MzgxNTAwMCwgInNlcSI6IDcsICJ0IjogMTc2MzgxNTEyMzQ1Njc4OSwgImtpbmQiOiAidHJhY2tzIiwgInRyYWNrcyI6IFt7ImsiOiAiQS0xNyIsICJsYXQiOiA1MS41LCAibG9uIjogLTAuMjUsICJhbHQiOiAzMDAwLCAidngiOiAyMDAsICJ2eSI6IC0xMC41LCAic2ciOiAzMCwgImlkIjogIkJBVzEyMyJ9LCB7ImsiOiA0MiwgIngiOiAxMDAwLjUsICJ5IjogLTIwMDAuMjV9XX0"
            + ".5u1GYb1G8E30BZlsj_CTbeRu2edQE3dMcaoSQtDb_7ypxA8_dSiI4x6FYdaisLfmBmJdi2HOxUSbZz3iaCYwCQ";
        Assert.Equal("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8", _exercise.Keys[0].PublicKey.ToString());
        SensorScan scan = _exercise.Accept(Encoding.ASCII.GetBytes(envelope)).Value.Scan;
        Assert.Equal(1763815123456789, scan.Time.Microseconds);
        Assert.Equal("A-17 42", string.Join(" ", scan.Tracks.Select(track => track.LocalTrack)));
        Assert.Equal(104197.76352280046, scan.Tracks[0].Position.X, 1e-6);
    }

    [Fact]
    public void A_changed_byte_anywhere_is_refused()
    {
        byte[] envelope = _exercise.Publisher.Seal(Exercise.Scan(tracks: [Exercise.Track()]));
        for (int i = 0; i < envelope.Length; i++)
        {
            byte[] changed = [.. envelope];
            changed[i] = changed[i] == (byte)'A' ? (byte)'B' : (byte)'A';
            Assert.Contains(_exercise.Judge(changed), (ScanRefusal[])[ScanRefusal.BadSignature, ScanRefusal.BadEnvelope]);
        }
    }

    [Fact]
    public void A_sensor_cannot_speak_for_another_one()
    {
        byte[] foreign = new ScanPublisher("radar-1", "alpha", _exercise.Keys[1]).Seal(Exercise.Scan());
        Assert.Equal(ScanRefusal.BadSignature, _exercise.Judge(foreign));
        byte[] own = _exercise.Publisher.Seal(Exercise.Scan());
        Assert.Equal(ScanRefusal.BadSignature, _exercise.Verifier.Verify("c3/v1/sensors/radar-2/scans", own, out _));
        Assert.Equal(ScanRefusal.UnknownSensor, _exercise.Verifier.Verify("c3/v1/sensors/radar-3/scans", own, out _));
        Assert.Equal(ScanRefusal.WrongTopic, _exercise.Verifier.Verify("c3/v1/sensors/radar-1/state", own, out _));
        Assert.Equal(ScanRefusal.WrongTopic, _exercise.Verifier.Verify("c3/v1/sensors/a/b/scans", own, out _));
        Assert.Equal(ScanRefusal.WrongTopic, _exercise.Judge(_exercise.Publisher.Seal(Exercise.Scan() with { Sensor = "radar-2" })));
    }

    [Theory]
    [InlineData("EdDSA", "radar-1", "sensor-scan", "beta", "c3/v1/sensors/radar-1/scans", ScanRefusal.WrongCluster)]
    [InlineData("EdDSA", "radar-1", "vote", "alpha", "c3/v1/sensors/radar-1/scans", ScanRefusal.WrongCluster)]
    [InlineData("EdDSA", "radar-1", "sensor-scan", "alpha", "c3/v1/sensors/radar-2/scans", ScanRefusal.WrongTopic)]
    [InlineData("EdDSA", "radar-2", "sensor-scan", "alpha", "c3/v1/sensors/radar-1/scans", ScanRefusal.WrongTopic)]
    [InlineData("none", "radar-1", "sensor-scan", "alpha", "c3/v1/sensors/radar-1/scans", ScanRefusal.BadEnvelope)]
    public void A_header_for_another_purpose_is_refused_though_it_is_signed(string alg, string kid, string domain, string cluster, string topic, ScanRefusal expected)
    {
        byte[] header = new ScanHeader(alg, kid, domain, cluster, topic).Write();
        Assert.Equal(expected, _exercise.Judge(JwsEnvelope.Seal(header, ScanJson.Write(Exercise.Scan()), _exercise.Keys[0])));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"alg\":\"EdDSA\"}")]
    [InlineData("{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\",\"kid\":\"radar-1\",\"c3\":{\"domain\":\"sensor-scan\",\"cluster\":\"alpha\",\"topic\":\"c3/v1/sensors/radar-1/scans\"}}")]
    [InlineData("{\"alg\":\"EdDSA\",\"crit\":[\"b64\"],\"kid\":\"radar-1\",\"c3\":{\"domain\":\"sensor-scan\",\"cluster\":\"alpha\",\"topic\":\"c3/v1/sensors/radar-1/scans\"}}")]
    public void A_header_that_is_not_understood_is_refused(string header) =>
        Assert.Equal(ScanRefusal.BadEnvelope, _exercise.Judge(JwsEnvelope.Seal(Encoding.UTF8.GetBytes(header), ScanJson.Write(Exercise.Scan()), _exercise.Keys[0])));

    [Fact]
    public void Signed_nonsense_is_refused_by_its_reason()
    {
        Assert.Equal(ScanRefusal.Malformed, _exercise.Judge(_exercise.SealText("hello")));
        Assert.Equal(ScanRefusal.NonFinite, _exercise.Judge(_exercise.SealText(
            "{\"sensor\":\"radar-1\",\"boot\":1,\"seq\":1,\"t\":1,\"kind\":\"tracks\",\"tracks\":[{\"k\":1,\"x\":NaN,\"y\":0}]}")));
    }

    [Fact]
    public void Ten_megabytes_are_refused_before_anything_else() => Assert.Equal(ScanRefusal.TooLarge, _exercise.Judge(new byte[10 << 20]));

    [Fact]
    public void No_mutated_envelope_is_accepted_or_throws()
    {
        byte[] honest = _exercise.Publisher.Seal(Exercise.Scan(tracks: [Exercise.Track()]));
        Fuzz.Mutations(honest, TimeSpan.FromSeconds(4)).Run(envelope => envelope.AsSpan().SequenceEqual(honest) || _exercise.Judge(envelope) != ScanRefusal.None);
    }

    [Fact]
    public void No_mutated_header_or_payload_makes_the_verifier_throw_though_it_is_signed()
    {
        byte[] header = ScanHeader.Of("radar-1", "alpha").Write(), payload = ScanJson.Write(Exercise.Scan(tracks: [Exercise.Track()]));
        Fuzz.Mutations(header, TimeSpan.FromSeconds(2)).Run(mutated => mutated.Length == 0 || Enum.IsDefined(_exercise.Judge(JwsEnvelope.Seal(mutated, payload, _exercise.Keys[0]))));
        Fuzz.Mutations(payload, TimeSpan.FromSeconds(2)).Run(mutated => Enum.IsDefined(_exercise.Judge(JwsEnvelope.Seal(header, mutated, _exercise.Keys[0]))));
    }
}
