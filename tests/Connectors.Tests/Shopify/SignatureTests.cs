using System.Text;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Shopify;

public sealed class SignatureTests
{
    private const string Published = "hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpKI=";

    /// <summary>Published with go-shopify's tests: the quotation marks belong to the message.</summary>
    private static readonly byte[] Message = "\"my secret message\""u8.ToArray();

    [Fact]
    public void The_published_vector_is_believed()
    {
        Assert.True(Verify(Message, Published));
        Assert.True(Verify(Message, Published, "x-shopify-hmac-SHA256"));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpKI")]
    [InlineData("hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpKI= ")]
    [InlineData("hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpKJ=")] // The same 32 bytes to a lenient decoder.
    [InlineData("hMTq0K2x7oyOjoBwGYeTj5oxfnaVYXzbanUG9aajpK==")]
    [InlineData("aGVsbG8=")]
    [InlineData("not base64 at all!")]
    [InlineData("hmtq0k2x7oyojobwgyetj5oxfnavyxzbanug9aajpki=")]
    [InlineData("84c4ead0adb1ee8c8e8e807019879393")]
    [InlineData("ü€𝄞")]
    public void Anything_else_in_the_header_is_not(string header) => Assert.False(Verify(Message, header));

    [Fact]
    public void Neither_is_a_request_without_the_header_nor_a_connection_without_a_secret()
    {
        Assert.False(GivenShopify.Receiver.Verify(GivenShopify.Request(Message), GivenShopify.Connection));
        Assert.False(GivenShopify.Receiver.Verify(GivenShopify.Signed(Message), GivenShopify.With("")));
        Assert.False(GivenShopify.Receiver.Verify(GivenShopify.Signed(Message), GivenShopify.With("other")));
    }

    [Fact]
    public void While_the_secret_is_rotated_both_hold_and_afterwards_only_the_new_one()
    {
        var old = GivenShopify.Request(Message, null, ("X-Shopify-Hmac-Sha256", GivenShopify.Signature(Message, "old")));
        var @new = GivenShopify.Request(Message, null, ("X-Shopify-Hmac-Sha256", GivenShopify.Signature(Message, "new")));

        Assert.All([old, @new], r => Assert.True(GivenShopify.Receiver.Verify(r, GivenShopify.With("new old"))));
        Assert.True(GivenShopify.Receiver.Verify(@new, GivenShopify.With("new")));
        Assert.False(GivenShopify.Receiver.Verify(old, GivenShopify.With("new")));
    }

    [Fact]
    public void What_we_fetched_ourselves_needs_no_signature() =>
        Assert.True(GivenShopify.Receiver.Verify(new() { Body = Message, Polled = true }, GivenShopify.Connection));

    [Fact]
    public void No_single_bit_of_the_body_can_change()
    {
        var body = GivenShopify.Sample("order-created.json");
        var signature = GivenShopify.Signature(body);
        var bits = Math.Min(body.Length * 8, 10_000);
        Assert.Equal(10_000, bits);
        for (var bit = 0; bit < bits; bit++)
        {
            body[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(Verify(body, signature), $"bit {bit}");
            body[bit / 8] ^= (byte)(1 << bit % 8);
        }

        Assert.True(Verify(body, signature));
    }

    [Fact]
    public void No_single_bit_of_the_header_can_change()
    {
        var header = Encoding.Latin1.GetBytes(Published);
        for (var bit = 0; bit < header.Length * 8; bit++)
        {
            header[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(Verify(Message, Encoding.Latin1.GetString(header)), $"bit {bit}");
            header[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Fact]
    public void The_delivery_id_is_the_webhooks_or_else_the_events()
    {
        Assert.Equal("w-1", Id(("X-Shopify-Webhook-Id", "w-1"), ("X-Shopify-Event-Id", "e-1")));
        Assert.Equal("e-1", Id(("X-Shopify-Event-Id", "e-1")));
        Assert.Equal("e-1", Id(("X-Shopify-Webhook-Id", ""), ("X-Shopify-Event-Id", "e-1")));
        Assert.Null(Id());
    }

    private static string? Id(params (string, string)[] headers) => GivenShopify.Receiver.DeliveryId(GivenShopify.Request([], null, headers));

    private static bool Verify(byte[] body, string header, string name = "X-Shopify-Hmac-Sha256") =>
        GivenShopify.Receiver.Verify(GivenShopify.Request(body, null, (name, header)), GivenShopify.Connection);
}
