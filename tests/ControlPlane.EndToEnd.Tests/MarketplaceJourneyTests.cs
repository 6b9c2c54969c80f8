using System.Globalization;
using System.Text.Json;
using Connectors.Sandbox;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>
/// Orders of a shop that is data alone go the whole way: to the ERP, to the warehouse, and back to the shop with their tracking numbers; by webhook and,
/// where webhooks are lost, by feed; each thing once although answers are lost.
/// </summary>
public sealed class MarketplaceJourneyTests
{
    private const int Orders = 12;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Orders_of_WooCommerce_and_BigCommerce_are_shipped_and_told_once()
    {
        var estate = Directory.CreateTempSubdirectory("cp-estate-").FullName;
        string[] shops = [SandboxSystems.WooCommerce, SandboxSystems.BigCommerce];
        var options = new SandboxOptions { Port = 0, OrdersPerMinute = 0, MarketplaceOrdersPerMinute = 0, PublishedLimits = false, Seed = 7, Marketplaces = shops };
        await using var sandbox = await SandboxHost.StartAsync(options, ct: Ct);
        await using var product = new ProductProcess(Settings(estate, sandbox, options));
        sandbox.Control.WebhookTarget = product.Address;
        product.Start();
        await product.AliveAsync(Ct);
        Assert.Empty(sandbox.Control.Dials.Apply(
        [
            new("woocommerce", "duplicate-webhook-rate", 30), new("woocommerce", "lost-webhook-rate", 30), new("woocommerce", "lost-answer-rate", 20),
            new("bigcommerce", "duplicate-webhook-rate", 30), new("bigcommerce", "lost-webhook-rate", 30), new("bigcommerce", "lost-answer-rate", 20),
        ]));
        foreach (var shop in shops)
            Assert.Null(sandbox.Control.PlaceOrders(shop, Orders));

        await ProductProcess.EventuallyAsync(async () => await ClosedAsync(product) >= Orders * shops.Length ? "all" : null, TimeSpan.FromMinutes(3), "closed orders of both shops", Ct);

        foreach (var shop in shops)
        {
            var told = sandbox.Control.Ledger(shop, "shipment")!.Single();
            // An order that leaves in one parcel has one number; the warehouse's dials make no second one.
            Assert.Equal((Orders, 0L), (told.References.Count, told.Duplicates));
        }

        var sales = sandbox.Control.Ledger("erp", "sales-order")!.Single();
        var instructions = sandbox.Control.Ledger("wms")!.First(p => p.Once);
        Assert.Equal((Orders * shops.Length, 0L), (sales.References.Count, sales.Duplicates));
        Assert.Equal((Orders * shops.Length, 0L), (instructions.References.Count, instructions.Duplicates));
        Directory.Delete(estate, recursive: true);
    }

    private static async Task<int> ClosedAsync(ProductProcess product)
    {
        using var page = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/transactions?state=closed&limit=200", Ct));
        return page.RootElement.GetProperty("items").GetArrayLength();
    }

    /// <summary>The demo's ERP and warehouse, and the two shops as a user would write them.</summary>
    private static Dictionary<string, string> Settings(string estate, SandboxHost sandbox, SandboxOptions options)
    {
        var web = typeof(ControlPlane.Web.ControlPlaneHost).Assembly;
        foreach (var name in web.GetManifestResourceNames().Where(n => n.EndsWith("business-central.yaml", StringComparison.Ordinal) || n.EndsWith("wms-regional.yaml", StringComparison.Ordinal)))
        {
            using var from = web.GetManifestResourceStream(name)!;
            using var to = File.Create(Path.Combine(estate, name));
            from.CopyTo(to);
        }

        var woo = options.Secrets.Of(SandboxSystems.WooCommerce);
        var big = options.Secrets.Of(SandboxSystems.BigCommerce);
        File.WriteAllText(Path.Combine(estate, "woocommerce.yaml"), Shop("woocommerce", "/woocommerce/wp-json/wc/v3", $"  settings: {{ consumerKey: {woo.ClientId} }}", "consumerSecret", "webhookSecret"));
        File.WriteAllText(Path.Combine(estate, "bigcommerce.yaml"), Shop("bigcommerce", "/bigcommerce/stores/abc123", "", "accessToken", "webhookToken"));
        string Secret(string name) => "ControlPlane__Secrets__" + name;
        return new()
        {
            ["ControlPlane__Demo"] = "false",
            ["ControlPlane__Estate"] = estate,
            ["Logging__LogLevel__Default"] = "Warning",
            [Secret("sandbox-address")] = $"http://127.0.0.1:{sandbox.Address.Port.ToString(CultureInfo.InvariantCulture)}",
            [Secret("sandbox-erp-company")] = options.ErpCompany.ToString(),
            [Secret("sandbox-erp-client-id")] = options.Secrets.ErpClientId,
            [Secret("sandbox-erp-client-secret")] = options.Secrets.ErpClientSecret,
            [Secret("sandbox-wms-api-key")] = options.Secrets.WmsApiKey,
            [Secret("sandbox-wms-webhook-secret")] = options.Secrets.WmsWebhookSecret,
            [Secret("woocommerce-consumerSecret")] = woo.ClientSecret,
            [Secret("woocommerce-webhookSecret")] = woo.WebhookSecret,
            [Secret("bigcommerce-accessToken")] = big.Token,
            [Secret("bigcommerce-webhookToken")] = big.WebhookSecret,
        };
    }

    private static string Shop(string name, string path, string settings, params string[] secrets) => $$"""
        kind: Connection
        metadata:
          name: {{name}}
        spec:
          connector: {{name}}
          role: storefront
          displayName: {{name}}
          baseAddress: "${secret:sandbox-address}{{path}}"
          owner: E-commerce team
          pollEvery: 10s
          timeout: 10s
          allowPrivateNetwork: true
        {{settings}}
          secrets:
        {{string.Join('\n', secrets.Select(s => $"    {s}: \"${{secret:{name}-{s}}}\""))}}
        """;
}
