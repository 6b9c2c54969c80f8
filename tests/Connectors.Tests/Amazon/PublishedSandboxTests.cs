using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Connectors.Catalog.Amazon;
using Connectors.Tests.Peers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Connectors.Tests.Amazon;

/// <summary>
/// Amazon's static sandbox, built from its published model: what a request is answered with stands beside it in <c>x-amzn-api-sandbox</c>. Each pair of
/// an operation that the connector calls is replayed over HTTP.
/// </summary>
public sealed class PublishedSandboxTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_published_pair_of_the_operations_that_we_call_is_sent_and_read_rightly()
    {
        var pairs = AmazonDocuments.Pairs("confirmShipment").ToList();
        Assert.NotEmpty(pairs);
        await using var server = await SandboxAsync(pairs);
        var connection = new Connection
        {
            Key = "amazon-us", Connector = "amazon", Role = SystemRole.Marketplace, DisplayName = "Amazon US", BaseAddress = new(server.Urls.First()),
            Settings = new Dictionary<string, string> { ["tokenUrl"] = server.Urls.First() + "/auth/o2/token", ["clientId"] = "c", ["marketplaceIds"] = "ATVPDKIKX0DER" },
            Secrets = new Dictionary<string, string> { ["clientSecret"] = "s", ["refreshToken"] = "Atzr|r" },
        };
        var connector = new AmazonConnector(TimeProvider.System);
        using var exchange = new PartnerExchange(connector, connection);
        var (text, passed) = (new StringBuilder(), 0);
        foreach (var (name, status, asked, answered) in pairs)
        {
            var outcome = await ReplayAsync(connector, connection, exchange, status, asked["parameters"]!, answered);
            passed += outcome.Passed ? 1 : 0;
            text.Append(CultureInfo.InvariantCulture, $"confirmShipment {status} {name}: {outcome.Said}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"{passed} of {pairs.Count}\n");
        Approved.Check("amazon-sandbox", text.ToString());
        Assert.Equal(pairs.Count, passed);
    }

    private static async Task<(bool Passed, string Said)> ReplayAsync(AmazonConnector connector, Connection connection, IExchange exchange, int status, JsonNode parameters, JsonNode answered)
    {
        var body = parameters["body"]!["value"]!.AsObject();
        var package = body["packageDetail"]!;
        var isDate = DateTimeOffset.TryParse((string)package["shipDate"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var shipped) && ((string)package["shipDate"]!).Contains('T', StringComparison.Ordinal);
        var order = GivenAmazon.Order with
        {
            PlacedAt = isDate ? shipped.AddDays(-1) : Given.Now.AddDays(-1),
            ExternalId = (string)parameters["orderId"]!["value"]!,
            Extensions = new Dictionary<string, string> { ["marketplaceId"] = (string)body["marketplaceId"]! },
            Lines = [.. package["orderItems"]!.AsArray().Select(i => new OrderLine { ChannelLineRef = (string)i!["orderItemId"]!, Sku = "S", Quantity = (int)i["quantity"]! })],
        };
        var shipment = new Shipment
        {
            ExternalId = "S1", ShippedAt = isDate ? shipped : Given.Now, Carrier = (string)package["carrierCode"]!, Service = (string)package["shippingMethod"]!, TrackingNumber = (string)package["trackingNumber"]!,
            Lines = [.. order.Lines.Select(l => new ShipmentLine(l.ChannelLineRef, l.Sku, l.Quantity))],
        };
        var request = Given.Request(order, connection, null, shipment);
        var confirm = connector.Operation("confirmShipment")!;
        var mapped = confirm.Map(request);
        Assert.Empty(mapped.Refusals);
        // A date of this form is one that we never write: Amazon's own document is sent then.
        var result = await confirm.ExecuteAsync(request, isDate ? mapped.Content : Encoding.UTF8.GetBytes(body.ToJsonString()), exchange, Ct);
        return (status, result) switch
        {
            (204, OperationResult.Confirmed) => (true, "our document was taken: confirmed"),
            (400, OperationResult.Failed { Fault: { Kind: FaultKind.Data } fault }) => (fault.ProviderCode == (string?)answered["errors"]![0]!["code"], $"refused: {fault.Code}, {fault.Message}"),
            _ => (false, result.ToString()!),
        };
    }

    /// <summary>Answers what the model says, and 501 to what no pair has: our document has to hold the pair's members with their values, and no others but those the pair has.</summary>
    private static async Task<WebApplication> SandboxAsync(IReadOnlyList<(string Case, int Status, JsonNode Request, JsonNode Response)> pairs)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/auth/o2/token", () => Results.Json(new { access_token = "Atza|t", expires_in = 3600 }));
        app.MapPost("/orders/v0/orders/{orderId}/shipmentConfirmation", async (HttpContext http, string orderId) =>
        {
            var sent = (await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted))!;
            foreach (var (_, status, asked, answered) in pairs)
                if ((string?)asked["parameters"]!["orderId"]!["value"] == orderId && Fits(sent, asked["parameters"]!["body"]!["value"]!))
                    return status == 204 ? Results.NoContent() : Results.Text(answered.ToJsonString(), "application/json", statusCode: status);
            return Results.StatusCode(501);
        });
        await app.StartAsync(Ct);
        return app;
    }

    /// <summary>The pair also names members that are optional in the model; instants are compared as such.</summary>
    private static bool Fits(JsonNode sent, JsonNode pair) => (sent, pair) switch
    {
        (JsonObject ours, JsonObject theirs) => ours.All(m => theirs[m.Key] is { } there && m.Value is { } value && Fits(value, there))
            && theirs.All(m => ours.ContainsKey(m.Key) || m.Key is "shipFromSupplySourceId" or "transparencyCodes"),
        (JsonArray ours, JsonArray theirs) => ours.Count == theirs.Count && ours.Zip(theirs).All(p => Fits(p.First!, p.Second!)),
        _ => sent.ToJsonString() == pair.ToJsonString()
            || pair.GetValueKind() == System.Text.Json.JsonValueKind.String && ((string)pair!).Contains('T', StringComparison.Ordinal)
                && DateTimeOffset.TryParse((string)pair!, CultureInfo.InvariantCulture, out var a) && DateTimeOffset.TryParse((string?)sent, CultureInfo.InvariantCulture, out var b) && a == b,
    };
}
