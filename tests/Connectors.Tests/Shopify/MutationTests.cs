using System.Text;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Shopify;

/// <summary>Damage of all kinds: never an exception, always a meaning.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private static readonly string?[] Topics = [null, "orders/create", "orders/updated", "orders/cancelled", "orders-feed"];

    [Fact]
    [Trait("kind", Mutations.Kind)]
    public async Task Damaged_orders_are_read_or_refused_and_never_throw()
    {
        byte[][] originals = [GivenShopify.Sample("order-created.json"), GivenShopify.Sample("order-node.json")];
        var (read, refused, count) = (0, 0, Mutations.Count(20_000));
        await Mutations.RunAsync(output, "JSON", "Shopify", 20_000, (random, i) =>
        {
            var body = originals[i % originals.Length];
            for (var times = random.Next(1, 4); times > 0; times--)
                body = Damage(body, random);
            return (Body: body, Topic: Topics[random.Next(Topics.Length)]);
        }, document =>
        {
            switch (GivenShopify.Receiver.Translate(GivenShopify.Request(document.Body, document.Topic), GivenShopify.Connection))
            {
                case InboundEvent.Refused refusal:
                    refused++;
                    Assert.NotEmpty(refusal.Refusals);
                    Assert.All(refusal.Refusals, r => Assert.True(r.Code.Length is > 0 and <= 60 && r.Message.Length is > 0 and <= 300 && r.Field.Length <= 300));
                    break;
                case InboundEvent.OrderReceived received:
                    read++;
                    Assert.Empty(ControlPlane.Domain.Orders.OrderRules.Check(received.Order));
                    break;
                case InboundEvent.Happened happened:
                    read++;
                    Assert.NotEmpty(happened.Correlation);
                    break;
            }
        }, document => $"{document.Topic} {Convert.ToBase64String(document.Body)}");
        Assert.True(read > count / 20 && refused > count / 4, $"{read} read, {refused} refused"); // Otherwise the damage is of one kind only.
    }

    [Fact]
    public void Strange_documents_are_refused_with_a_reason_of_their_own()
    {
        var order = Encoding.UTF8.GetString(GivenShopify.Sample("order-created.json"));

        Assert.Equal("json.too_deep", Code(Encoding.UTF8.GetBytes(order.Replace("\"vip\"", "1", StringComparison.Ordinal).Replace("\"refunds\": []", $"\"refunds\": {new string('[', 100)}{new string(']', 100)}", StringComparison.Ordinal))));
        Assert.Equal("json.duplicate_name", Code(Encoding.UTF8.GetBytes(order.Replace("\"currency\": \"EUR\"", "\"currency\": \"EUR\", \"currency\": \"USD\"", StringComparison.Ordinal))));
        Assert.Equal("json.not_utf8", Code([.. Encoding.Latin1.GetBytes(order)]));
        Assert.Equal("json.not_utf8", Code(Encoding.Unicode.GetBytes(order)));
        Assert.Equal("json.unreadable", Code(Encoding.UTF8.GetBytes(order.Replace("Gift card", "Gift\0card", StringComparison.Ordinal))));
        Assert.Equal("json.unreadable", Code([]));
        Assert.Equal("json.wrong_type", Code(Encoding.UTF8.GetBytes(order.Replace("\"title\": \"Gift card\"", "\"title\": \"\\ud800\"", StringComparison.Ordinal))));
        Assert.Equal("json.too_long", Code(Encoding.UTF8.GetBytes(order.Replace("MUG-BLUE-2", new string('M', 200), StringComparison.Ordinal))));
    }

    [Fact]
    public void A_byte_order_mark_is_no_damage() =>
        Assert.IsType<InboundEvent.OrderReceived>(Translate([0xEF, 0xBB, 0xBF, .. GivenShopify.Sample("order-created.json")]));

    private static string Code(byte[] body) => Assert.IsType<InboundEvent.Refused>(Translate(body)).Refusals[0].Code;

    private static InboundEvent Translate(byte[] body) => GivenShopify.Receiver.Translate(GivenShopify.Request(body), GivenShopify.Connection);

    private static byte[] Damage(byte[] body, Random random)
    {
        if (body.Length < 2)
            return body;
        var at = random.Next(body.Length);
        return random.Next(12) switch
        {
            0 => body[..at],
            1 => body[at..],
            2 => Replaced(body, at, 1, [(byte)(body[at] ^ (1 << random.Next(8)))]),
            3 => Replaced(body, at, 1, [(byte)random.Next(256)]),
            4 => Replaced(body, at, 0, [0]),
            5 => Replaced(body, at, 0, [0xC3, 0x28]),
            6 => [0xEF, 0xBB, 0xBF, .. body],
            7 => Replaced(body, at, 0, Encoding.UTF8.GetBytes(new string(random.Next(2) == 0 ? '[' : '{', random.Next(1, 2_000)))),
            8 => Value(body, random, Strange[random.Next(Strange.Length)]),
            9 => Value(body, random, new string('9', random.Next(1, 400))),
            10 => Twice(body, random),
            _ => Replaced(body, at, Math.Min(random.Next(1, 60), body.Length - at), []),
        };
    }

    private static readonly string[] Strange =
    [
        "null", "true", "false", "0", "-1", "1e999", "-0.0", "1.000000000000000000000000001", "\"\"", "\"\\ud83d\"", "\"\\u0000\"", "\" \"", "[]", "{}", "[null]", "[[]]", "[{}]", "{\"nodes\":[{}]}",
        "{\"edges\":[{\"node\":null}]}", "{\"shop_money\":5}", "{\"shopMoney\":{\"amount\":[]}}", "\"gid://shopify/Order/\"", "\"gid://shopify/Order/9999999999999999999999\"", "\"2026-02-30T00:00:00Z\"", "\"9999-12-31T23:59:59-14:00\"",
    ];

    /// <summary>Puts another value behind some colon.</summary>
    private static byte[] Value(byte[] body, Random random, string value)
    {
        var colon = Array.IndexOf(body, (byte)':', random.Next(body.Length));
        if (colon < 0)
            return body;
        var end = body.AsSpan(colon + 1).IndexOfAny(",}]\n"u8);
        return end < 0 ? body : Replaced(body, colon + 1, end, Encoding.UTF8.GetBytes(value));
    }

    /// <summary>Repeats a whole line of the document: often a member, which then stands there twice.</summary>
    private static byte[] Twice(byte[] body, Random random)
    {
        var start = Array.IndexOf(body, (byte)'\n', random.Next(body.Length));
        var end = start < 0 ? -1 : Array.IndexOf(body, (byte)'\n', start + 1);
        return end < 0 ? body : Replaced(body, end, 0, body[start..end]);
    }

    private static byte[] Replaced(byte[] body, int at, int length, byte[] by) => [.. body.AsSpan(0, at), .. by, .. body.AsSpan(at + length)];
}
