using System.Globalization;
using System.Text.Json;
using Connectors.Sandbox;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>
/// kill -9 in the middle of the work, restart, and every acknowledged order is at the ERP and at the warehouse exactly
/// once. The simulated partners live in the test's process, so their memory of what was done to them outlives the product.
/// </summary>
public sealed class CrashTests
{
    private const int Orders = 150;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_acknowledged_is_lost_or_posted_twice_by_kills_and_lost_answers()
    {
        var estate = Directory.CreateTempSubdirectory("cp-estate-").FullName;
        var options = new SandboxOptions { Port = 0, OrdersPerMinute = 0, MarketplaceOrdersPerMinute = 0, PublishedLimits = false, Seed = 7 };
        await using var sandbox = await SandboxHost.StartAsync(options, ct: Ct);
        await using var product = new ProductProcess(Settings(estate, sandbox, options));
        sandbox.Control.WebhookTarget = product.Address;
        // The worst that the ERP can do: it posts the order, and its answer is lost.
        Assert.Empty(sandbox.Control.Dials.Apply([new("erp", "lost-answer-rate", 5), new("shop", "duplicate-webhook-rate", 20)]));
        Assert.Null(sandbox.Control.PlaceOrders("shop", Orders));
        var random = new Random(7);
        for (var kill = 0; kill < 3; kill++)
        {
            product.Start();
            await product.AliveAsync(Ct);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(600, 2500)), Ct);
            await product.KillAsync();
        }

        product.Start();
        await product.AliveAsync(Ct);
        await ProductProcess.EventuallyAsync(async () => await ClosedAsync(product) >= Orders ? "all" : null, TimeSpan.FromMinutes(4), $"{Orders} closed orders", Ct);
        var sales = sandbox.Control.Ledger("erp", "sales-order")!.Single();
        var instructions = sandbox.Control.Ledger("wms")!.First(p => p.Once);
        Assert.Equal((Orders, 0L), (sales.References.Count, sales.Duplicates));
        Assert.Equal((Orders, 0L), (instructions.References.Count, instructions.Duplicates));
        Directory.Delete(estate, recursive: true);
    }

    private static async Task<int> ClosedAsync(ProductProcess product)
    {
        using var page = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/transactions?state=closed&limit=200", Ct));
        return page.RootElement.GetProperty("items").GetArrayLength();
    }

    /// <summary>The demo's own documents, with the secrets given as a user would give them.</summary>
    private static Dictionary<string, string> Settings(string estate, SandboxHost sandbox, SandboxOptions options)
    {
        var web = typeof(ControlPlane.Web.ControlPlaneHost).Assembly;
        foreach (var name in web.GetManifestResourceNames().Where(n => n.EndsWith(".yaml", StringComparison.Ordinal) && !n.Contains("amazon", StringComparison.Ordinal)))
        {
            using var from = web.GetManifestResourceStream(name)!;
            using var to = File.Create(Path.Combine(estate, name));
            from.CopyTo(to);
        }

        string Secret(string name) => "ControlPlane__Secrets__sandbox-" + name;
        return new()
        {
            ["ControlPlane__Demo"] = "false",
            ["ControlPlane__Estate"] = estate,
            ["Logging__LogLevel__Default"] = "Warning",
            [Secret("address")] = $"http://127.0.0.1:{sandbox.Address.Port.ToString(CultureInfo.InvariantCulture)}",
            [Secret("shop-webhook-secret")] = options.Secrets.ShopWebhookSecret,
            [Secret("shop-access-token")] = options.Secrets.ShopAccessToken,
            [Secret("erp-company")] = options.ErpCompany.ToString(),
            [Secret("erp-client-id")] = options.Secrets.ErpClientId,
            [Secret("erp-client-secret")] = options.Secrets.ErpClientSecret,
            [Secret("wms-api-key")] = options.Secrets.WmsApiKey,
            [Secret("wms-webhook-secret")] = options.Secrets.WmsWebhookSecret,
        };
    }
}
