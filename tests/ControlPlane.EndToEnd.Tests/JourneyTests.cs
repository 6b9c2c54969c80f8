using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Start, sign in, watch an order arrive and complete, break the ERP by its dial, see the verdict, mend it, see it complete.</summary>
public sealed class JourneyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_business_user_sees_where_an_order_is_stuck_and_sees_it_complete_once_the_ERP_is_back()
    {
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "40" });
        product.Start();
        await product.AliveAsync(Ct);
        var page = await browser.OpenAsync(product.Address);
        await Browser.SignInAsync(page, "business");

        // An order arrives and completes.
        var closed = await OneAsync(product, "state=closed", TimeSpan.FromSeconds(90));
        await page.GotoAsync($"/transactions/{closed.Id}");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(closed.Number, new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("closed", new() { IgnoreCase = true });

        // Any of its numbers finds it.
        await page.GotoAsync($"/transactions?q={Uri.EscapeDataString(closed.ErpOrder)}");
        await Assertions.Expect(page.GetByText(closed.Number).First).ToBeVisibleAsync(new() { Timeout = 20_000 });

        // The ERP breaks.
        await DialAsync(product, "erp-down");
        var held = await OneAsync(product, "state=retrying", TimeSpan.FromSeconds(60));
        await page.GotoAsync($"/transactions/{held.Id}");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Business Central", new() { Timeout = 20_000 });
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("next try", new() { IgnoreCase = true });
        await Browser.ShootAsync(page, "journey-erp-down");

        // It is mended; the page follows without being touched.
        await DialAsync(product, "all-well");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Everything is done", new() { Timeout = 120_000 });
        await Browser.ShootAsync(page, "journey-mended");
    }

    private static async Task DialAsync(ProductProcess product, string preset)
    {
        using var answer = await product.Client.PutAsJsonAsync("/api/v1/demo/dials", new { preset }, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private static Task<Order> OneAsync(ProductProcess product, string filter, TimeSpan limit) => ProductProcess.EventuallyAsync(async () =>
    {
        using var list = JsonDocument.Parse(await product.Client.GetStringAsync($"/api/v1/transactions?{filter}&connection=shopify-eu&limit=1", Ct));
        var items = list.RootElement.GetProperty("items");
        if (items.GetArrayLength() == 0)
            return null;
        var id = items[0].GetProperty("id").GetString()!;
        using var detail = JsonDocument.Parse(await product.Client.GetStringAsync($"/api/v1/transactions/{id}", Ct));
        var numbers = detail.RootElement.GetProperty("identifiers").EnumerateArray().ToLookup(i => i.GetProperty("kind").GetString(), i => i.GetProperty("value").GetString());
        return new Order(id, items[0].GetProperty("number").GetString()!, numbers["erp-order"].FirstOrDefault() ?? "");
    }, limit, filter, Ct);

    private sealed record Order(string Id, string Number, string ErpOrder);
}
