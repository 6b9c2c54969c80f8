using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Amazon;

public sealed class MutationTests(ITestOutputHelper output)
{
    private static readonly string[] Files = ["order.json", "order-pending.json", "order-v0.json", "notification-order-change.json"];

    /// <summary>What breaks readers: other types, ends of ranges, half characters, deep and long values.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e400", "2147483648", "9223372036854775808", "0.1", "\"\"", "\" \"", "\"0\"", "\"-0.01\"", "\"NaN\"", "\"1e5\"", "\"90000000000000.00\"", "\"79228162514264337593543950335\"",
        "\"\\ud83d\"", "\"\\u0000\"", "\"0001-01-01T00:00:00+14:00\"", "\"9999-12-31T23:59:59-14:00\"", "\"2026-11-23T10:00:00\"", "\"EUR\"", "\"JPY\"", "[]", "{}", "[[]]", "[null]", "[{}]", "[\"\\udc00\"]", "{\"amount\":{}}",
    ];

    [Fact]
    [Trait("kind", Mutations.Kind)]
    public Task Documents_with_wrong_bytes_are_read_or_refused_and_never_throw() => Mutations.RunAsync(output, "JSON", "Amazon, bytes", 10_000, (random, _) =>
    {
        var body = Encoding.UTF8.GetBytes(GivenAmazon.Sample(Files[random.Next(Files.Length)]));
        body[random.Next(body.Length)] = (byte)random.Next(256);
        body[random.Next(body.Length)] = (byte)random.Next(256);
        return body;
    }, Work, Convert.ToBase64String);

    [Fact]
    [Trait("kind", Mutations.Kind)]
    public Task Documents_with_wrong_members_are_read_or_refused_and_never_throw() => Mutations.RunAsync(output, "JSON", "Amazon, members", 10_000, (random, _) =>
    {
        var text = Replace(GivenAmazon.Sample(Files[random.Next(Files.Length)]), random.Next(100_000), random.Next(Values.Length + 1));
        return Encoding.UTF8.GetBytes(Replace(text, random.Next(100_000), random.Next(Values.Length + 1)));
    }, Work, Convert.ToBase64String);

    private static void Work(byte[] body)
    {
        var request = new InboundRequest { Body = body, ReceivedAt = Given.Now, Topic = body.Length % 2 == 0 ? "" : "notifications" };
        _ = GivenAmazon.Receiver.DeliveryId(request);
        _ = GivenAmazon.Receiver.Verify(request, GivenAmazon.Connection());
        switch (GivenAmazon.Receiver.Translate(request, GivenAmazon.Connection()))
        {
            case InboundEvent.Refused refused:
                Assert.NotEmpty(refused.Refusals);
                break;
            case InboundEvent.OrderReceived received:
                _ = OrderRules.Check(received.Order).Count();
                Assert.All(received.Order.Lines, l => Assert.True(l.Quantity > 0));
                break;
        }
    }

    /// <summary>One of its values, chosen by its place, becomes another text; the last choice takes the member away.</summary>
    private static string Replace(string text, int at, int value)
    {
        var spots = new List<(int From, int Length)>();
        for (var i = text.IndexOf(": ", StringComparison.Ordinal); i >= 0; i = text.IndexOf(": ", i + 2, StringComparison.Ordinal))
            if (End(text, i + 2) is var end && end > i + 2)
                spots.Add((i + 2, end - i - 2));
        if (spots.Count == 0)
            return text;
        var (from, length) = spots[at % spots.Count];
        return value < Values.Length ? $"{text[..from]}{Values[value]}{text[(from + length)..]}" : Without(text, at);
    }

    /// <summary>The end of the value that begins there, whatever it is; brackets within texts do not occur in our samples.</summary>
    private static int End(string text, int from)
    {
        if (text[from] == '"')
            return text.IndexOf('"', from + 1) is >= 0 and var close ? close + 1 : from;
        var depth = 0;
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] is '{' or '[')
                depth++;
            if (text[i] is '}' or ']' && depth-- <= 0 || text[i] == ',' && depth == 0)
                return i;
            if (depth == 0 && text[i] is '}' or ']')
                return i + 1;
        }

        return text.Length;
    }

    private static string Without(string text, int at)
    {
        try
        {
            var root = JsonNode.Parse(text)!;
            var objects = Objects(root).Where(o => o.Count > 0).ToList();
            if (objects.Count == 0)
                return text;
            var victim = objects[at % objects.Count];
            victim.Remove(victim.ElementAt(at / 7 % victim.Count).Key);
            return root.ToJsonString();
        }
        catch (System.Text.Json.JsonException)
        {
            return text;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            return text; // Half a character that an earlier change brought in: System.Text.Json.Nodes cannot carry it.
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject o => o.Select(p => p.Value).SelectMany(Objects).Prepend(o),
        JsonArray a => a.SelectMany(Objects),
        _ => [],
    };
}
