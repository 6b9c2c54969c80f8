using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Exception cases in a real browser: what the ERP refuses becomes one row, is opened, understood and released by keyboard, and no page has a violation.</summary>
public sealed class CasePagesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_refused_becomes_a_case_is_found_by_keyboard_and_released()
    {
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "60" });
        product.Start();
        await product.AliveAsync(Ct);
        Assert.True((await product.Client.PutAsJsonAsync("/api/v1/demo/dials", new { dials = new[] { new { system = "erp", name = "rejected-order-rate", value = 60 } } }, Ct)).IsSuccessStatusCode);
        var cause = await ProductProcess.EventuallyAsync(async () => await LargestAsync(product) is { Stuck: >= 5 } found ? found.Id : null, TimeSpan.FromSeconds(120), "five orders stuck for one cause", Ct);
        var violations = new List<string>();
        foreach (var (dark, width) in new[] { (false, 1280), (true, 1280), (false, 390), (true, 390) })
        {
            var look = await browser.OpenAsync(product.Address, width, width == 390 ? 844 : 900, dark);
            await Browser.SignInAsync(look, "business");
            foreach (var (name, address) in new[] { ("cases", "/cases"), ("cases-all", "/cases?state=all&sort=recent"), ("cases-empty", "/cases?q=there-is-no-such-cause"), ("case", $"/cases/{cause}"), ("case-missing", "/cases/019ab2f4-5d6e-7c3a-9b1f-2e4d6c8a0b1c") })
            {
                await look.GotoAsync(address);
                await look.WaitForTimeoutAsync(1200);
                violations.AddRange((await Browser.ViolationsAsync(look)).Select(v => $"{name} {(dark ? "dark" : "light")} {width}: {v}"));
                await Browser.ShootAsync(look, $"{name}-{(dark ? "dark" : "light")}-{(width == 390 ? "phone" : "desk")}");
            }

            await look.Context.CloseAsync();
        }

        Assert.True(violations.Count == 0, string.Join("\n", violations.Distinct()));
        // The ERP is mended.
        Assert.True((await product.Client.PostAsync("/api/v1/demo/dials/reset", null, Ct)).IsSuccessStatusCode);
        var page = await browser.OpenAsync(product.Address);
        await Browser.SignInAsync(page, "business");
        await page.GotoAsync("/cases?sort=stuck");
        await page.Locator("a[data-row]").First.WaitForAsync();
        await page.WaitForTimeoutAsync(1000);
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("Enter");
        await Browser.AddressAsync(page, "/cases/[^/]*$");
        var release = page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Release [0-9,]+ order") });
        await release.WaitForAsync();
        await page.WaitForTimeoutAsync(1000);
        await release.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        // The form has the focus when it opens.
        await page.Locator("#case-canary:focus").WaitForAsync();
        await page.GetByLabel("What was mended").FocusAsync();
        await page.Keyboard.TypeAsync("released by finance");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("a second at most.").WaitForAsync();
        await ProductProcess.EventuallyAsync(async () =>
        {
            using var one = JsonDocument.Parse(await product.Client.GetStringAsync($"/api/v1/cases/{cause}", Ct));
            return one.RootElement.GetProperty("case").GetProperty("stuck").GetInt32() == 0 ? "free" : null;
        }, TimeSpan.FromSeconds(90), "every order of the case on its way", Ct);
    }

    private static async Task<(string Id, int Stuck)?> LargestAsync(ProductProcess product)
    {
        using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/cases?sort=stuck", Ct));
        var items = list.RootElement.GetProperty("items");
        return items.GetArrayLength() == 0 ? null : (items[0].GetProperty("id").GetString()!, items[0].GetProperty("stuck").GetInt32());
    }
}
