using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Feeds;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Protocols;

/// <summary>Lists of changed documents, by each way of paging.</summary>
public sealed class FeedTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string[], string[]> Pagings => new()
    {
        { "/o?p={page}&n={size}", "{ style: page, size: 2, first: 0 }", ["[1,2]", "[3]"], ["/o?p=0&n=2", "/o?p=1&n=2"] },
        { "/o?at={offset}", "{ style: offset, size: 2 }", ["[1,2]", "[3,4]", "[]"], ["/o?at=0", "/o?at=2", "/o?at=4"] },
        { "/o?x=1", "{ style: token, next: $.next, parameter: tok }", ["[1] a b&c", "[2]"], ["/o?x=1", "/o?x=1&tok=a%20b%26c"] },
        { "/o", "{ style: token, next: $.next, parameter: tok }", ["[1] t", "[2]"], ["/o", "/o?tok=t"] },
        { "/o?x=1", "{ style: next-query, next: $.next }", ["[1] ?x=2&y=3", "[2]"], ["/o?x=1", "/o?x=2&y=3"] },
        { "/o?x=1", "{ style: next-url, next: $.next }", ["[1] https://erp.example.org/api/o?x=2", "[2]"], ["/o?x=1", "/o?x=2"] },
        { "/o?x=1", "{ style: next-url, next: $.next }", ["[1] /api/o?x=2", "[2]"], ["/o?x=1", "/o?x=2"] },
        { "/o?x=1", "{ style: link }", ["[1] Link: <https://erp.example.org/api/o?x=0>; rel=\"prev\", <https://erp.example.org/api/o?x=2>; rel=\"next\"", "[2]"], ["/o?x=1", "/o?x=2"] },
        { "/o?p={page}", "{ style: page, size: 1, total: $.all }", ["[1] total 2", "[2] total 2"], ["/o?p=1", "/o?p=2"] },
    };

    [Theory, MemberData(nameof(Pagings))]
    public async Task All_pages_are_read_once_and_in_order(string path, string paging, string[] pages, string[] asked)
    {
        var feed = Feed(path, paging);
        var exchange = new ScriptedExchange();
        foreach (var page in pages)
        {
            var end = page.IndexOf(']', StringComparison.Ordinal) + 1;
            var (items, next) = (page[..end], page[end..].Trim());
            if (next.StartsWith("Link: ", StringComparison.Ordinal))
                exchange.Answers(200, $"{{\"items\":{Objects(items)}}}", "application/json", ("Link", next["Link: ".Length..]));
            else if (next.StartsWith("total ", StringComparison.Ordinal))
                exchange.Answers(200, $"{{\"items\":{Objects(items)},\"all\":{next["total ".Length..]}}}");
            else
                exchange.Answers(200, $"{{\"items\":{Objects(items)},\"next\":{(next.Length == 0 ? "null" : $"\"{next}\"")}}}");
        }

        string? cursor = null;
        var documents = new List<string>();
        for (var more = true; more;)
        {
            var page = await feed.ReadAsync(Given.Connection(), cursor, Given.Now, exchange, Ct);
            documents.AddRange(page.Documents.Select(d => System.Text.Encoding.UTF8.GetString(d.Span)));
            (cursor, more) = (page.Cursor, page.More);
        }

        Assert.Equal(asked, exchange.Sent.Select(s => s.Path));
        Assert.Equal(0, exchange.Left);
        Assert.Equal(pages.SelectMany(p => p[1..p.IndexOf(']', StringComparison.Ordinal)].Split(',', StringSplitOptions.RemoveEmptyEntries)).Select(i => $"{{\"id\":{i}}}"), documents);
    }

    [Theory]
    [InlineData("iso", "2026-11-22T10%3A00%3A00Z")]
    [InlineData("unix", "1795341600")]
    [InlineData("unix-ms", "1795341600000")]
    [InlineData("yyyy-MM-dd HH:mm", "2026-11-22%2010%3A00")]
    public async Task The_time_since_is_written_as_the_system_wants_it(string format, string expected)
    {
        var exchange = new ScriptedExchange().Answers(200, "{\"items\":[]}");
        await Feed("/o?since={since}", null, $"sinceFormat: \"{format}\"").ReadAsync(Given.Connection(), null, Given.Now, exchange, Ct);
        Assert.Equal($"/o?since={expected}", exchange.Sent[0].Path);
    }

    [Fact]
    public async Task A_next_page_on_another_host_is_not_followed_with_our_credentials()
    {
        var exchange = new ScriptedExchange().Answers(200, "{\"items\":[],\"next\":\"https://evil.example.net/o\"}");
        var refused = await Assert.ThrowsAsync<ExchangeException>(() => Feed("/o", "{ style: next-url, next: $.next }").ReadAsync(Given.Connection(), null, Given.Now, exchange, Ct));
        Assert.Equal("feed.next_elsewhere", refused.Fault.Code);
    }

    [Fact]
    public async Task A_token_that_expired_begins_the_walk_anew_from_where_it_began()
    {
        var feed = Feed("/o?since={since}", "{ style: token, next: $.next, parameter: tok }");
        var exchange = new ScriptedExchange().Answers(200, "{\"items\":[],\"next\":\"t\"}").Answers(410).Answers(200, "{\"items\":[]}");
        var first = await feed.ReadAsync(Given.Connection(), null, Given.Now, exchange, Ct);
        var second = await feed.ReadAsync(Given.Connection(), first.Cursor, Given.Now.AddHours(2), exchange, Ct);
        Assert.False(second.More);
        await feed.ReadAsync(Given.Connection(), second.Cursor, Given.Now.AddHours(2), exchange, Ct);
        Assert.Equal(exchange.Sent[0].Path, exchange.Sent[2].Path);
    }

    [Theory]
    [InlineData(500, "{}", "application/json", "http.500")]
    [InlineData(200, "<html>", "text/html", "http.unexpected_content")]
    [InlineData(200, "not json", "application/json", "http.unreadable_answer")]
    [InlineData(200, "{\"error\":\"closed\"}", "application/json", "answer.refused")]
    [InlineData(206, "{\"items\":[]}", "application/json", "http.206")]
    [InlineData(200, "5", "application/json", "feed.unreadable")]
    public async Task An_answer_that_is_no_list_moves_nothing(int status, string body, string type, string code)
    {
        var refused = await Assert.ThrowsAsync<ExchangeException>(() => Feed("/o", null).ReadAsync(Given.Connection(), null, Given.Now, new ScriptedExchange().Answers(status, body, type), Ct));
        Assert.Equal(code, refused.Fault.Code);
    }

    [Theory]
    [InlineData("path: /o?since={sinc}", "'{sinc}' cannot be read here. Allowed: {since}, {page}, {offset}, {size} and {settings.<name>}.")]
    [InlineData("path: /o\n    items: $.orders", "Write $.orders[]")]
    [InlineData("path: /o\n    paging: { style: page }", "the path has no {page}")]
    [InlineData("path: /o\n    paging: { style: token, parameter: t }", "A path to the next page's token")]
    [InlineData("path: /o\n    paging: { style: pages }", "'pages' is unknown. Allowed: page, offset, token, link, next-url, next-query, search.")]
    [InlineData("path: /o\n    overlapSeconds: -1", "Allowed: a number from 0 to 604800.")]
    public void A_wrong_feed_is_named_with_its_line(string lines, string expected)
    {
        var items = lines.Contains("items:", StringComparison.Ordinal) ? "" : "\n    items: \"$.items[]\"";
        var reading = ManifestReader.Read(Yaml(lines + items), "shop.yaml");
        Assert.Contains(reading.Problems, p => p.Message.Contains(expected, StringComparison.Ordinal) && p.Line > 0);
    }

    [Theory]
    [InlineData("<a>; rel=next", "a"), InlineData("<a>; rel=\"prev\"", null), InlineData("<a", null), InlineData("", null), InlineData(null, null), InlineData("<a>;rel=\"last\",<b>; title=\"x\"; rel=\"next\"", "b")]
    public void The_link_header_is_read(string? header, string? next) => Assert.Equal(next, LinkHeader.Next(header));

    private static string Objects(string items) => "[" + string.Join(',', items.Trim('[', ']').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(i => $"{{\"id\":{i}}}")) + "]";

    private static IFeed Feed(string path, string? paging, string? more = null)
    {
        var lines = $"path: \"{path}\"\n    items: \"$.items[]\"" + (paging is null ? "" : $"\n    paging: {paging}") + (more is null ? "" : $"\n    {more}");
        var reading = ManifestReader.Read(Yaml(lines), "shop.yaml");
        Assert.True(reading.Definition is not null, string.Join("\n", reading.Problems));
        return Assert.Single(new DeclarativeConnector(reading.Definition, TimeProvider.System).Feeds);
    }

    private static string Yaml(string feed) => $"""
        kind: Connector
        metadata:
          name: shop
        spec:
          title: Shop
          roles: [marketplace]
          errors:
            present: $.error
          feeds:
          - name: orders-feed
            {feed.Replace("\n", "\n", StringComparison.Ordinal)}
          receive:
            documents:
            - ignore: Nothing is done here.
        """;
}
