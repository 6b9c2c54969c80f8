using System.Net;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Transactions;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Api;

public sealed class TransactionsApiTests(SharedProduct product)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private readonly ProductHost _host = product.Host;

    [Fact]
    public async Task Any_number_finds_its_transaction()
    {
        var row = Given.Transaction("find-shop", "1001", Noon);
        await _host.AddAsync(row, Given.Number(row, "#FIND-1001"), Given.Number(row, "SO-FIND-88", IdentifierKinds.ErpOrder));
        using var client = _host.Client();
        foreach (var number in new[] { "find-1001", "%23FIND-1001", "so-find-88", "%20SO-FIND-88%20" })
            Assert.Equal(row.Id, Assert.Single((await client.GetAsync($"/api/v1/transactions?q={number}", HttpStatusCode.OK)).Items()).GetProperty("id").GetGuid());
        Assert.Empty((await client.GetAsync("/api/v1/transactions?q=find-nobody", HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task Filters_narrow_the_list_and_say_whose_move_it_is()
    {
        var closed = Given.Transaction("filter-shop", "1", Noon);
        var stuck = Given.Transaction("filter-shop", "2", Noon.AddSeconds(1), TransactionState.Stuck);
        await _host.AddAsync(closed, stuck);
        using var client = _host.Client();
        async Task<Guid[]> Ids(string query) => [.. (await client.GetAsync($"/api/v1/transactions?connection=filter-shop&{query}", HttpStatusCode.OK)).Items().Select(t => t.GetProperty("id").GetGuid())];
        Assert.Equal([stuck.Id, closed.Id], await Ids(""));
        Assert.Equal([closed.Id], await Ids("state=closed"));
        Assert.Equal([stuck.Id, closed.Id], await Ids("state=closed,STUCK"));
        Assert.Equal([stuck.Id], await Ids("party=erp"));
        Assert.Equal([stuck.Id], await Ids("system=erp-main"));
        Assert.Empty(await Ids("party=us"));
        Assert.Equal([stuck.Id], await Ids("code=erp.customer_blocked"));
        Assert.Equal([closed.Id], await Ids("stage=closed"));
        Assert.Equal([stuck.Id], await Ids("from=2026-11-23T12:00:01Z"));
        Assert.Equal([closed.Id], await Ids("to=2026-11-23T13:00:01%2B01:00"));
        Assert.Empty(await Ids("from=2026-11-24"));
        var item = (await client.GetAsync("/api/v1/transactions?connection=filter-shop&state=stuck", HttpStatusCode.OK)).Items()[0];
        Assert.Equal("stuck", item.Text("state"));
        Assert.Equal("126.40", item.GetProperty("total").Text("amount"));
        Assert.Equal("erp.customer_blocked", item.GetProperty("fault").Text("code"));
        Assert.NotEqual("", item.GetProperty("verdict").Text("sentence"));
    }

    [Fact]
    public async Task Pages_do_not_shift_while_new_ones_arrive()
    {
        var rows = Enumerable.Range(0, 7).Select(i => Given.Transaction("page-shop", $"{i}", Noon.AddSeconds(i))).ToList();
        await _host.AddAsync([.. rows]);
        using var client = _host.Client();
        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            using var answer = await client.GetAsync($"/api/v1/transactions?connection=page-shop&limit=3{(cursor is null ? "" : $"&cursor={cursor}")}", TestContext.Current.CancellationToken);
            var page = await Json.ReadAsync(answer, HttpStatusCode.OK);
            seen.AddRange(page.Items().Select(t => t.GetProperty("id").GetGuid()));
            cursor = page.Next();
            if (cursor is not null)
                Assert.Equal($"</api/v1/transactions?connection=page-shop&limit=3&cursor={cursor}>; rel=\"next\"", Assert.Single(answer.Headers.GetValues("Link")));
            else
                Assert.False(answer.Headers.Contains("Link"));
            await _host.AddAsync(Given.Transaction("page-shop", $"new {seen.Count}", Noon.AddMinutes(seen.Count)));
        }
        while (cursor is not null);
        Assert.Equal(rows.Select(r => r.Id).Reverse(), seen);
    }

    [Fact]
    public async Task One_transaction_tells_its_whole_story()
    {
        var row = Given.Transaction("story-shop", "5001", Noon, TransactionState.Stuck);
        await _host.AddAsync(
            row, Given.Number(row, "#5001"),
            Given.Journal(row, 1, JournalEventType.Received, "", "received", "Order received"),
            Given.Journal(row, 2, JournalEventType.Validated, "validate", "validated", "Order checked: 2 lines, complete"),
            new AttemptRow { Id = Given.Id(Noon), TransactionId = row.Id, TenantId = 1, Step = "erp-order", Number = 1, Connection = "erp-main", Operation = "createSalesOrder", Method = "POST", Path = "/salesOrders?$filter=email eq 'kim@example.com'", Status = 400, StartedAt = row.ReceivedAt, DurationMicroseconds = 1500, FaultKind = FaultKind.Data, FaultCode = "erp.customer_blocked" },
            new EffectRow { TransactionId = row.Id, TenantId = 1, Step = "erp-order", Connection = "erp-main", Operation = "createSalesOrder", WriteKind = WriteKind.Blind, State = EffectState.Refused, IdempotencyKey = "k", Attempts = 1, IntendedAt = row.ReceivedAt });
        using var client = _host.Client();
        var story = await client.GetAsync($"/api/v1/transactions/{row.Id}", HttpStatusCode.OK);
        Assert.Equal(("5001", "stuck", "story-shop", "c-5001"), (story.Text("number"), story.Text("state"), story.Text("connection"), story.Text("correlationId")));
        var stages = story.GetProperty("stages").EnumerateArray().ToDictionary(s => s.Text("name")!, s => s.Text("state"));
        Assert.Equal("done", stages["validated"]);
        Assert.Equal("current", stages["erp-posted"]);
        Assert.Equal("ahead", stages["closed"]);
        var verdict = story.GetProperty("verdict");
        Assert.Equal("erp-posted", verdict.Text("stage"));
        Assert.True(verdict.GetProperty("ageSeconds").GetInt64() >= 0);
        Assert.True(verdict.TryGetProperty("owner", out _));
        Assert.NotEmpty(verdict.GetProperty("evidence").EnumerateArray());
        var attempt = Assert.Single(story.GetProperty("attempts").EnumerateArray());
        Assert.Equal(("/salesOrders", 400, 1.5), (attempt.Text("path"), attempt.GetProperty("status").GetInt32(), attempt.GetProperty("durationMilliseconds").GetDouble()));
        Assert.Equal("data", attempt.GetProperty("fault").Text("kind"));
        Assert.Equal(("blind", "refused"), (story.GetProperty("effects")[0].Text("writeKind"), story.GetProperty("effects")[0].Text("state")));
        Assert.Equal("#5001", story.GetProperty("identifiers").EnumerateArray().Single(i => i.Text("kind") == "order-number").Text("value"));
        Assert.Equal(0, story.GetProperty("lines").GetArrayLength());
    }

    [Fact]
    public async Task The_journal_comes_in_order_and_in_pages()
    {
        var row = Given.Transaction("journal-shop", "1", Noon);
        await _host.AddAsync([row, .. Enumerable.Range(1, 5).Select(i => Given.Journal(row, i, JournalEventType.CallSucceeded, "erp-order", "erp-posted", $"event {i}", "erp-main"))]);
        using var client = _host.Client();
        var first = await client.GetAsync($"/api/v1/transactions/{row.Id}/journal?limit=3", HttpStatusCode.OK);
        var second = await client.GetAsync($"/api/v1/transactions/{row.Id}/journal?limit=3&cursor={first.Next()}", HttpStatusCode.OK);
        Assert.Null(second.Next());
        Assert.Equal(["event 1", "event 2", "event 3", "event 4", "event 5"], first.Items().Concat(second.Items()).Select(e => e.Text("summary")));
        Assert.Equal(("call-succeeded", "erp-main"), (first.Items()[0].Text("type"), first.Items()[0].Text("system")));
    }

    [Fact]
    public async Task What_belongs_to_another_tenant_is_not_there()
    {
        var row = Given.Transaction("tenant-shop", "1", Noon, TransactionState.Stuck);
        var message = Given.Message("tenant-shop", Noon, Runtime.Ingestion.MessageState.Accepted);
        await _host.AddAsync(row, Given.Number(row, "TENANT-1"), message);
        var (_, key) = await _host.Services.GetRequiredService<ApiKeys>().CreateAsync("foreign", PortalRoles.Admin, "tests", null, new Runtime.Persistence.TenantScope(1), TestContext.Current.CancellationToken);
        using var stranger = await _host.ClientAsync(PortalRoles.Admin, tenantId: 2);
        foreach (var path in new[] { $"/api/v1/transactions/{row.Id}", $"/api/v1/transactions/{row.Id}/journal", $"/api/v1/messages/{message.Id}", "/api/v1/flows/order-to-shipment/1" })
            Assert.Equal("request.not_found", (await stranger.GetAsync(path, HttpStatusCode.NotFound)).Text("code"));
        Assert.Equal("request.not_found", (await stranger.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{row.Id}/retry", null, "k-1", HttpStatusCode.NotFound)).Text("code"));
        Assert.Equal("request.not_found", (await stranger.SendAsync(HttpMethod.Delete, $"/api/v1/api-keys/{key}", null, null, HttpStatusCode.NotFound)).Text("code"));
        foreach (var path in new[] { "/api/v1/transactions", "/api/v1/transactions?q=TENANT-1", "/api/v1/messages", "/api/v1/connections", "/api/v1/flows" })
            Assert.Empty((await stranger.GetAsync(path, HttpStatusCode.OK)).Items());
        using var own = _host.Client();
        Assert.Single((await own.GetAsync("/api/v1/transactions?q=TENANT-1", HttpStatusCode.OK)).Items());
    }

    [Fact]
    public async Task A_transaction_that_is_not_stuck_is_not_retried()
    {
        var row = Given.Transaction("retry-shop", "1", Noon);
        await _host.AddAsync(row);
        using var client = _host.Client();
        var answer = await client.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{row.Id}/retry", """{"reason":"again"}""", "not-stuck", HttpStatusCode.Conflict);
        Assert.Equal("transaction.not_stuck", answer.Text("code"));
        Assert.Equal("request.not_found", (await client.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{Guid.CreateVersion7()}/retry", null, "nobody", HttpStatusCode.NotFound)).Text("code"));
    }

    [Theory]
    [InlineData(PortalRoles.Business, HttpStatusCode.NotFound)]
    [InlineData(PortalRoles.Operator, HttpStatusCode.NotFound)]
    [InlineData(PortalRoles.Executive, HttpStatusCode.Forbidden)]
    public async Task Who_changes_nothing_may_not_retry(string role, HttpStatusCode expected)
    {
        using var client = await _host.ClientAsync(role);
        var answer = await client.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{Guid.CreateVersion7()}/retry", null, "who", expected);
        Assert.Equal(expected == HttpStatusCode.Forbidden ? "access.missing_role" : "request.not_found", answer.Text("code"));
    }
}
