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

    [Fact]
    public async Task A_delivery_says_what_became_of_its_parts_and_a_part_names_its_delivery()
    {
        var file = Given.Message("file-shop", Noon, MessageState.Unpacked, detail: "3 lines");
        file.Headers = """{"file-name":"orders.csv"}""";
        var parts = new[] { MessageState.Accepted, MessageState.Refused, MessageState.Refused }.Select((state, i) =>
        {
            var part = Given.Message("file-shop", Noon.AddSeconds(i), state, state == MessageState.Refused ? "csv.field" : null, state == MessageState.Refused ? "[]" : null);
            (part.ParentId, part.Part, part.Place, part.Arrival) = (file.Id, i + 1, $"line {i + 1}", MessageArrival.Feed);
            return part;
        }).ToList();
        var answer = new Runtime.Ingestion.Deliveries.DeliveryAnswerRow
        {
            TenantId = 1, Connection = "file-shop", Key = "997-1", MessageId = file.Id, Name = "997-1", ContentType = "text/plain", State = Runtime.Ingestion.Deliveries.DeliveryAnswerState.Sent,
            Attempts = 2, CreatedAt = file.ReceivedAt, SentAt = file.ReceivedAt + 1,
        };
        await _host.AddAsync([file, .. parts, answer]);
        using var client = _host.Client();
        var detail = await client.GetAsync($"/api/v1/messages/{file.Id}", HttpStatusCode.OK);
        Assert.Equal(("orders.csv", "unpacked", "3 lines"), (detail.Text("fileName"), detail.GetProperty("message").Text("state"), detail.GetProperty("message").Text("reason")));
        Assert.Equal((3, 1, 2), (detail.GetProperty("parts").GetProperty("total").GetInt32(), detail.GetProperty("parts").GetProperty("byState").GetProperty("accepted").GetInt32(), detail.GetProperty("parts").GetProperty("byState").GetProperty("refused").GetInt32()));
        Assert.Equal(("997-1", "sent", 2), (detail.GetProperty("answers")[0].Text("name"), detail.GetProperty("answers")[0].Text("state"), detail.GetProperty("answers")[0].GetProperty("attempts").GetInt32()));

        var listed = await client.GetAsync($"/api/v1/messages?parent={file.Id}&state=refused", HttpStatusCode.OK);
        Assert.Equal(["line 3", "line 2"], listed.Items().Select(m => m.Text("place")));
        Assert.All(listed.Items(), m => Assert.Equal((file.Id, "feed"), (m.GetProperty("parentId").GetGuid(), m.Text("arrival"))));
        Assert.Empty((await client.GetAsync($"/api/v1/messages?parent={Guid.CreateVersion7()}", HttpStatusCode.OK)).Items());
    }
}
