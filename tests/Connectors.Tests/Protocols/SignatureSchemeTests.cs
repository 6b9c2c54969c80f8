using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Http.Webhooks;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Protocols;

public sealed class SignatureSchemeTests
{
    private const int Flips = 10_000;

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"order":"5123","total":"126.40"}""");

    public static TheoryData<string> Algorithms => [.. PublicKeySignature.Algorithms];

    [Theory, MemberData(nameof(Algorithms))]
    public void What_a_private_key_signed_holds_with_its_public_key_and_no_flipped_bit_does(string algorithm)
    {
        var (pem, signature) = Sign(algorithm, Body);
        var (other, _) = Sign(algorithm, Body);
        var secrets = other + "\n" + pem;
        Assert.True(Verify(algorithm, Body, signature, pem));
        Assert.True(Verify(algorithm, Body, signature, secrets));
        Assert.False(Verify(algorithm, Body, signature, other));
        Assert.False(Verify(algorithm, Body, signature, ""));
        Assert.False(Verify(algorithm, Body, signature, "no key"));
        Assert.False(Verify(algorithm, Body, null, pem));
        Assert.False(Verify(algorithm, Body, "no base64", pem));
        // A key of the other kind fits nothing.
        Assert.False(Verify(algorithm, Body, signature, Sign(algorithm.StartsWith("rsa", StringComparison.Ordinal) ? "ecdsa-sha256" : "rsa-sha256", Body).Pem));
        var bits = (Body.Length + signature.Length) * 8;
        for (var i = 0; i < Flips / 4; i++)
        {
            var (body, bytes) = (Body.ToArray(), (byte[])[.. signature]);
            var bit = i % bits;
            if (bit < Body.Length * 8)
                body[bit / 8] ^= (byte)(1 << (bit % 8));
            else
                bytes[(bit / 8) - Body.Length] ^= (byte)(1 << (bit % 8));
            Assert.False(Verify(algorithm, body, bytes, pem));
        }
    }

    [Fact]
    public void The_published_notification_of_eBay_holds_and_its_counterexample_does_not()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Samples.Find("ebay/event-notification-nodejs-sdk/test/test.json")));
        bool Holds(string name)
        {
            var sample = document.RootElement.GetProperty(name);
            using var header = JsonDocument.Parse(Convert.FromBase64String(sample.GetProperty("signature").GetString()!));
            var signed = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(sample.GetProperty("message"), new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
            return PublicKeySignature.Verify("ecdsa-sha1", signed, header.RootElement.GetProperty("signature").GetBytesFromBase64(), sample.GetProperty("response").GetProperty("key").GetString());
        }

        Assert.True(Holds("VALID"));
        Assert.False(Holds("INVALID"));
    }

    [Fact]
    public void A_header_with_time_and_signatures_holds_for_five_minutes_and_no_flipped_bit_does()
    {
        var time = Given.Now.ToUnixTimeSeconds();
        var hash = Convert.ToHexStringLower(HMACSHA256.HashData("key-2"u8, (byte[])[.. Encoding.ASCII.GetBytes($"{time}."), .. Body]));
        var header = $"t={time},v1={hash},v0=ignored";
        var connection = Given.Connection(secrets: new Dictionary<string, string> { ["s"] = "key-1 key-2" });
        bool Holds(byte[] body, string? value, int seconds = 0) => Receiver("{ scheme: timestamped, header: X-Sig, secret: s }").Verify(Request(body, value, Given.Now.AddSeconds(seconds)), connection);
        Assert.True(Holds(Body, header));
        Assert.True(Holds(Body, $"t={time}, v1={new string('0', 64)}, v1={hash}"));
        Assert.True(Holds(Body, header, 300));
        Assert.False(Holds(Body, header, 301));
        Assert.False(Holds(Body, header, -301));
        Assert.False(Holds(Body, $"t={time},t={time},v1={hash}"));
        Assert.False(Holds(Body, $"v1={hash}"));
        Assert.False(Holds(Body, $"t={time}"));
        Assert.False(Holds(Body, null));
        Assert.False(Receiver("{ scheme: timestamped, header: X-Sig, secret: s }").Verify(Request(Body, header, Given.Now), Given.Connection()));
        var signed = $"t={time},v1={hash}";
        for (var i = 0; i < Flips; i++)
        {
            var bit = i % ((Body.Length + signed.Length) * 8);
            var (body, text) = (Body.ToArray(), signed.ToCharArray());
            if (bit < Body.Length * 8)
                body[bit / 8] ^= (byte)(1 << (bit % 8));
            else
                text[(bit / 8) - Body.Length] ^= (char)(1 << (bit % 8));
            Assert.False(TimestampedSignature.Verify(body, new string(text), "key-1 key-2", Given.Now, TimeSpan.FromMinutes(5)));
        }
    }

    private static bool Verify(string algorithm, byte[] body, object? signature, string pem)
    {
        var value = signature is byte[] bytes ? Convert.ToBase64String(bytes) : (string?)signature;
        return Receiver($"{{ scheme: public-key, algorithm: {algorithm}, header: X-Sig, secret: s }}")
            .Verify(Request(body, value, Given.Now), Given.Connection(secrets: new Dictionary<string, string> { ["s"] = pem }));
    }

    private static readonly Dictionary<string, IReceiver> Receivers = [];

    private static IReceiver Receiver(string signature)
    {
        lock (Receivers)
        {
            if (Receivers.TryGetValue(signature, out var known))
                return known;
            var reading = ManifestReader.Read($$"""
                kind: Connector
                metadata: { name: shop }
                spec:
                  roles: [erp]
                  receive: { signature: {{signature}}, documents: [{ ignore: Nothing. }] }
                """, "shop.yaml");
            Assert.Empty(reading.Problems);
            return Receivers[signature] = new Connectors.Protocols.Http.DeclarativeConnector(reading.Definition!, TimeProvider.System).Receiver!;
        }
    }

    private static InboundRequest Request(byte[] body, string? signature, DateTimeOffset at)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (signature is not null)
            headers["X-Sig"] = signature;
        return new() { Headers = headers, Body = body, ReceivedAt = at };
    }

    private static (string Pem, byte[] Signature) Sign(string algorithm, byte[] body)
    {
        if (algorithm.StartsWith("rsa", StringComparison.Ordinal))
        {
            using var rsa = RSA.Create(2048);
            return (rsa.ExportSubjectPublicKeyInfoPem(), rsa.SignData(body, algorithm == "rsa-sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        }

        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (curve.ExportSubjectPublicKeyInfoPem(), curve.SignData(body, algorithm == "ecdsa-sha1" ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }
}
