using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Connectors.Protocols.Http.Webhooks;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Conformance;

/// <summary>The published vector, and each rule of the specification that a receiver has to hold.</summary>
public static class StandardWebhooksSuite
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Body = "{\"test\": 2432232314}";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private const long Sent = 1614265330;

    public static Suite Run() => new("Standard Webhooks 1.0", "the published vector; the rules of the specification, written as cases of ours", [
        Case.Of("the published vector holds", Holds()),
        Case.Of("the secret without its prefix is the same", Holds(secret: Secret["whsec_".Length..])),
        Case.Of("a missing id is refused", !Holds(id: null)),
        Case.Of("an empty id is refused", !Holds(id: "")),
        Case.Of("a missing timestamp is refused", !Holds(timestamp: null)),
        Case.Of("a timestamp that is no number is refused", !Holds(timestamp: "soon")),
        Case.Of("a missing signature is refused", !Holds(signature: null)),
        Case.Of("a wrong signature is refused", !Holds(signature: "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=")),
        Case.Of("a signature cut off is refused", !Holds(signature: Signature[..8])),
        Case.Of("a version without a signature is refused", !Holds(signature: "v1,")),
        Case.Of("a signature without its version is refused", !Holds(signature: Signature[3..])),
        Case.Of("a signature of a version that is not known is passed over", !Holds(signature: "v2" + Signature[2..])),
        Case.Of("an asymmetric signature (v1a) beside a good one is passed over", Holds(signature: "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== " + Signature)),
        Case.Of("one good signature of several is enough", Holds(signature: "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= " + Signature)),
        Case.Of("several signatures of which none is good are refused", !Holds(signature: "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v1,AAAA")),
        Case.Of("another secret is refused", !Holds(secret: Other)),
        Case.Of("while secrets are replaced, the old one holds", Holds(secret: Other + " " + Secret)),
        Case.Of("while secrets are replaced, the new one holds", Holds(secret: Secret + " " + Other)),
        Case.Of("five minutes old is believed", Holds(receivedAt: Sent + 300)),
        Case.Of("older than five minutes is refused", !Holds(receivedAt: Sent + 301)),
        Case.Of("five minutes ahead is believed", Holds(receivedAt: Sent - 300)),
        Case.Of("more than five minutes ahead is refused", !Holds(receivedAt: Sent - 301)),
        Case.Of("another body is refused", !Holds(body: Body + " ")),
        Case.Of("another id is refused", !Holds(id: Id + "x")),
        Case.Of("another timestamp is refused", !Holds(timestamp: (Sent + 1).ToString(CultureInfo.InvariantCulture))),
        Case.Of("names of headers count in any case", Holds(upper: true)),
        Case.Of("a body that is no text is signed as its bytes", Bytes()),
        new("asymmetric signatures (v1a, Ed25519)", Outcome.NotOffered),
    ], ["Asymmetric signatures are passed over, never believed: a webhook that carries nothing else is refused."]);

    private static bool Holds(
        string? id = Id, string? timestamp = "1614265330", string? signature = Signature, string secret = Secret, string body = Body, long receivedAt = Sent, bool upper = false)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in new[] { ("webhook-id", id), ("webhook-timestamp", timestamp), ("webhook-signature", signature) })
            if (value is not null)
                headers[upper ? name.ToUpperInvariant() : name] = value;
        return StandardWebhooks.Verify(new() { Headers = headers, Body = Encoding.UTF8.GetBytes(body), ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(receivedAt) }, secret);
    }

    private static bool Bytes()
    {
        byte[] body = [0xff, 0x00, 0xfe, 0x80];
        var key = Convert.FromBase64String(Secret["whsec_".Length..]);
        var hash = HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{Id}.{Sent}."), .. body]);
        var request = new InboundRequest
        {
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["webhook-id"] = Id, ["webhook-timestamp"] = "1614265330", ["webhook-signature"] = "v1," + Convert.ToBase64String(hash) },
            Body = body,
            ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(Sent),
        };
        return StandardWebhooks.Verify(request, Secret);
    }
}
