using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>
/// A missing crosswalk value, mended by keyboard from one of the orders that are stuck for it: mapped, five tried, the rest released, each
/// closed because its system confirmed. And the pages of mending in both themes, at desk and phone width.
/// </summary>
public sealed class RepairJourneyTests
{
    /// <summary>For a known cause, from the list to the release of all.</summary>
    private const int MostPresses = 8;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_missing_value_is_mapped_tried_on_five_and_the_rest_released_by_keyboard()
    {
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "120" });
        product.Start();
        await product.AliveAsync(Ct);
        await DialAsync(product, 80);
        await ProductProcess.EventuallyAsync(async () => (await StuckAsync(product, "")).Count >= 9 ? "yes" : null, TimeSpan.FromSeconds(120), "nine stuck orders", Ct);
        Assert.True((await product.Client.PostAsync("/api/v1/demo/dials/reset", null, Ct)).IsSuccessStatusCode);
        await Task.Delay(1500, Ct);
        // The simulated ERP knows no crosswalks: what it refused is given the cause that a mapping would have told.
        var count = await GiveCauseAsync(product);
        var id = (await StuckAsync(product, "crosswalk.missing"))[0];
        var violations = new List<string>();
        // One more waits for a person, so that every page has something to show.
        foreach (var (dark, width) in new[] { (false, 1280), (true, 1280), (false, 390), (true, 390) })
        {
            var look = await browser.OpenAsync(product.Address, width, width == 390 ? 844 : 900, dark);
            await Browser.SignInAsync(look, "business");
            await look.GotoAsync($"/transactions/{id}");
            await look.Locator(".fix input[type=radio], .fix .other input").First.WaitForAsync();
            await look.WaitForTimeoutAsync(800);
            await look.GetByText("Correct a field of the order").ClickAsync();
            await look.GetByRole(AriaRole.Button, new() { Name = "Hold", Exact = true }).ClickAsync();
            await look.WaitForTimeoutAsync(400);
            await CheckAsync(look, "fix-box", dark, width, violations);
            await look.Context.CloseAsync();
        }

        var page = await browser.OpenAsync(product.Address);
        await Browser.SignInAsync(page, "business");
        await page.GotoAsync("/worklist?code=crosswalk.missing");
        await page.WaitForFunctionAsync("() => document.querySelectorAll('[data-row]').length > 0 && document.querySelector('[data-needs-circuit]')?.inert !== true");
        await page.WaitForTimeoutAsync(1000);
        var presses = 0;
        async Task PressAsync(string key)
        {
            presses++;
            await page.Keyboard.PressAsync(key);
        }

        // From the list to everything confirmed, and nothing but keys.
        await PressAsync("j");
        await PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.querySelector('.panel .fix')?.inert === false && document.querySelector('.panel .fix [data-key=f]')");
        await PressAsync("f");
        var offered = await page.Locator(".panel .fix input[type=radio]").CountAsync() > 0;
        await PressAsync(offered ? "Space" : "9");
        if (!offered)
            await PressAsync("Enter");
        await page.GetByText($"Frees {count} stuck orders, changes 0 already posted.").WaitForAsync();
        await Browser.ShootAsync(page, "worklist-fix-desk");
        await PressAsync("Enter");
        var release = page.GetByRole(AriaRole.Button, new() { NameRegex = new($"^Release the other {count - 5}$") });
        await release.WaitForAsync(new() { Timeout = 60_000 });
        await Browser.ShootAsync(page, "fix-box-tried");
        await page.WaitForFunctionAsync("() => document.activeElement?.textContent?.startsWith('Release the other')");
        await PressAsync("Enter");
        Assert.True(presses <= MostPresses, $"{presses} presses of keys.");
        await page.GetByText($"{count} of {count} confirmed").WaitForAsync(new() { Timeout = 90_000 });
        await page.GetByRole(AriaRole.Link, new() { Name = "What became of each" }).ClickAsync();
        await Browser.AddressAsync(page, "/replays/[^/]*$");
        var replay = page.Url[(page.Url.LastIndexOf('/') + 1)..];
        Assert.Empty(await StuckAsync(product, "crosswalk.missing"));
        using (var items = JsonDocument.Parse(await product.Client.GetStringAsync($"/api/v1/replays/{replay}/items?state=proven&limit=200", Ct)))
            Assert.Equal(count, items.RootElement.GetProperty("items").GetArrayLength());

        await DialAsync(product, 60);
        await ProductProcess.EventuallyAsync(async () => (await StuckAsync(product, "")).Count >= 2 ? "yes" : null, TimeSpan.FromSeconds(90), "two more stuck orders", Ct);
        await PostAsync(product, $"/transactions/{(await StuckAsync(product, ""))[0]}/hold", new { @event = "order.updated", reason = "The customer was asked for another address" });
        foreach (var (dark, width) in new[] { (false, 1280), (true, 1280), (false, 390), (true, 390) })
        {
            var look = await browser.OpenAsync(product.Address, width, width == 390 ? 844 : 900, dark);
            await Browser.SignInAsync(look, "business");
            foreach (var (name, address) in new[] { ("holds", "/holds"), ("replay", $"/replays/{replay}"), ("replay-missing", "/replays/019ab2f4-5d6e-7c3a-9b1f-2e4d6c8a0b1c") })
            {
                await look.GotoAsync(address);
                await look.WaitForTimeoutAsync(1200);
                await CheckAsync(look, name, dark, width, violations);
            }

            await look.Context.CloseAsync();
        }

        Assert.True(violations.Count == 0, string.Join("\n", violations.Distinct()));
    }

    private static async Task CheckAsync(IPage page, string name, bool dark, int width, List<string> violations)
    {
        violations.AddRange((await Browser.ViolationsAsync(page)).Select(v => $"{name} {(dark ? "dark" : "light")} {width}: {v}"));
        await Browser.ShootAsync(page, $"{name}-{(dark ? "dark" : "light")}-{(width == 390 ? "phone" : "desk")}");
    }

    private static async Task DialAsync(ProductProcess product, int percent) =>
        Assert.True((await product.Client.PutAsJsonAsync("/api/v1/demo/dials", new { dials = new[] { new { system = "erp", name = "rejected-order-rate", value = percent } } }, Ct)).IsSuccessStatusCode);

    private static async Task<IReadOnlyList<string>> StuckAsync(ProductProcess product, string code)
    {
        using var list = JsonDocument.Parse(await product.Client.GetStringAsync($"/api/v1/transactions?state=stuck&limit=200{(code.Length > 0 ? $"&code={code}" : "")}", Ct));
        return [.. list.RootElement.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetString()!)];
    }

    private static async Task PostAsync(ProductProcess product, string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1" + path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await product.Client.SendAsync(request, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private static async Task<int> GiveCauseAsync(ProductProcess product)
    {
        using var connections = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/connections", Ct));
        var erp = connections.RootElement.GetProperty("items").EnumerateArray().First(c => c.GetProperty("role").GetString() == "erp");
        await using var database = new SqliteConnection($"Data Source={Path.Combine(product.Folder, "controlplane.db")};Default Timeout=30");
        await database.OpenAsync(Ct);
        await using var command = database.CreateCommand();
        command.CommandText = "UPDATE transactions SET fault_code = 'crosswalk.missing', fault_message = @message WHERE state = 4 AND fault_kind = 4 AND step = 'erp-order'";
        command.Parameters.AddWithValue("@message", $"carrier in sales-order: the crosswalk carrier has no entry for 'USPS-GA' of {erp.GetProperty("name").GetString()}. Add it, or let the mapping row say what to do without one (onMissing).");
        return await command.ExecuteNonQueryAsync(Ct);
    }
}
