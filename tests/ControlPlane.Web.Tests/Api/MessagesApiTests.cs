using System.Net;
using System.Text.Json;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;

namespace ControlPlane.Web.Tests.Api;

public sealed class MessagesApiTests(SharedProduct product)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly ProductHost _host = product.Host;

    [Fact]
    public async Task A_refused_message_names_its_fields()
    {
        var detail = JsonSerializer.Serialize(new[] { new Refusal("order.no_lines", "line_items", "The order has no lines.") }, JsonSerializerOptions.Web);
        var message = Given.Message("refusal-shop", Noon, MessageState.Refused, "order.no_lines", detail);
        message.Headers = """{"X-Shopify-Topic":"orders/create"}""";
        var payload = PayloadRows.Make(1, "{}"u8.ToArray(), "application/json", TimeProvider.System);
        message.PayloadId = payload.Id;
        await _host.AddAsync(message, payload);
        using var client = _host.Client();
        var answer = await client.GetAsync($"/api/v1/messages/{message.Id}", HttpStatusCode.OK);
        var head = answer.GetProperty("message");
        Assert.Equal(("refused", "order.no_lines", "refusal-shop"), (head.Text("state"), head.Text("code"), head.Text("connection")));
        var refusal = Assert.Single(head.GetProperty("refusals").EnumerateArray());
        Assert.Equal(("order.no_lines", "line_items", "The order has no lines."), (refusal.Text("code"), refusal.Text("field"), refusal.Text("message")));
        Assert.Equal("orders/create", answer.GetProperty("headers").Text("X-Shopify-Topic"));
        Assert.Equal((2, "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"), (answer.GetProperty("length").GetInt32(), answer.Text("digest")));
    }

    [Fact]
    public async Task Messages_are_listed_by_state_newest_first_in_pages()
    {
        var rows = Enumerable.Range(0, 6).Select(i => Given.Message("list-shop", Noon.AddSeconds(i), i % 2 == 0 ? MessageState.Refused : MessageState.Accepted, i % 2 == 0 ? "order.no_lines" : null, i % 2 == 0 ? "[]" : null)).ToList();
        await _host.AddAsync([.. rows]);
        using var client = _host.Client();
        async Task<(Guid[] Ids, string? Next)> Page(string query)
        {
            var page = await client.GetAsync($"/api/v1/messages?connection=list-shop&{query}", HttpStatusCode.OK);
            return ([.. page.Items().Select(m => m.GetProperty("id").GetGuid())], page.Next());
        }

        Assert.Equal([rows[4].Id, rows[2].Id, rows[0].Id], (await Page("state=refused")).Ids);
        Assert.Equal(rows.Select(r => r.Id).Reverse(), (await Page("state=refused,accepted")).Ids);
        var first = await Page("state=refused,accepted&limit=4");
        Assert.Equal([rows[1].Id, rows[0].Id], (await Page($"state=refused,accepted&limit=4&cursor={first.Next}")).Ids);
        Assert.Equal([rows[5].Id], (await Page("from=2026-11-23T12:00:05Z")).Ids);
        Assert.Equal([rows[0].Id], (await Page("to=2026-11-23T12:00:01Z")).Ids);
        Assert.Equal(rows.Count, (await Page("from=0001-01-01&to=9999-12-31")).Ids.Length);
        Assert.Equal(3, (await Page("code=order.no_lines")).Ids.Length);
        Assert.Empty((await Page($"transaction={Guid.CreateVersion7()}")).Ids);
    }
}
