using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Mappings;

/// <summary>
/// What mapping costs, printed for people; what is asserted is the result. For figures worth quoting:
/// <c>CONTROLPLANE_TEST_FIGURES=1 dotnet run -c Release --project tests/Connectors.Tests -- -class Connectors.Tests.Mappings.MappingFigures -showLiveOutput</c>.
/// </summary>
public sealed class MappingFigures(ITestOutputHelper output)
{
    private const string Rows = """
        kind: Connector
        metadata: { name: shop }
        spec:
          title: Shop
          roles: [storefront]
          feeds:
            - { name: orders-feed, path: /orders, items: "$[]" }
          receive:
            documents:
              - order:
                  lines: { at: "$.line_items[]" }
                  rows:
                    - { to: externalId, from: $.id }
                    - { to: number, from: $.number }
                    - { to: placedAt, from: $.date_created_gmt, convert: "local:UTC" }
                    - { to: currency, from: $.currency }
                    - { to: total, from: $.total }
                    - { to: tax, from: $.total_tax }
                    - { to: customer.name, from: [$.billing.first_name, $.billing.last_name], join: " " }
                    - { to: customer.email, from: $.billing.email }
                    - { to: shipTo.line1, from: $.billing.address_1 }
                    - { to: shipTo.city, from: $.billing.city }
                    - { to: shipTo.postalCode, from: $.billing.postcode }
                    - { to: shipTo.countryCode, from: $.billing.country }
                    - { to: "lines[].channelLineRef", from: "@.id" }
                    - { to: "lines[].sku", from: "@.sku" }
                    - { to: "lines[].title", from: "@.name" }
                    - { to: "lines[].quantity", from: "@.quantity" }
                    - { to: "lines[].tax", from: "@.total_tax" }
        """;

    private const string Expressions = """

                    - { to: shipping, expression: "total - tax - net", with: { total: $.total, tax: $.total_tax, net: $.net } }
                    - { to: shippingService, expression: "total > 50 ? 'express' : 'standard'", with: { total: $.total } }
                    - { to: references.initials, expression: "first.slice(0, 1) + last.slice(0, 1)", with: { first: $.billing.first_name, last: $.billing.last_name } }
        """;

    /// <summary>Few where nobody looks at the figure; otherwise so many that the last half runs as finally compiled.</summary>
    private static int Runs => Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_FIGURES") is { Length: > 0 } ? 60_000 : 3_000;

    private static double Median(List<double> times) => times.Skip(times.Count / 2).Order().ElementAt(times.Count / 4);

    [Fact]
    public void An_order_of_five_lines_by_rows_and_with_three_expressions()
    {
        var body = FiveLines();
        foreach (var (name, yaml) in new[] { ("rows alone", Rows), ("with three expressions", Rows + Expressions) })
        {
            var receiver = new DeclarativeConnector(ManifestReader.Read(yaml, "shop").Definition!, TimeProvider.System).Receiver!;
            var request = new InboundRequest { Topic = "orders-feed", Body = body, ReceivedAt = Given.Now, Polled = true };
            var times = new List<double>();
            for (var i = 0; i < Runs; i++)
            {
                var from = Stopwatch.GetTimestamp();
                var order = Assert.IsType<InboundEvent.OrderReceived>(receiver.Translate(request, Given.Connection())).Order;
                times.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds);
                Assert.Equal(5, order.Lines.Count);
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}, parsing the JSON included: median {Median(times):0.0} µs"));
        }
    }

    [Fact]
    public void The_same_the_other_way_round()
    {
        const string Outgoing = """
            kind: Mapping
            metadata: { name: shop-order }
            spec:
              rows:
                - { to: reference, from: reference, required: true }
                - { to: number, from: order.number }
                - { to: placed, from: order.placedAt, convert: "local:Europe/Berlin, date" }
                - { to: currency, from: order.currency }
                - { to: total, from: order.total, convert: "money-text, decimals:2" }
                - { to: shipTo.name, from: order.shipTo.name }
                - { to: shipTo.street, from: [order.shipTo.line1, order.shipTo.line2], join: ", " }
                - { to: shipTo.city, from: order.shipTo.city, convert: "cut:30" }
                - { to: shipTo.country, from: order.shipTo.countryCode, required: true }
                - { to: units, from: "order.lines[].quantity", convert: sum }
                - { to: "lines[].no", from: "order.lines[].position", convert: "times:10" }
                - { to: "lines[].sku", from: "order.lines[].sku", required: true }
                - { to: "lines[].quantity", from: "order.lines[].quantity" }
                - { to: "lines[].price", from: "order.lines[].unitPrice" }
                - { to: "lines[].kind", value: virtual, when: [{ at: "order.lines[].requiresShipping", is: ["false"] }] }

            """;
        const string Three = """
                - { to: net, expression: "total - tax", with: { total: order.total, tax: order.tax }, convert: number }
                - { to: express, expression: "total > 50 ? 'yes' : 'no'", with: { total: order.total } }
                - { to: initials, expression: "name.slice(0, 1)", with: { name: order.shipTo.name } }

            """;
        var line = Given.Order.Lines[0];
        var input = ControlPlane.Domain.Mappings.MappingInput.From(Given.Request(Given.Order with { Lines = [line, line, line, line, line] }));
        foreach (var (name, yaml) in new[] { ("rows alone", Outgoing), ("with three expressions", Outgoing + Three) })
        {
            var problems = new ManifestProblems("m");
            var mapping = MappingReader.Read(yaml, problems);
            Assert.Empty(problems.Found);
            var times = new List<double>();
            for (var i = 0; i < Runs; i++)
            {
                var from = Stopwatch.GetTimestamp();
                var mapped = mapping!.Map(input);
                times.Add(Stopwatch.GetElapsedTime(from).TotalMicroseconds);
                Assert.Empty(mapped.Refusals);
            }

            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"going out, {name}: median {Median(times):0.0} µs"));
        }
    }

    private static byte[] FiveLines()
    {
        var order = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(EmbeddedCatalog.Sample("WooCommerce", "order.json"))!;
        var line = order["line_items"][0].GetRawText();
        order["line_items"] = JsonSerializer.Deserialize<JsonElement>("[" + string.Join(',', Enumerable.Range(1, 5).Select(i => line.Replace("\"id\":315", $"\"id\":{i}", StringComparison.Ordinal))) + "]");
        order["net"] = JsonSerializer.Deserialize<JsonElement>("\"40.00\"");
        return JsonSerializer.SerializeToUtf8Bytes(order);
    }
}
