using System.Diagnostics;
using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.OpenApi;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.OpenApi;

/// <summary>From a description to a draft: what is proposed, what is written, what is refused and where.</summary>
public sealed class OpenApiImportTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    internal static string Bazaar { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "OpenApi", "Descriptions", "bazaar.yaml"));

    [Fact]
    public void A_description_becomes_the_draft_that_a_person_approved()
    {
        var description = Read(Bazaar);
        var draft = OpenApiDraftMaker.Make(description);
        Assert.Empty(ManifestReader.Read(draft.Document, "draft").Problems);
        Approved.Check("openapi-bazaar", draft.Document);
        Assert.Equal(("https://eu.api.bazaar.example/v2", "orders-feed"), (draft.Address, draft.Topic));
        Assert.Equal((draft.Topic, draft.Sample), OpenApiDraft.SampleIn(draft.Document)!.Value);
        var lines = draft.Document.Split('\n');
        Assert.All(draft.Decisions, d => Assert.EndsWith("# decide: " + d.Text, lines[d.Line - 1], StringComparison.Ordinal));
        Assert.Contains(draft.Decisions, d => d.Text.Contains("one of PARCEL, PALLET", StringComparison.Ordinal));
    }

    /// <summary>The draft at work against answers in the shape that the description promises.</summary>
    [Fact]
    public async Task The_draft_asks_for_orders_page_by_page_and_confirms_a_shipment_once()
    {
        var draft = OpenApiDraftMaker.Make(Read(Bazaar));
        var connector = new DeclarativeConnector(ManifestReader.Read(draft.Document, "draft").Definition!, TimeProvider.System);
        var connection = Given.Connection("bazaar", new Dictionary<string, string> { ["shopId"] = "7", ["xTenant"] = "t" });
        var shop = new ScriptedExchange().Answers(200, $$"""{"orders":[{{draft.Sample}}],"nextCursor":"c2"}""").Answers(200, """{"orders":[],"nextCursor":null}""");
        var page = await connector.Feeds[0].ReadAsync(connection, null, Given.Now, shop, Ct);
        Assert.True(page.More);
        await connector.Feeds[0].ReadAsync(connection, page.Cursor, Given.Now, shop, Ct);
        Assert.StartsWith("/shops/7/orders?updated_after=2026-11-22T10%3A00%3A00Z&channel=web", shop.Sent[0].Path, StringComparison.Ordinal);
        Assert.EndsWith("cursor=c2", shop.Sent[1].Path, StringComparison.Ordinal);
        Assert.Equal("t", shop.Sent[0].Headers["X-Tenant"]);
        var order = Assert.IsType<InboundEvent.OrderReceived>(connector.Receiver!.Translate(new() { Topic = "orders-feed", Body = page.Documents[0], ReceivedAt = Given.Now, Polled = true }, connection)).Order;
        Assert.Equal(("o-77", "B-1001", "EUR", 4990L, "Köln", "l-1", "TEE-M", 2), (order.ExternalId, order.Number, order.Currency, order.TotalMinor, order.ShipTo!.City, order.Lines[0].ChannelLineRef, order.Lines[0].Sku, order.Lines[0].Quantity));
        var operation = connector.Operation("confirmShipment")!;
        var request = Given.Request(order, connection, null, Given.Shipment);
        var mapped = operation.Map(request);
        Assert.Equal("""{"kind":"PARCEL","carrier":"DHL","trackingNumber":"00340434161094042557","trackingUrl":null,"shippedAt":"2026-11-23T09:00:00Z","lines":[{"lineId":"L1","quantity":2},{"lineId":"L3","quantity":1}]}""".Replace("\"trackingUrl\":null,", "", StringComparison.Ordinal), Encoding.UTF8.GetString(mapped.Content.Span));
        var writes = new ScriptedExchange().Answers(200, """{"shipments":[]}""").Answers(201, """{"id":"s-1"}""");
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, mapped.Content, writes, Ct));
        Assert.Equal(["GET /shops/7/orders/o-77/shipments", "POST /shops/7/orders/o-77/shipments"], writes.Sent.Select(s => $"{s.Method} {s.Path}"));
        var again = new ScriptedExchange().Answers(200, """{"shipments":[{"trackingNumber":"00340434161094042557"}]}""");
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, mapped.Content, again, Ct));
        Assert.Single(again.Sent);
    }

    [Fact]
    public void The_likeliest_operation_of_each_purpose_is_proposed_with_its_reason()
    {
        var proposals = OpenApiProposals.For(Read(Bazaar));
        var best = OpenApiProposals.Best(proposals).ToDictionary(p => p.Purpose.Name, p => p.Operation.Id);
        Assert.Equal(new Dictionary<string, string>
        {
            ["list-orders"] = "listOrders", ["get-order"] = "getOrder", ["order-webhook"] = "WEBHOOK order.created", ["confirm-shipment"] = "createShipment", ["cancel-order"] = "cancelOrder", ["set-stock"] = "setStock",
        }, best);
        Assert.Contains("it can be asked since a time (updated_after)", proposals[0].Reason, StringComparison.Ordinal);
        Assert.All(proposals, p => Assert.InRange(p.Score, OpenApiProposals.Least, 100));
    }

    [Fact]
    public void A_person_may_choose_otherwise()
    {
        var description = Read(Bazaar);
        var draft = OpenApiDraftMaker.Make(description, [new(description.Operations.First(o => o.Id == "setStock"), OpenApiPurpose.Other), new(description.Operations.First(o => o.Id == "listShipments"), OpenApiPurpose.Other)]);
        var definition = ManifestReader.Read(draft.Document, "draft").Definition!;
        Assert.Equal(["setStock", "listShipments"], definition.Manifest.Operations.Select(o => o.Name));
        Assert.Empty(definition.Feeds);
        Assert.Equal("", draft.Sample);
    }

    [Theory]
    [InlineData("openapi: 3.1.0", "openapi: 4.0.0", "line 2: openapi: '4.0.0' is not read.")]
    [InlineData("openapi: 3.1.0", "title: x", "openapi: It is missing.")]
    [InlineData("paths:", "pahts:", "paths: It is missing.", "webhooks:", "hooks:")]
    [InlineData("#/components/schemas/Head", "other.yaml#/Head", "line 88: $ref: 'other.yaml#/Head' leads to another document")]
    [InlineData("#/components/schemas/Head", "https://x.example/y.json", "leads to another document")]
    [InlineData("#/components/schemas/Head", "#/components/schemas/Nobody", "leads nowhere")]
    [InlineData("Head:\n      type: object", "Head:\n      $ref: \"#/components/schemas/Head\"", "round in a circle")]
    [InlineData("operationId: getOrder", "operationId: getOrder\n      operationId: again", "'operationId' stands there twice.")]
    [InlineData("title: Bazaar API", "title: *bazaar", "Aliases (*name) are not allowed.")]
    [InlineData("title: Bazaar API", "title: [", "no readable YAML")]
    public void What_is_wrong_is_told_with_its_line(string from, string to, string expected, string? alsoFrom = null, string? alsoTo = null)
    {
        var text = Bazaar.Replace(from, to, StringComparison.Ordinal);
        if (alsoFrom is not null)
            text = text.Replace(alsoFrom, alsoTo, StringComparison.Ordinal);
        var reading = OpenApiReader.Read(text, "bazaar.yaml");
        Assert.Null(reading.Description);
        Assert.Contains(reading.Problems, p => p.ToString().Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"openapi\":\n\"3.0.0\",\n\"openapi\": 1}", "line 3: 'openapi' stands there twice.")]
    [InlineData("{\"openapi\":\n nonsense}", "line 2: This is no readable JSON")]
    [InlineData("", "It is empty.")]
    public void Json_has_lines_too(string text, string expected) =>
        Assert.Contains(expected, Assert.Single(OpenApiReader.Read(text, "x.json").Problems).ToString(), StringComparison.Ordinal);

    /// <summary>What could cost more than it is worth ends early.</summary>
    [Fact]
    public void Hostile_documents_end_in_bounded_time()
    {
        var watch = Stopwatch.StartNew();
        Assert.Contains("longer than", Assert.Single(OpenApiReader.Read(new string(' ', OpenApiReader.MostCharacters + 1), "x").Problems).Message, StringComparison.Ordinal);
        Assert.NotEmpty(OpenApiReader.Read("{\"openapi\":" + new string('[', 1_000_000), "x").Problems);
        Assert.NotEmpty(OpenApiReader.Read("openapi: " + new string('[', 100_000), "x").Problems);
        Assert.NotEmpty(OpenApiReader.Read("openapi: 3.0.0\npaths: " + string.Concat(Enumerable.Repeat("{a: ", 5_000)), "x").Problems);
        // Each schema is composed of the next one ten times: ten billion steps, if they were taken.
        var composed = string.Join(',', Enumerable.Range(0, 10).Select(i => $"\"S{i}\":{{\"allOf\":[{string.Join(',', Enumerable.Repeat($"{{\"$ref\":\"#/components/schemas/S{i + 1}\"}}", 10))}],\"properties\":{{\"id\":{{\"type\":\"string\"}}}}}}")) + ",\"S10\":{\"type\":\"object\"}";
        var wide = $"{{\"openapi\":\"3.0.0\",\"paths\":{{\"/orders\":{{\"get\":{{\"responses\":{{\"200\":{{\"content\":{{\"application/json\":{{\"schema\":{{\"type\":\"array\",\"items\":{{\"$ref\":\"#/components/schemas/S0\"}}}}}}}}}}}}}}}}}},\"components\":{{\"schemas\":{{{composed}}}}}}}";
        Assert.Empty(ManifestReader.Read(OpenApiDraftMaker.Make(Read(wide)).Document, "draft").Problems);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"It took {watch.Elapsed}.");
    }

    /// <summary>Mutated: a description or problems, and a draft that is sound; never an exception.</summary>
    [Fact]
    [Trait("kind", Mutations.Kind)]
    public async Task Mutated_descriptions_are_read_or_refused_and_their_drafts_are_sound()
    {
        var (read, refused) = (0, 0);
        var lines = Bazaar.Split('\n');
        await Mutations.RunAsync(output, "OpenAPI", "descriptions, and the drafts made of them", 300, (random, _) =>
        {
            var (at, bad) = (random.Next(lines.Length), Bad[random.Next(Bad.Length)]);
            var mutated = (string[])lines.Clone();
            var colon = mutated[at].IndexOf(": ", StringComparison.Ordinal);
            mutated[at] = random.Next(6) switch
            {
                0 when colon > 0 => mutated[at][..(colon + 2)] + bad,
                1 => mutated[random.Next(lines.Length)],
                2 => "",
                3 => mutated[at][..(mutated[at].Length / 2)],
                4 => mutated[at].Replace("string", bad, StringComparison.Ordinal).Replace("name", bad, StringComparison.Ordinal),
                _ => mutated[at].Replace("{", bad, StringComparison.Ordinal),
            };
            return string.Join('\n', mutated);
        }, text =>
        {
            var reading = OpenApiReader.Read(text, "x");
            if (reading.Description is not { } description)
            {
                Assert.NotEmpty(reading.Problems);
                refused++;
                return;
            }

            var draft = OpenApiDraftMaker.Make(description);
            var problems = ManifestReader.Read(draft.Document, "draft").Problems;
            Assert.True(problems.Count == 0, string.Join('\n', problems) + "\n" + draft.Document);
            read++;
        }, text => text);
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    private static readonly string[] Bad =
    [
        "null", "true", "-1", "[]", "{}", "\"\"", "'{a}'", "\"x\\ud83d\"", "\"\\u0000\\n\\t\"", "'it''s \"quoted\"'", "\"emoji \U0001F600\"", "\"a.b[0]\"", "\"#/paths\"", "{ $ref: \"#/components/schemas/Order\" }", "{ $ref: \"#/components\" }",
        "[object, \"null\"]", "\"$&{}?=/\"", "9999999999999999999999", "\"" + new string('x', 3_000) + "\"", "integer", "array", "{ type: array, items: { type: array, items: { type: string } } }", "~", "on",
    ];

    private static OpenApiDescription Read(string text)
    {
        var reading = OpenApiReader.Read(text, "bazaar.yaml");
        Assert.True(reading.Description is not null, string.Join('\n', reading.Problems));
        return reading.Description;
    }
}
