using System.Globalization;
using System.Text;
using Connectors.Protocols.Http.Webhooks;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Protocols;

/// <summary>Against published vectors, not against signatures of our own making.</summary>
public sealed class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string OtherSecret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Timestamp = "1614265330";
    private const string Body = "{\"test\": 2432232314}";
    private const string Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    private const string ShopifyBody = "\"my secret message\"";
    private const string ShopifySignature = "hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpKI=";

    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_published_vector_of_standard_webhooks_holds() => Assert.True(StandardWebhooks.Verify(Request(), Secret));

    [Fact]
    public void Without_the_prefix_the_secret_is_the_same() => Assert.True(StandardWebhooks.Verify(Request(), Secret["whsec_".Length..]));

    [Theory]
    [InlineData(-300, true)]
    [InlineData(300, true)]
    [InlineData(-301, false)]
    [InlineData(301, false)]
    public void A_webhook_is_believed_for_five_minutes_around_its_time(int seconds, bool believed) =>
        Assert.Equal(believed, StandardWebhooks.Verify(Request(receivedAt: SentAt.AddSeconds(seconds)), Secret));

    [Theory]
    [InlineData(Secret + " " + OtherSecret)]
    [InlineData(OtherSecret + " " + Secret)]
    [InlineData("garbage! " + Secret)]
    public void While_secrets_rotate_either_holds(string secrets) => Assert.True(StandardWebhooks.Verify(Request(), secrets));

    [Theory]
    [InlineData("v1,AAAA " + Signature)]
    [InlineData("v1a,xyz v2," + "g0hM9SsE " + Signature)]
    public void One_good_signature_in_the_list_is_enough(string signatures) => Assert.True(StandardWebhooks.Verify(Request(signature: signatures), Secret));

    [Theory]
    [InlineData("")]
    [InlineData("v1,")]
    [InlineData("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OF=")]
    [InlineData("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE")]
    [InlineData("a a a a a a a a " + Signature)]
    public void A_signature_that_is_not_exactly_right_fails(string signature) => Assert.False(StandardWebhooks.Verify(Request(signature: signature), Secret));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("-1614265330")]
    [InlineData("1614265330.5")]
    [InlineData("99999999999999999999")]
    [InlineData("soon")]
    public void A_time_that_is_none_fails(string? timestamp) => Assert.False(StandardWebhooks.Verify(Request(timestamp: timestamp), Secret));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(OtherSecret)]
    public void Without_the_right_secret_nothing_holds(string? secret) => Assert.False(StandardWebhooks.Verify(Request(), secret));

    [Fact]
    public void Any_flipped_bit_of_body_id_time_or_signature_fails()
    {
        for (var bit = 0; bit < Body.Length * 8; bit++)
            Assert.False(StandardWebhooks.Verify(Request(body: Flipped(Encoding.UTF8.GetBytes(Body), bit)), Secret));
        for (var bit = 0; bit < Signature.Length * 8; bit++)
            Assert.False(StandardWebhooks.Verify(Request(signature: Flipped(Signature, bit)), Secret));
        for (var bit = 0; bit < Id.Length * 8; bit++)
            Assert.False(StandardWebhooks.Verify(Request(id: Flipped(Id, bit)), Secret));
        for (var second = -200; second <= 200; second++)
            Assert.Equal(second == 0, StandardWebhooks.Verify(Request(timestamp: (1614265330 + second).ToString(CultureInfo.InvariantCulture)), Secret));
    }

    [Fact]
    public void The_published_vector_of_shopify_holds()
    {
        var body = Encoding.UTF8.GetBytes(ShopifyBody);

        Assert.True(HmacSignature.VerifyBase64(body, "hush", ShopifySignature));
        Assert.True(HmacSignature.VerifyBase64(body, "new hush", ShopifySignature));
        Assert.False(HmacSignature.VerifyBase64(body, "hush!", ShopifySignature));
        Assert.False(HmacSignature.VerifyBase64(body, "", ShopifySignature));
    }

    [Fact]
    public void The_published_vector_in_hexadecimal_holds()
    {
        var query = Encoding.ASCII.GetBytes("code=a94a110d86d2452eb3e2af4cfb8a3828&shop=some-shop.myshopify.com&timestamp=1337178173");

        Assert.True(HmacSignature.VerifyHex(query, "hush", "2cb1a277650a659f1b11e92a4a64275b128e037f2c3390e3c8fd2d8721dac9e2"));
        Assert.True(HmacSignature.VerifyHex(query, "hush", "2CB1A277650A659F1B11E92A4A64275B128E037F2C3390E3C8FD2D8721DAC9E2"));
        Assert.False(HmacSignature.VerifyHex(query, "hush", "2cb1a277650a659f1b11e92a4a64275b128e037f2c3390e3c8fd2d8721dac9e3"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("hMTq0K2x")]
    [InlineData(" hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpKI=")]
    [InlineData("hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpKJ=")]
    public void A_shopify_header_that_is_not_exactly_right_fails(string? header) =>
        Assert.False(HmacSignature.VerifyBase64(Encoding.UTF8.GetBytes(ShopifyBody), "hush", header));

    [Fact]
    public void Any_flipped_bit_of_a_shopify_webhook_fails()
    {
        var body = Encoding.UTF8.GetBytes(ShopifyBody);
        for (var bit = 0; bit < body.Length * 8; bit++)
            Assert.False(HmacSignature.VerifyBase64(Flipped(body, bit), "hush", ShopifySignature));
        for (var bit = 0; bit < ShopifySignature.Length * 8; bit++)
            Assert.False(HmacSignature.VerifyBase64(body, "hush", Flipped(ShopifySignature, bit)));
    }

    internal static InboundRequest Request(
        byte[]? body = null, string id = Id, string? timestamp = Timestamp, string signature = Signature, DateTimeOffset? receivedAt = null)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Webhook-Id"] = id, ["Webhook-Signature"] = signature };
        if (timestamp is not null)
            headers["Webhook-Timestamp"] = timestamp;
        return new() { Headers = headers, Body = body ?? Encoding.UTF8.GetBytes(Body), ReceivedAt = receivedAt ?? SentAt };
    }

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        var copy = bytes.ToArray();
        copy[bit / 8] ^= (byte)(1 << (bit % 8));
        return copy;
    }

    private static string Flipped(string text, int bit)
    {
        var chars = text.ToCharArray();
        chars[bit / 8] ^= (char)(1 << (bit % 8));
        return new(chars);
    }
}
