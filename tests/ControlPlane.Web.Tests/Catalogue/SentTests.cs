using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Catalogue;

/// <summary>The other way round: what operations send is kept as tests, and compared over recorded transactions before a draft serves.</summary>
public sealed class SentTests
{
    private static readonly string Document = OnboardingTests.Document + """

                - { to: customer.name, from: $.customer.name }
                - { to: customer.email, from: $.customer.email }
      mappings:
        - name: note
          rows:
            - { to: order, from: order.number }
            - { to: total, from: order.total }
            - { to: who, from: order.customer.name }
            - { to: mail, from: order.customer.email }
            - { to: "lines[].article", from: "order.lines[].sku" }
      operations:
        - name: acknowledgeOrder
          write: upsert
          request: { method: POST, path: "/orders/{order.externalId}/taken", mapping: note }
          answer: { expect: any, summary: Taken }
    """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_sent_is_kept_without_personal_data_and_holds_up_what_would_break_it()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        var transaction = await OrderedAsync(product, api, "o-1", "B-1");
        var keep = new { transaction, connection = "bazaar-de", operation = "acknowledgeOrder", reason = "the usual order", name = "usual" };
        var test = await VersionTests.SendAsync(api, HttpMethod.Post, "/api/v1/connectors/bazaar/tests", keep);
        Assert.Equal((true, "acknowledgeOrder", "usual"), (test.GetProperty("sent").GetBoolean(), test.GetProperty("topic").GetString(), test.GetProperty("name").GetString()));
        var expected = test.GetProperty("expected").GetString()!;
        Assert.Contains("\"order\": \"B-1\"", expected, StringComparison.Ordinal);
        await using (var context = product.Db.CreateContext())
        {
            var body = Encoding.UTF8.GetString((await context.MappingTests.SingleAsync(Ct)).Body);
            foreach (var personal in new[] { "Mia", "mia@example.org" })
                Assert.DoesNotContain(personal, body + expected, StringComparison.Ordinal);
        }

        // In service it passes; a draft that sends another total fails it and says where.
        Assert.Equal(1, (await RunAsync(api, null)).GetProperty("passed").GetInt32());
        var other = Document.Replace("from: order.total }", "from: order.tax }", StringComparison.Ordinal);
        var red = await RunAsync(api, other);
        Assert.Equal(1, red.GetProperty("failed").GetInt32());
        Assert.Equal("body.total", Assert.Single(red.GetProperty("results")[0].GetProperty("differences").EnumerateArray().ToList()).GetProperty("field").GetString());
        // One that lost the operation is told as that.
        var without = await RunAsync(api, OnboardingTests.Document);
        Assert.Contains(without.GetProperty("results")[0].GetProperty("differences").EnumerateArray(), d => d.GetProperty("actual").GetString() == "test.no_operation");
        using (var held = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = other, reason = "tax instead" }, Ct))
        {
            Assert.Equal(HttpStatusCode.Conflict, held.StatusCode);
            Assert.Contains("connector.tests_fail", await held.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }

        // As a file and back it is the same test.
        await using (var context = product.Db.CreateContext())
        {
            var read = MappingTestFile.Read(MappingTestFile.Of(await context.MappingTests.AsNoTracking().SingleAsync(Ct)));
            var (draft, _) = Features.Catalogue.ConnectorDesk.Read(Document, TimeProvider.System);
            Assert.True(Assert.Single(product.Services.GetRequiredService<MappingTests>().Run([read], draft!)).Passed);
        }

        // Renewed with a reason it serves.
        await VersionTests.SendAsync(api, HttpMethod.Put, $"/api/v1/connectors/bazaar/tests/{test.GetProperty("id").GetString()}/expected", new { document = other, reason = "tax it is" });
        await VersionTests.PublishAsync(api, other, "tax instead", 2);
    }

    [Fact]
    public async Task A_draft_is_compared_over_what_recorded_transactions_sent_and_new_failures_hold_it_up()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        for (var n = 1; n <= 4; n++)
        {
            var transaction = await OrderedAsync(product, api, $"o-{n}", $"B-{n}", connect: n == 1, mail: n != 2);
            // Tried twice, it is one document; a look-up is none, and what went elsewhere is none of this.
            await product.AddAsync(Attempt(transaction, "acknowledgeOrder"), Attempt(transaction, "acknowledgeOrder"), Attempt(transaction, "acknowledgeOrder", lookUp: true), Attempt(transaction, "acknowledgeOrder", connection: "elsewhere"), Attempt(transaction, "somethingElse"));
        }

        var same = await BackTestAsync(api, Document);
        Assert.Equal((4, 4, 0, 0), Figures(same));
        var before = await CountsAsync(product);
        var changed = await BackTestAsync(api, Document.Replace("from: order.total }", "from: order.currency }", StringComparison.Ordinal));
        Assert.Equal((4, 0, 4, 0), Figures(changed));
        Assert.Equal([("total", 4)], changed.GetProperty("fields").EnumerateArray().Select(f => (f.GetProperty("field").GetString()!, f.GetProperty("count").GetInt32())));
        var sample = changed.GetProperty("samples")[0];
        Assert.Equal(("B-4", "total", "EUR"), (sample.GetProperty("document").GetString(), sample.GetProperty("field").GetString(), sample.GetProperty("after").GetString()));

        var strict = Document.Replace("from: order.customer.email }", "from: order.customer.email, required: true }", StringComparison.Ordinal);
        var refused = await BackTestAsync(api, strict);
        Assert.Equal((4, 3, 0, 1), Figures(refused));
        // Nothing was sent, stored or counted.
        Assert.Equal(before, await CountsAsync(product));
        using (var held = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = strict, reason = "they want mail" }, Ct))
        {
            Assert.Equal(HttpStatusCode.Conflict, held.StatusCode);
            var text = await held.Content.ReadAsStringAsync(Ct);
            Assert.Contains("connector.newly_refused", text, StringComparison.Ordinal);
            Assert.Contains("1 of the last 4 documents for Bazaar DE were sent and could not be made any more", text, StringComparison.Ordinal);
        }

        await VersionTests.PublishAsync(api, strict, "they want mail", 2, waiver: "they refuse the others anyway");
        // The way back makes that one again.
        Assert.Equal(1, (await BackTestAsync(api, Document)).GetProperty("newlyTaken").GetInt32());
        // A draft without the operation could send none of them.
        Assert.Equal(3, (await BackTestAsync(api, OnboardingTests.Document)).GetProperty("newlyRefused").GetInt32());
    }

    [Theory]
    [InlineData("nobody", "acknowledgeOrder", "why", "test.no_connection")]
    [InlineData("bazaar-de", "fly", "why", "test.no_operation")]
    [InlineData("bazaar-de", "acknowledgeOrder", "", "test.reason")]
    public async Task What_cannot_be_kept_is_told(string connection, string operation, string reason, string code)
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        var transaction = await OrderedAsync(product, api, "o-1", "B-1");
        using var refused = await api.PostAsJsonAsync("/api/v1/connectors/bazaar/tests", new { transaction, connection, operation, reason }, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains(code, await refused.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        using var unknown = await api.PostAsJsonAsync("/api/v1/connectors/bazaar/tests", new { transaction = Guid.CreateVersion7(), connection = "bazaar-de", operation = "acknowledgeOrder", reason = "why" }, Ct);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    /// <summary>A document that is no JSON is compared by its lines, and what is long is cut.</summary>
    [Fact]
    public void Other_formats_differ_by_lines()
    {
        var test = new BackTest();
        test.Add(Guid.Empty, "B-1", new(Encoding.UTF8.GetBytes("a;1\nb;2\n"), "text/csv", []), new(Encoding.UTF8.GetBytes("a;1\nb;" + new string('3', 1_000) + "\n"), "text/csv", []));
        var report = test.Report(TimeSpan.Zero);
        Assert.Equal([new FieldChange("[]", 1)], report.Fields);
        Assert.Equal(("b;2", 301), (report.Samples[0].Before, report.Samples[0].After.Length));
    }

    private static async Task<Guid> OrderedAsync(ProductHost product, HttpClient api, string id, string number, bool connect = true, bool mail = true)
    {
        if (connect)
        {
            await VersionTests.PublishAsync(api, Document, "r", 1);
            await VersionTests.ConnectAsync(api);
        }

        await VersionTests.WebhookAsync(product, id, number, b => mail ? b : b.Replace(",\"email\":\"mia@example.org\"", "", StringComparison.Ordinal));
        await using var context = product.Db.CreateContext();
        return await context.Transactions.Where(t => t.Number == number).Select(t => t.Id).SingleAsync(Ct);
    }

    private static AttemptRow Attempt(Guid transaction, string operation, bool lookUp = false, string connection = "bazaar-de") => new()
    {
        Id = Guid.CreateVersion7(), TenantId = 1, TransactionId = transaction, Step = "taken", Number = 1, Connection = connection, Operation = operation, Method = "POST", Path = "/orders/x/taken", Status = 200,
        StartedAt = TimeProvider.System.GetUtcNow().ToMicroseconds(), LookUp = lookUp,
    };

    private static Task<JsonElement> RunAsync(HttpClient api, string? document) => VersionTests.SendAsync(api, HttpMethod.Post, "/api/v1/connectors/bazaar/tests/run", new { document });

    private static async Task<JsonElement> BackTestAsync(HttpClient api, string document) =>
        (await VersionTests.SendAsync(api, HttpMethod.Post, "/api/v1/connections/bazaar-de/back-test", new { document })).GetProperty("sent");

    private static (int, int, int, int) Figures(JsonElement sent) =>
        (sent.GetProperty("messages").GetInt32(), sent.GetProperty("unchanged").GetInt32(), sent.GetProperty("changed").GetInt32(), sent.GetProperty("newlyRefused").GetInt32());

    private static async Task<(int, int, int)> CountsAsync(ProductHost product)
    {
        await using var context = product.Db.CreateContext();
        return (await context.Attempts.CountAsync(Ct), await context.Payloads.CountAsync(Ct), await context.Transactions.CountAsync(Ct));
    }
}
