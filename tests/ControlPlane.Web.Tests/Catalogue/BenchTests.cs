using System.Diagnostics;
using System.Globalization;
using System.Text;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.Manifests.Editing;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Web.Features.Catalogue;

namespace ControlPlane.Web.Tests.Catalogue;

/// <summary>What lies on the workbench: text and rows in step, what is missing, what becomes of a message at each stroke.</summary>
public sealed class BenchTests(ITestOutputHelper output)
{
    private const string Order = "receive.documents[0].order";

    private static Bench Woo()
    {
        var bench = new Bench(TimeProvider.System) { Text = EmbeddedCatalog.Document("woocommerce")!, Message = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("WooCommerce", "order.json")), Topic = "orders-feed" };
        bench.Show();
        return bench;
    }

    [Fact]
    public void A_row_changed_by_form_changes_the_text_and_what_becomes_of_the_message()
    {
        var bench = Woo();
        Assert.Equal("order", bench.Incoming!.Outcome);
        var row = bench.List!.Rows.First(r => r.Edit.To == "total");
        bench.ChooseRow(row.Number);
        bench.Set(bench.Chosen!.Edit with { Convert = "round" });
        // A second field before the pause is over starts from the first.
        bench.Set(bench.Chosen!.Edit with { Default = "0" });
        Assert.Equal("round", bench.Chosen!.Edit.Convert);
        bench.Set(bench.Chosen!.Edit with { Convert = "negate", Default = null });
        bench.Show();
        Assert.Contains("{ to: total, from: $.total, convert: negate }", bench.Text, StringComparison.Ordinal);
        Assert.StartsWith("-", bench.Trace.Single(t => t.Target == "total").Text, StringComparison.Ordinal);
        // The other way round: the text changes, and the rows follow.
        bench.Text = bench.Text.Replace("convert: negate", "convert: abs", StringComparison.Ordinal);
        bench.Show();
        Assert.Equal("abs", bench.Chosen!.Edit.Convert);
    }

    [Theory]
    [InlineData("", "There is no message here yet.")]
    [InlineData("ISA*00*", "The message cannot be read as the format says.")]
    [InlineData("{\n  \"größe\": 1,\n  }\n", "The message is no valid JSON. Line 3, place 3: ")]
    [InlineData("{ \"größe\": x }", "The message is no valid JSON. Line 1, place 12: ")]
    public void A_broken_message_tells_where_it_is_broken(string message, string told)
    {
        var why = new Bench(TimeProvider.System) { Message = message }.Unreadable();
        Assert.StartsWith(told, why, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_needed_target_without_a_row_is_named_and_a_wrong_row_says_so_itself()
    {
        var bench = Woo();
        Assert.Empty(bench.Unmapped);
        bench.ChooseRow(bench.List!.Rows.First(r => r.Edit.To == "currency").Number);
        bench.Remove();
        Assert.Equal(["currency"], bench.Unmapped);
        Assert.Contains(bench.Problems, p => p.Message.Contains("No row gives currency", StringComparison.Ordinal));
        // The last result stays while the text is unsound.
        Assert.Equal("order", bench.Incoming!.Outcome);
        var number = bench.List!.Rows.First(r => r.Edit.To == "number");
        bench.ChooseRow(number.Number);
        bench.Set(bench.Chosen!.Edit with { To = "numbr" });
        bench.Show();
        Assert.Contains(bench.ProblemsOf(bench.Chosen!), p => p.Message.Contains("'numbr' is no part of the order", StringComparison.Ordinal));
        Assert.Empty(bench.ProblemsOf(bench.List!.Rows[0]));
    }

    [Fact]
    public void A_picked_place_goes_to_the_chosen_row_or_makes_one()
    {
        var bench = Woo();
        bench.ChooseRow(bench.List!.Rows.First(r => r.Edit.To == "number").Number);
        bench.Pick("$.order_key");
        Assert.Equal("$.order_key", bench.Chosen!.Edit.From[^1]);
        bench.ChooseRow(bench.Row);
        Assert.Equal(0, bench.Row);
        bench.Pick("@.parent_name");
        Assert.Equal((bench.List!.Rows.Count, "@.parent_name"), (bench.Row, bench.Chosen!.Edit.From[0]));
        Assert.StartsWith("lines[].", bench.Chosen.Edit.To, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tree_gives_each_place_the_path_by_which_a_row_reads_it()
    {
        var bench = Woo();
        var leaves = SourceTree.Of(bench.Source()!.Value, bench.List!.LinesAt);
        Assert.Contains(leaves, l => l is { Name: "city", Path: "$.billing.city" });
        Assert.Contains(leaves, l => l is { Name: "sku", Path: "@.sku" });
        Assert.All(leaves.Where(l => l.Path.Length > 0), l => Assert.NotNull(ControlPlane.Domain.Mappings.Incoming.DocumentPath.TryParse(l.Path)));
        Assert.True(SourceTree.Of(System.Text.Json.JsonSerializer.SerializeToElement(Enumerable.Range(0, 5_000).ToDictionary(i => $"f{i}", i => i)), null).Count <= SourceTree.MostLeaves);
    }

    /// <summary>Before the first message came, the sample of a built-in connector lies on the workbench and is understood.</summary>
    [Theory]
    [InlineData("adobe-commerce")]
    [InlineData("bigcommerce")]
    [InlineData("ebay")]
    [InlineData("walmart")]
    [InlineData("woocommerce")]
    public void The_sample_of_a_built_in_connector_is_understood(string name)
    {
        var bench = new Bench(TimeProvider.System) { Text = EmbeddedCatalog.Document(name)! };
        bench.Show();
        bench.Topic = bench.Draft!.Feeds[0].Name;
        bench.Original = new() { Topic = bench.Topic, Body = EmbeddedCatalog.FirstSample(name), Polled = true };
        bench.Show();
        Assert.Equal("order", bench.Incoming!.Outcome);
        Assert.Null(EmbeddedCatalog.FirstSample("nobody"));
    }

    [Fact]
    public void What_goes_out_is_shown_on_a_real_transaction_with_the_source_of_each_value()
    {
        var bench = Woo();
        bench.ChooseList(bench.Lists.First(l => l.Name == "tracking").Path);
        Assert.True(bench.GoesOut);
        Assert.Null(bench.Outgoing);
        bench.Transaction = Transaction(bench);
        bench.Show();
        Assert.NotEmpty(bench.Outgoing!.Operation);
        Assert.Empty(bench.Outgoing.Refusals);
        Assert.Contains(bench.Trace, t => t.Text == "TRACK-1" && t.Source == "shipment.trackingNumber");
        var sources = OutgoingPreview.Sources(bench.Draft, bench.Transaction).ToDictionary();
        Assert.Equal(("A-1", "TEE-M", ""), (sources["order.number"], sources["shipment.lines[].sku"], sources["order.shipBy"]));
    }

    /// <summary>The server's part of a stroke: text to rows, checked document, message translated, tree, kept for people to quote. 200 ms is what a person waits without noticing.</summary>
    [Fact]
    public void A_stroke_is_shown_well_within_two_hundred_milliseconds()
    {
        var bench = Woo();
        var row = bench.List!.Rows.First(r => r.Edit.To == "customer.email").Number;
        bench.ChooseRow(row);
        var times = new List<double>();
        for (var i = 0; i < 60; i++)
        {
            var from = Stopwatch.GetTimestamp();
            bench.Set(bench.Chosen!.Edit with { Default = $"a{i.ToString(CultureInfo.InvariantCulture)}@example.org" });
            bench.Show();
            _ = SourceTree.Of(bench.Source()!.Value, bench.List!.LinesAt);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
            Assert.Equal("order", bench.Incoming!.Outcome);
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"edit to preview, server side: median {times.Order().ElementAt(30):0.0} ms, slowest {times.Max():0.0} ms"));
    }

    private static OperationRequest Transaction(Bench bench) => new()
    {
        Connection = OutgoingPreview.Stranger(bench.Draft!),
        TransactionId = Guid.Empty,
        Reference = "R-1",
        CorrelationId = "c",
        IdempotencyKey = "preview",
        Order = new()
        {
            ExternalId = "1", Number = "A-1", PlacedAt = DateTimeOffset.UnixEpoch, Currency = "EUR", TotalMinor = 100,
            Lines = [new() { ChannelLineRef = "315", Sku = "TEE-M", Quantity = 1, UnitPriceMinor = 100 }],
        },
        Variables = new FlowVariables
        {
            Shipments = [new() { ExternalId = "S-1", ShippedAt = DateTimeOffset.UnixEpoch, Carrier = "DHL", TrackingNumber = "TRACK-1", Lines = [new("315", "TEE-M", 1)] }], Occurrence = 1,
        },
    };
}
