using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Connectors.Sandbox;
using Connectors.Tests.Marketplaces;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Sandbox;

/// <summary>The marketplaces of the sandbox by themselves: when they run, and what they make of bad input.</summary>
public sealed class MarketplaceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Markets => [.. SandboxSystems.Marketplaces];

    /// <summary>System, list of orders, a write for the order 99.</summary>
    public static TheoryData<string, string, string, string> Paths => new()
    {
        { SandboxSystems.WooCommerce, "/wp-json/wc/v3/orders?per_page=101", "PUT", "/wp-json/wc/v3/orders/{id}" },
        { SandboxSystems.Walmart, "/v3/orders?limit=201", "POST", "/v3/orders/{id}/shipping" },
        { SandboxSystems.AdobeCommerce, "/rest/V1/orders?searchCriteria%5BpageSize%5D=-1", "POST", "/rest/V1/order/{id}/ship" },
        { SandboxSystems.BigCommerce, "/stores/abc123/v2/orders?limit=251", "POST", "/stores/abc123/v2/orders/{id}/shipments" },
        { SandboxSystems.Ebay, "/sell/fulfillment/v1/order?filter=creationdate:%5B2026..%5D", "POST", "/sell/fulfillment/v1/order/{id}/shipping_fulfillment" },
    };

    [Fact]
    public async Task Without_the_option_there_is_none_and_no_dial_of_one()
    {
        await using var rig = await SandboxRig.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await rig.SendAsync(HttpMethod.Get, "/woocommerce/wp-json/wc/v3/orders")).Status);
        Assert.Equal(SandboxSystems.All, rig.Control.Statistics().Select(s => s.System));
        Assert.Equal(SandboxSystems.All, rig.Control.Dials.List().Select(d => d.Definition.System).Distinct());
        Assert.Equal("dial.unknown", Assert.Single(rig.Control.Dials.Apply([new("walmart", "latency", 1)])).Code);
        Assert.Equal("sandbox.not_a_shop", rig.Control.PlaceOrders("ebay", 1)!.Code);
    }

    [Fact]
    public async Task One_that_is_not_known_is_named_with_those_that_are()
    {
        var problem = await Assert.ThrowsAsync<ArgumentException>(() => SandboxHost.StartAsync(new SandboxOptions { Port = 0, Marketplaces = ["etsy"] }, ct: Ct));
        Assert.Contains("Marketplaces has 'etsy'", problem.Message, StringComparison.Ordinal);
        Assert.Contains("woocommerce, walmart, adobe-commerce, bigcommerce, ebay", problem.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => SandboxHost.StartAsync(new SandboxOptions { Port = 0, Marketplaces = ["ebay", "ebay"] }, ct: Ct));
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task Whoever_has_no_credentials_is_refused(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        foreach (var row in Paths.Where(p => p.Data.Item1 == system))
            Assert.Equal(HttpStatusCode.Unauthorized, (await rig.Sandbox.SendAsync(HttpMethod.Get, $"/{system}{row.Data.Item2}")).Status);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task Bad_input_is_refused_and_changes_nothing(string system, string list, string method, string write)
    {
        await using var rig = await MarketRig.StartAsync(system);
        var order = await rig.OrderedAsync();
        var verb = new HttpMethod(method);
        var path = write.Replace("{id}", order.ExternalId, StringComparison.Ordinal);

        Assert.Equal(400, (await rig.CallAsync(HttpMethod.Get, list)).Status);
        Assert.Equal(404, (await rig.CallAsync(verb, write.Replace("{id}", "99", StringComparison.Ordinal), "{}"u8.ToArray())).Status);
        foreach (var body in new[] { "", "[]", "{", "null", "\"x\"", """{"items":{}}""", """{"items":[1],"lineItems":["x"],"order_address_id":"y","status":"z","orderShipment":[]}""", new string('[', 5_000), new string('"', 1_000) })
        {
            var status = (await rig.CallAsync(verb, path, Encoding.UTF8.GetBytes(body))).Status;
            Assert.True(status is 400 or 422 || system == SandboxSystems.WooCommerce && status == 200 && body.StartsWith("""{"items":{}""", StringComparison.Ordinal), $"{status}: {body}");
        }

        // A page behind the last number there is does not overflow.
        Assert.True((await rig.CallAsync(HttpMethod.Get, list.Split('?')[0] + "?page=2147483647&offset=2147483647")).Status is 200 or 204);
        Assert.Empty(rig.Sandbox.Control.Ledger(system, "shipment")!.Single().References);
        Assert.Equal(0L, rig.Sandbox.Statistics(system).Broken);
    }

    [Theory, MemberData(nameof(Paths))]
    public async Task A_body_that_is_too_large_is_not_read(string system, string list, string method, string write)
    {
        await using var rig = await MarketRig.StartAsync(system);
        Assert.NotEmpty(list);
        using var request = new HttpRequestMessage(new(method), $"/{system}{write.Replace("{id}", "99", StringComparison.Ordinal)}") { Content = new ByteArrayContent(new byte[(1 << 20) + 1]) };
        try
        {
            Assert.Equal(413, (await rig.Sandbox.SendAsync(request)).Code);
        }
        catch (HttpRequestException)
        {
            // The connection may be closed while we are still sending.
        }

        Assert.Empty(rig.Sandbox.Control.Ledger(system, "shipment")!.Single().References);
    }

    [Theory]
    [InlineData(SandboxSystems.WooCommerce), InlineData(SandboxSystems.BigCommerce)]
    public async Task Subscriptions_are_made_listed_and_deleted_by_the_connector(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        var webhooks = rig.Connector.Webhooks!;
        var address = new Uri("https://shop.example.org/in/here");
        foreach (var topic in webhooks.Topics(rig.Connection))
            await webhooks.CreateAsync(rig.Connection, topic, address, rig.Sandbox.Clock.GetUtcNow(), rig.Exchange, Ct);

        var made = await webhooks.ListAsync(rig.Connection, rig.Exchange, Ct);
        Assert.Equal(webhooks.Topics(rig.Connection), made.Select(s => s.Topic));
        Assert.All(made, s => Assert.Equal((address.ToString(), true), (s.Address, s.Active)));
        await webhooks.DeleteAsync(rig.Connection, made[0], rig.Exchange, Ct);
        await webhooks.DeleteAsync(rig.Connection, made[0], rig.Exchange, Ct);
        Assert.Equal(made[1].Id, Assert.Single(await webhooks.ListAsync(rig.Connection, rig.Exchange, Ct)).Id);
    }

    [Fact]
    public async Task An_eBay_key_is_answered_by_its_id_and_fits_the_signature()
    {
        await using var rig = await MarketRig.StartAsync(SandboxSystems.Ebay);
        var webhook = await rig.OrderAsync();
        // Keys are asked for as the application, not as the seller.
        var key = rig.Connector.Receiver!.KeyOf(webhook)!;
        var connection = rig.Connection.WithSecret(key.Secret, key.Read(await rig.Exchange.SendAsync(key.Request(), Ct))!);

        Assert.True(rig.Connector.Receiver.Verify(webhook, connection));
        foreach (var bad in new[] { "", "no base64", Convert.ToBase64String("[]"u8), Convert.ToBase64String("""{"signature":1}"""u8), Convert.ToBase64String("""{"kid":"x"}"""u8), new string('A', 5_000) })
            Assert.False(rig.Connector.Receiver.Verify(new() { Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-EBAY-SIGNATURE"] = bad }, Body = webhook.Body, ReceivedAt = webhook.ReceivedAt }, connection));
    }

    [Fact]
    public async Task A_signed_request_of_Adobe_Commerce_holds_once()
    {
        await using var rig = await MarketRig.StartAsync(SandboxSystems.AdobeCommerce);
        var request = new ExchangeRequest { Method = HttpMethod.Get, Path = "/orders?searchCriteria%5BpageSize%5D=5", Operation = "test" };
        await rig.Connector.AuthenticateAsync(request, rig.Connection, new MemoryTokens(), rig.Exchange, Ct);
        var signed = ("Authorization", request.Headers["Authorization"]);

        Assert.Equal(401, (await rig.Sandbox.SendAsync(HttpMethod.Get, "/adobe-commerce/rest/V1/orders?searchCriteria%5BpageSize%5D=6", null, signed)).Code);
        Assert.Equal(200, (await rig.Sandbox.SendAsync(HttpMethod.Get, "/adobe-commerce/rest/V1/orders?searchCriteria%5BpageSize%5D=5", null, signed)).Code);
        Assert.Equal(401, (await rig.Sandbox.SendAsync(HttpMethod.Get, "/adobe-commerce/rest/V1/orders?searchCriteria%5BpageSize%5D=5", null, signed)).Code);
    }
}
