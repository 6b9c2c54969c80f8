using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The product with its simulated warehouse: an order waits until so many of a product are there.</summary>
public sealed class FigureHoldJourneyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_that_waits_for_stock_goes_on_when_the_warehouse_has_it_and_is_told_when_it_does_not()
    {
        await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "60", ["ControlPlane__Repair__AskFiguresSeconds"] = "10" });
        product.Start();
        await product.AliveAsync(Ct);
        await DialAsync(product, ("erp", "rejected-order-rate", 100), ("wms", "stock", 40));
        var stuck = await ProductProcess.EventuallyAsync(async () => await StuckAsync(product) is { Count: >= 2 } found ? found : null, TimeSpan.FromSeconds(120), "two stuck orders", Ct);
        await DialAsync(product, ("erp", "rejected-order-rate", 0));
        using var connections = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/connections", Ct));
        var wms = connections.RootElement.GetProperty("items").EnumerateArray().First(c => c.GetProperty("connector").GetString() == "regional-wms").GetProperty("key").GetString()!;
        object Until(int pieces, DateTimeOffset? latest) => new
        {
            figure = new { connection = wms, operation = "stockOf", arguments = new { sku = "MUG-BLU-35" }, figure = "available", @is = "at-least", value = pieces.ToString(CultureInfo.InvariantCulture) }, until = latest, reason = "too few",
        };
        await HoldAsync(product, stuck[0], Until(60, null));
        await HoldAsync(product, stuck[1], Until(900, TimeProvider.System.GetUtcNow().AddSeconds(15)));
        using (var holds = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/holds", Ct)))
            Assert.All(holds.RootElement.GetProperty("items").EnumerateArray(), h => Assert.Equal("40", h.GetProperty("lastFigure").GetString()));
        await DialAsync(product, ("wms", "stock", 75));
        await JournalAsync(product, stuck[0], "available is 75, which it was held for");
        Assert.DoesNotContain(stuck[0], await StuckAsync(product));
        var told = await JournalAsync(product, stuck[1], "held.ran_out");
        Assert.Contains("That time is over. Last seen: ", told, StringComparison.Ordinal);
        Assert.Contains(stuck[1], await StuckAsync(product));
    }

    /// <summary>Until it says so.</summary>
    private static Task<string> JournalAsync(ProductProcess product, string id, string said) => ProductProcess.EventuallyAsync(
        async () => await product.Client.GetStringAsync($"/api/v1/transactions/{id}/journal?limit=200", Ct) is var text && text.Contains(said, StringComparison.Ordinal) ? text : null, TimeSpan.FromSeconds(90), said, Ct);

    private static async Task DialAsync(ProductProcess product, params (string System, string Name, int Value)[] dials) =>
        Assert.True((await product.Client.PutAsJsonAsync("/api/v1/demo/dials", new { dials = dials.Select(d => new { system = d.System, name = d.Name, value = d.Value }) }, Ct)).IsSuccessStatusCode);

    private static async Task<IReadOnlyList<string>> StuckAsync(ProductProcess product)
    {
        using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/transactions?state=stuck&limit=200", Ct));
        return [.. list.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)];
    }

    private static async Task HoldAsync(ProductProcess product, string id, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/transactions/{id}/hold") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await product.Client.SendAsync(request, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }
}
