using System.Text;
using Connectors.Catalog.GenericHttp;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Sftp;

/// <summary>The connectors that exchange files: what their samples mean, and what they write.</summary>
public sealed class FileConnectorsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void What_the_warehouse_sends_is_read_as_approved() => Approved.Check("file-warehouse-news", Told(Warehouse, "warehouse-files", EmbeddedCatalog.Sample("FileWarehouse", "news.txt")));

    [Fact]
    public void What_the_tills_send_is_read_as_approved() => Approved.Check("csv-till-sales", Told(Till, "till-files", EmbeddedCatalog.Sample("CsvTill", "sales.csv")));

    [Fact]
    public void A_half_bad_file_goes_on_with_its_good_records()
    {
        var text = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("CsvTill", "sales.csv"));
        var told = Told(Till, "till-files", Encoding.UTF8.GetBytes(text.Replace("100232;COLLECT;2026-11-27T18:09:40+01:00", "100232;COLLECT;yesterday", StringComparison.Ordinal).Replace("S01;100234;VOID;", "S01;100234;VOID;;", StringComparison.Ordinal)));
        Assert.Contains("lines 2 to 3: order S01-100231", told, StringComparison.Ordinal);
        Assert.Contains("line 4: refused mapping.not_a_date", told, StringComparison.Ordinal);
        // What cannot be read may be one more record of the receipt before it.
        Assert.Contains("line 5: refused file.beside_unreadable Line 6", told, StringComparison.Ordinal);
        Assert.Contains("line 6: refused file.columns Line 6", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_news_file_without_its_last_line_is_refused_as_a_whole()
    {
        var text = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("FileWarehouse", "news.txt"));
        Assert.StartsWith("! file.no_footer", Told(Warehouse, "warehouse-files", Encoding.UTF8.GetBytes(text[..text.IndexOf("FT", StringComparison.Ordinal)])), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pick_instruction_is_written_to_the_server_and_reads_as_what_it_says()
    {
        await using var server = SftpServer.Start("out");
        var connection = server.Connection(connector: "file-warehouse", settings: ("client", "4711"));
        var (operation, request) = (Warehouse.Operation("instructFulfilment")!, Given.Request(connection: connection));
        var document = operation.Map(request);
        Assert.True(document.Refusals.Count == 0, string.Join("\n", document.Refusals));
        Approved.Check("file-warehouse-pick", Encoding.Latin1.GetString(document.Content.Span));
        for (var times = 0; times < 2; times++)
        {
            var result = Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, document.Content, server, Ct));
            Assert.Equal("Warehouse was handed PICK-SHOPIFY-EU-1001.txt", result.Summary);
        }

        Assert.Equal(document.Content.ToArray(), File.ReadAllBytes(server.At("out/PICK-SHOPIFY-EU-1001.txt")));
        var read = Warehouse.Definition.Formats["pick"].Read(document.Content, connection);
        Assert.Equal("", string.Join("\n", read.Refusals.Concat(read.Documents.SelectMany(d => d.Refusals))));
        Assert.Contains("\"line\":[{\"kind\":\"PL\",\"lineRef\":\"L1\",\"sku\":\"TEE-M\",\"quantity\":\"2\"", Encoding.UTF8.GetString(read.Documents[0].Json.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_that_is_too_long_for_the_file_is_refused_with_its_field()
    {
        var order = Given.Order with { ShipTo = Given.Order.ShipTo! with { Line1 = new string('x', 51) } };
        var refusal = Assert.Single(Warehouse.Operation("instructFulfilment")!.Map(Given.Request(order, Given.Connection(settings: new Dictionary<string, string> { ["client"] = "1" }))).Refusals);
        Assert.Equal(("file.too_long", "line1"), (refusal.Code, refusal.Field));
    }

    [Fact]
    public void The_store_is_told_what_is_ready_in_a_file_that_a_spreadsheet_may_open()
    {
        var order = Given.Order with { Number = "S01-100232", Extensions = new Dictionary<string, string> { ["store"] = "=S01" }, References = new Dictionary<string, string> { ["receipt"] = "100232" } };
        var document = Till.Operation("confirmShipment")!.Map(Given.Request(order, shipments: Given.Shipment));
        Assert.Empty(document.Refusals);
        Assert.Equal("\uFEFFstore;receipt;reference;shipment;line;sku;qty\r\n'=S01;100232;SHOPIFY-EU-1001;SHP-1;L1;TEE-M;2\r\n'=S01;100232;SHOPIFY-EU-1001;SHP-1;L3;CAP;1\r\n", Encoding.UTF8.GetString(document.Content.Span));
    }

    /// <summary>By YAML alone, both ways, at a real server.</summary>
    [Fact]
    public async Task Any_system_with_files_is_connected_by_its_description()
    {
        await using var server = SftpServer.Start("orders", "orders/done", "despatch");
        var connection = server.Connection(connector: "generic-files", settings: ("spec", Encoding.UTF8.GetString(EmbeddedCatalog.Sample("GenericFiles", "spec-example.yaml"))));
        var generic = new GenericHttpConnector(TimeProvider.System, "GenericFiles");
        Assert.Empty(generic.Check(connection));
        var connector = generic.For(connection);
        Assert.NotNull(connector.OpenTransport(connection, server));
        server.Put("orders/today.csv", "Order-No;Pos;Article;Qty;Date\nA-1;10;TEE-M;2;28.11.2026\nA-1;20;CAP;1;28.11.2026\n");
        var page = await connector.Feeds[0].ReadAsync(connection, null, Given.Now, server, Ct);
        page = await connector.Feeds[0].ReadAsync(connection, page.Cursor, Given.Now.AddSeconds(30), server, Ct);
        var parts = connector.Receiver!.Unpack(new() { Topic = "inbox", ContentType = page.ContentType, Body = page.Documents[0], Polled = true, ReceivedAt = Given.Now }, connection)!.Parts;
        var order = Assert.IsType<InboundEvent.OrderReceived>(connector.Receiver.Translate(Assert.Single(parts).Request, connection)).Order;
        Assert.Equal(("A-1", 2, new DateTimeOffset(2026, 11, 27, 23, 0, 0, TimeSpan.Zero)), (order.Number, order.Lines.Count, order.PlacedAt));
        var request = Given.Request(order, connection, shipments: new Shipment { ExternalId = "S1", ShippedAt = Given.Now, TrackingNumber = "T1", Lines = [new("10", "TEE-M", 2)] });
        var operation = connector.Operation("confirmShipment")!;
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, operation.Map(request).Content, server, Ct));
        Assert.Equal("A-1                 000010000002T1                            \r\n", File.ReadAllText(server.At("despatch/A-1-S1.txt")));
    }

    [Fact]
    public void A_folder_feed_at_an_address_that_is_no_SFTP_server_is_named()
    {
        var connection = new Connection { Key = "w", Connector = "file-warehouse", Role = SystemRole.Wms, DisplayName = "W", BaseAddress = new("https://files.example.org"), Settings = new Dictionary<string, string> { ["user"] = "kim", ["client"] = "1" } };
        Assert.Equal(["baseAddress: The connector takes files from a folder. Allowed: sftp://host/folder, with a port if it is not 22."], Warehouse.Check(connection));
    }

    [Theory]
    [InlineData("after: move", "folder.to: A folder is missing")]
    [InlineData("after: keep, to: /x", "folder.after: 'keep' is unknown. Allowed: move, delete, leave.")]
    [InlineData("to: /x", "folder.after: A value is missing")]
    [InlineData("after: delete, pattern: \"../*\"", "folder.pattern: It is a pattern for names")]
    [InlineData("after: delete, stableSeconds: -1", "folder.stableSeconds: '-1' is not allowed")]
    [InlineData("after: delete, path: \"{order.number}\"", "folder.path: '{order.number}' cannot be read here")]
    public void A_wrong_folder_says_what_is_allowed(string keys, string expected)
    {
        var yaml = $"roles: [wms]\noperations: []\nfeeds: [{{ name: inbox, folder: {{ {(keys.Contains("path:", StringComparison.Ordinal) ? "" : "path: /in, ")}{keys} }} }}]\nreceive: {{ documents: [{{ ignore: x }}] }}";
        Assert.Contains(ManifestReader.ReadSpec(yaml, "w", "W", SystemRole.Wms, "spec").Problems, p => p.Message.Contains(expected, StringComparison.Ordinal));
    }

    private static DeclarativeConnector Warehouse { get; } = new(EmbeddedCatalog.Load("FileWarehouse"), TimeProvider.System);

    private static DeclarativeConnector Till { get; } = new(EmbeddedCatalog.Load("CsvTill"), TimeProvider.System);

    private static string Told(DeclarativeConnector connector, string feed, byte[] file)
    {
        var unpacked = connector.Receiver!.Unpack(new() { Topic = feed, ContentType = "text/plain", Body = file, Polled = true, ReceivedAt = Given.Now }, Given.Connection())!;
        var told = new StringBuilder();
        foreach (var refusal in unpacked.Refusals)
            told.Append($"! {refusal.Code} {refusal.Message}\n");
        foreach (var part in unpacked.Parts)
            told.Append($"{part.Place}: {(part.Refusals.Count > 0 ? $"refused {part.Refusals[0].Code} {part.Refusals[0].Message}" : Meaning(connector.Receiver.Translate(part.Request, Given.Connection())))}\n");
        return told.ToString();
    }

    private static string Meaning(InboundEvent meaning) => meaning switch
    {
        InboundEvent.OrderReceived { Order: var o } => $"order {o.Number} placed {o.PlacedAt:u} {o.TotalMinor} {o.Currency} tax {o.TaxMinor} service {o.ShippingService} for {o.Customer?.Name}: "
            + string.Join(", ", o.Lines.Select(l => $"{l.ChannelLineRef} {l.Quantity} x {l.Sku} at {l.UnitPriceMinor}{(l.RequiresShipping ? "" : " taken away")}")),
        InboundEvent.Happened h => $"{h.Event} of {h.Correlation[0].Value} key {h.BusinessKey}{(h.Reason is null ? "" : $" because {h.Reason}")}"
            + (h.Shipment is { } s ? $" shipment {s.ExternalId} at {s.ShippedAt:u} with {s.Carrier} {s.TrackingNumber}: {string.Join(", ", s.Lines.Select(l => $"{l.Quantity} x {l.ChannelLineRef} {l.Sku}"))}" : ""),
        InboundEvent.Ignored i => $"ignored: {i.Reason}",
        InboundEvent.Refused r => $"refused {r.Refusals[0].Code} {r.Refusals[0].Message}",
        _ => meaning.ToString(),
    };
}
