using System.Text;
using System.Text.Json.Nodes;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Protocols;

/// <summary>Feeds that are asked with a body, and lists that only name their documents.</summary>
public sealed class FeedBodyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_search_has_counts_as_numbers_and_no_cursor_on_its_first_page()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"items":[{"id":1}],"next":"c\"1","more":true}""").Answers(200, """{"items":[{"id":2}],"next":"c2","more":false}""");
        var pages = await WalkAsync("""
            path: /search
                headers: { X-Shop: "{settings.shop}" }
                body:
                  filter: { updatedAfter: "{since}", "shop \"name\"": "of {settings.shop}", states: [open, 7] }
                  limit: "{size}"
                  cursor: "{token}"
                  all: true
                items: "$.items[]"
                paging: { style: token, size: 25, next: $.next, more: $.more }
            """, exchange);
        Assert.Equal(2, pages);
        Assert.All(exchange.Sent, s => Assert.Equal((HttpMethod.Post, "application/json", "main"), (s.Method, s.ContentType, s.Headers["X-Shop"])));
        Assert.Equal("""{"filter":{"updatedAfter":"2026-11-22T10:00:00Z","shop \u0022name\u0022":"of main","states":["open",7]},"limit":25,"all":true}""", exchange.Body(0));
        Assert.Equal("c\"1", (string?)JsonNode.Parse(exchange.Body(1))!["cursor"]);
    }

    [Fact]
    public async Task A_query_has_its_variables()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"data":{"orders":[{"id":1}]}}""");
        await WalkAsync("path: /graphql\n    graphql: \"query Q($since: DateTime) { orders(since: $since) { id } }\"\n    variables: { since: \"{since}\" }\n    items: \"$.data.orders[]\"", exchange);
        Assert.Equal("""{"query":"query Q($since: DateTime) { orders(since: $since) { id } }","variables":{"since":"2026-11-22T10:00:00Z"}}""", exchange.Body(0));
        var refused = await Assert.ThrowsAsync<ExchangeException>(() => WalkAsync("path: /graphql\n    graphql: \"{ orders { id } }\"\n    items: \"$.data.orders[]\"", new ScriptedExchange().Answers(200, """{"errors":[{"message":"no"}],"data":{"orders":[]}}""")));
        Assert.Contains("no", refused.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_holds_only_a_part_is_taken_where_the_manifest_says_so()
    {
        const string lines = "path: /o\n    items: \"$.items[]\"";
        Assert.Equal(1, await WalkAsync(lines + "\n    success: [200, 206]", new ScriptedExchange().Answers(206, """{"items":[{"id":1}]}""")));
        Assert.Equal("http.206", (await Assert.ThrowsAsync<ExchangeException>(() => WalkAsync(lines, new ScriptedExchange().Answers(206, """{"items":[]}""")))).Fault.Code);
    }

    [Fact]
    public async Task A_list_of_ids_becomes_documents_and_one_that_is_gone_is_left_out()
    {
        var feed = Feed("path: /o\n    items: \"$.items[]\"\n    each: $.key\n    one: /o/{id}\n    oneAt: $.doc");
        var exchange = new ScriptedExchange().Answers(200, """{"items":[{"key":"a/b"},{"key":"gone"}]}""").Answers(200, """{"doc":{"id":"A"}}""").Answers(404);
        var page = await feed.ReadAsync(Connection, null, Given.Now, exchange, Ct);
        Assert.Equal("""{"id":"A"}""", Encoding.UTF8.GetString(Assert.Single(page.Documents).Span));
        Assert.Equal("/o/a%2Fb", exchange.Sent[1].Path);
        var broken = new ScriptedExchange().Answers(200, """{"items":[{"key":"a"}]}""").Answers(500);
        await Assert.ThrowsAsync<ExchangeException>(() => feed.ReadAsync(Connection, null, Given.Now, broken, Ct));
    }

    [Theory]
    [InlineData("body: { a: \"{sinc}\" }", "'{sinc}' cannot be read here.")]
    [InlineData("body: text", "does it by POST.")]
    [InlineData("body: [1]", "One value is expected.")]
    [InlineData("method: GET\n    body: { a: 1 }", "A GET request has no body.")]
    [InlineData("each: $.id", "needs one:")]
    [InlineData("each: $.id\n    one: /o/{id}\n    budget: { perSecond: 1, burst: 20 }", "it would never end")]
    [InlineData("paging: { style: token, next: $.n }", "in a body, write {token}")]
    public void A_wrong_feed_is_named_with_its_line(string lines, string expected)
    {
        var reading = ManifestReader.Read(Yaml("path: /o\n    items: \"$.items[]\"\n    " + lines), "my.yaml");
        Assert.Contains(reading.Problems, p => p.Line > 0 && p.Message.Contains(expected, StringComparison.Ordinal));
    }

    private static Connection Connection => Given.Connection(settings: new Dictionary<string, string> { ["shop"] = "main" });

    private static async Task<int> WalkAsync(string lines, ScriptedExchange exchange)
    {
        var (feed, pages, cursor) = (Feed(lines), 0, (string?)null);
        for (var more = true; more; pages++)
        {
            var page = await feed.ReadAsync(Connection, cursor, Given.Now, exchange, Ct);
            (cursor, more) = (page.Cursor, page.More);
        }

        return pages;
    }

    private static IFeed Feed(string lines)
    {
        var reading = ManifestReader.Read(Yaml(lines), "my.yaml");
        Assert.True(reading.Definition is not null, string.Join("\n", reading.Problems));
        return Assert.Single(new DeclarativeConnector(reading.Definition, TimeProvider.System).Feeds);
    }

    private static string Yaml(string lines) =>
        $"kind: Connector\nmetadata: {{ name: my }}\nspec:\n  title: My\n  roles: [erp]\n  feeds:\n  - name: f\n    {lines}\n  receive:\n    documents:\n    - ignore: Nothing is done here.\n";
}
