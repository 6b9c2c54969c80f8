using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Tests.Tryton;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The whole product between a shop that is described by a document alone and a real Tryton, which is ERP and warehouse at once.</summary>
public sealed class TrytonTests
{
    private const string Secret = "corner-secret-0123456789";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_is_sold_by_Tryton_leaves_in_two_parcels_and_each_is_confirmed_to_the_shop_by_line()
    {
        var address = Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_TRYTON");
        Assert.SkipUnless(address is { Length: > 0 }, "There is no Tryton: CONTROLPLANE_TEST_TRYTON is not set.");
        using var person = new TrytonPerson(new Uri(address!));
        await person.RestockAsync();
        await using var shop = await Shop.OpenAsync();
        var folder = Directory.CreateTempSubdirectory("cp-tryton-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "estate.yaml"), Estate(shop.Address, address!), Ct);
        await using var product = new ProductProcess(new Dictionary<string, string>
        {
            ["ControlPlane__Demo"] = "false", ["ControlPlane__Estate"] = folder, ["CORNER_SECRET"] = Secret, ["TRYTON_PASSWORD"] = TrytonPerson.Password,
        });
        product.Start();
        await product.AliveAsync(Ct);
        var number = $"C{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}";
        var reference = $"CORNER-{number}";

        await PostAsync(product, Order(number));
        await PostAsync(product, Order(number));
        var from = TimeProvider.System.GetTimestamp();
        var sale = await Or(product, reference, ProductProcess.EventuallyAsync(async () => await person.SaleAsync(reference, "state", "shipments", "total_amount") is { } found && (string?)found["state"] == "processing" ? found : null, TimeSpan.FromSeconds(60), "the sale", Ct));
        TestContext.Current.SendDiagnosticMessage("Sold in Tryton {0:0.0} s after it was posted.", TimeProvider.System.GetElapsedTime(from).TotalSeconds);
        Assert.Equal("216.80", (string?)sale["total_amount"]!["decimal"]);

        await person.ShipAsync((int)sale["shipments"]![0]!, "TRK-1", shortNote: "b", quantity: 1);
        var first = await shop.ToldAsync("parcels", 1);
        Assert.Equal(("TRK-1", "a=2 b=1"), Parcel(first[0]));

        var rest = (await person.SaleAsync(reference, "shipments"))!["shipments"]!.AsArray().Select(s => (int)s!).Max();
        await person.ShipAsync(rest, "TRK-2");
        var second = await shop.ToldAsync("parcels", 2);
        Assert.Equal(("TRK-2", "b=2"), Parcel(second[1]));
        await shop.ToldAsync("close", 1);

        var closed = await ProductProcess.EventuallyAsync(async () =>
        {
            var list = (await product.Client.GetFromJsonAsync<JsonNode>($"/api/v1/transactions?q={reference}", Ct))!["items"]!.AsArray();
            return list.Count == 1 && (string?)list[0]!["state"] == "closed" ? list[0] : null;
        }, TimeSpan.FromSeconds(30), "closed", Ct);
        Assert.NotNull(closed);
        Assert.Equal(1, await person.CountAsync("sale.sale", "web_id", reference));
        Assert.Equal(2, shop.Count("parcels"));
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A failure says where the order stands.</summary>
    private static async Task<T> Or<T>(ProductProcess product, string reference, Task<T> task)
    {
        try
        {
            return await task;
        }
        catch (TimeoutException e)
        {
            var list = await product.Client.GetStringAsync($"/api/v1/transactions?q={reference}", Ct);
            throw new TimeoutException($"{e.Message}: {list}\n{product.Output}", e);
        }
    }

    private static (string, string) Parcel(JsonNode told) =>
        ((string)told["tracking"]!, string.Join(' ', told["lines"]!.AsArray().Select(l => $"{l!["ref"]}={l["quantity"]}").Order(StringComparer.Ordinal)));

    private static async Task PostAsync(ProductProcess product, string body)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/in/corner") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        message.Headers.Add("X-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body))));
        using var answer = await product.Client.SendAsync(message, Ct);
        Assert.True((int)answer.StatusCode == 202, await answer.Content.ReadAsStringAsync(Ct));
    }

    private static string Order(string number) => JsonSerializer.Serialize(new
    {
        id = number, at = "2026-11-23T10:00:00Z", total = "216.80", name = "Mia Öztürk", mail = $"{number}@example.org", street = "Lange Straße 5", zip = "50667", city = "Köln",
        lines = new[] { new { @ref = "a", sku = "SKU-1001", pieces = 2, price = "19.90" }, new { @ref = "b", sku = "SKU-1002", pieces = 3, price = "59.00" } },
    });

    private static string Estate(Uri shop, string tryton) => $$"""
        kind: Connector
        metadata: { name: corner-shop }
        spec:
          title: Corner shop
          roles: [storefront]
          settings: [{ name: webhookSecret, meaning: Secret of its webhooks., required: true, secret: true }]
          receive:
            signature: { scheme: hmac, header: X-Signature, secret: webhookSecret, encoding: hex }
            documents:
              - order:
                  lines: { at: "$.lines[]" }
                  rows:
                    - { to: externalId, from: $.id }
                    - { to: number, from: $.id }
                    - { to: placedAt, from: $.at }
                    - { to: currency, value: EUR }
                    - { to: total, from: $.total }
                    - { to: pricesIncludeTax, value: "true" }
                    - { to: customer.name, from: $.name }
                    - { to: customer.email, from: $.mail }
                    - { to: shipTo.name, from: $.name }
                    - { to: shipTo.line1, from: $.street }
                    - { to: shipTo.postalCode, from: $.zip }
                    - { to: shipTo.city, from: $.city }
                    - { to: shipTo.countryCode, value: DE }
                    - { to: "lines[].channelLineRef", from: "@.ref" }
                    - { to: "lines[].sku", from: "@.sku" }
                    - { to: "lines[].quantity", from: "@.pieces" }
                    - { to: "lines[].unitPrice", from: "@.price" }
          mappings:
            - name: parcel
              rows:
                - { to: tracking, from: shipment.trackingNumber, required: true }
                - { to: "lines[].ref", from: "shipment.lines[].channelLineRef", required: true }
                - { to: "lines[].quantity", from: "shipment.lines[].quantity", required: true }
          operations:
            - { name: confirmShipment, write: upsert, request: { method: POST, path: "/orders/{order.externalId}/parcels", mapping: parcel }, answer: { expect: any } }
            - { name: closeOrder, write: upsert, request: { method: POST, path: "/orders/{order.externalId}/close" }, answer: { expect: any } }
        ---
        kind: Connection
        metadata: { name: corner }
        spec: { connector: corner-shop, role: storefront, displayName: Corner shop, baseAddress: "{{shop}}", allowPrivateNetwork: true, secrets: { webhookSecret: "${env:CORNER_SECRET}" } }
        ---
        kind: Connection
        metadata: { name: tryton-erp }
        spec: { connector: tryton, role: erp, displayName: Tryton, baseAddress: "{{tryton}}", allowPrivateNetwork: true, settings: { user: connector, shippingProduct: SHIPPING }, secrets: { password: "${env:TRYTON_PASSWORD}" } }
        ---
        kind: Connection
        metadata: { name: tryton-wms }
        spec: { connector: tryton, role: wms, displayName: Tryton warehouse, baseAddress: "{{tryton}}", pollEvery: 5s, allowPrivateNetwork: true, settings: { user: connector }, secrets: { password: "${env:TRYTON_PASSWORD}" } }
        """;

    /// <summary>Takes what it is told, by the last part of the address.</summary>
    private sealed class Shop(WebApplication app) : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string About, JsonNode? Body)> _told = new();

        public Uri Address => new(app.Urls.First());

        public static async Task<Shop> OpenAsync()
        {
            var builder = WebApplication.CreateBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            app.Urls.Add($"http://127.0.0.1:{ProductProcess.FreePort()}");
            var shop = new Shop(app);
            app.MapPost("/orders/{id}/{about}", async (string about, HttpRequest request) =>
            {
                using var reader = new StreamReader(request.Body);
                var text = await reader.ReadToEndAsync(Ct);
                shop._told.Enqueue((about, text.Length > 0 ? JsonNode.Parse(text) : null));
            });
            await app.StartAsync(Ct);
            return shop;
        }

        public int Count(string about) => _told.Count(t => t.About == about);

        public Task<JsonNode[]> ToldAsync(string about, int count) => ProductProcess.EventuallyAsync(
            () => Task.FromResult(Count(about) >= count ? _told.Where(t => t.About == about).Select(t => t.Body!).ToArray() : null), TimeSpan.FromSeconds(60), $"{count} {about}", Ct);

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
