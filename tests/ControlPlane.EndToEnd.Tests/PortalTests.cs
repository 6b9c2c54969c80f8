using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>What only a browser can show of the list and the order's page: keys, focus, copying, taking over without a flicker, following.</summary>
public sealed class PortalTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Notes when rows that were there are gone, or the grey shapes stand in for what the prerendered page had already.</summary>
    private const string WatchForFlicker =
        """
        window.flicker = [];
        let rows = false;
        new MutationObserver(() => {
          const main = document.querySelector('main');
          if (!main) return;
          if (main.querySelector('.cp-skeleton')) window.flicker.push('skeleton');
          const now = main.querySelector('tbody td, .timeline li') !== null;
          if (rows && !now) window.flicker.push('rows gone');
          rows ||= now;
        }).observe(document, { childList: true, subtree: true });
        """;

    [Fact]
    public async Task The_list_and_the_order_work_by_keyboard_take_over_without_a_flicker_and_follow()
    {
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "60" });
        product.Start();
        await product.AliveAsync(Ct);
        var page = await browser.OpenAsync(product.Address);
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await Browser.SignInAsync(page, "business");
        await RefuseAsync(product, 40);
        var id = await StuckAsync(product);

        await TakesOverWithoutAFlickerAsync(page, "/transactions");
        await TakesOverWithoutAFlickerAsync(page, $"/transactions/{id}");
        await ASlowPageTellsNoFutureAsync(page);
        await AStopLeadsToItsPlaceAsync(page, id);
        await AnIdentifierIsCopiedAsync(page, id);
        await TheKeysCanBeListedAndSwitchedOffAsync(page);
        await TheSkipLinkStaysOnThePageAsync(page);
        await FiltersAreReachedByKeyboardAsync(page);
        await ANewPageTakesTheFocusButNotFromWhoTypesAsync(page);
        await ANewlyStuckOrderIsAnnouncedAsync(page);
    }

    private static async Task TakesOverWithoutAFlickerAsync(IPage page, string address)
    {
        var watched = await page.Context.NewPageAsync();
        await watched.AddInitScriptAsync(WatchForFlicker);
        await watched.GotoAsync(address);
        await Browser.InteractiveAsync(watched);
        await watched.WaitForTimeoutAsync(500);
        Assert.Equal("", await watched.EvaluateAsync<string>("[...new Set(window.flicker)].join()"));
        Assert.True(await watched.Locator("tbody td, .timeline li").CountAsync() > 0);
        await watched.CloseAsync();
    }

    /// <summary>The server looks at its clock, then takes its time: that is no difference of the clocks, and what has just happened is not "in 4 s".</summary>
    private static async Task ASlowPageTellsNoFutureAsync(IPage page)
    {
        var slow = await page.Context.NewPageAsync();
        await slow.RouteAsync("**/transactions", async route =>
        {
            var answer = await route.FetchAsync();
            await Task.Delay(4_000, Ct);
            await route.FulfillAsync(new() { Response = answer });
        });
        await slow.GotoAsync("/transactions");
        await Browser.InteractiveAsync(slow);
        await slow.WaitForTimeoutAsync(1_500);
        Assert.Equal("", await slow.EvaluateAsync<string>("[...document.querySelectorAll('[data-age-of]')].filter(e => Date.parse(e.dataset.ageOf) < Date.now() && e.textContent.startsWith('in ')).map(e => e.textContent).join()"));
        await slow.CloseAsync();
    }

    private static async Task ANewPageTakesTheFocusButNotFromWhoTypesAsync(IPage page)
    {
        await page.GotoAsync("/connections");
        await Browser.InteractiveAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Transactions", Exact = true }).ClickAsync();
        await Expect(page.Locator("h1")).ToBeFocusedAsync();
        // A slow answer of the server comes while somebody types already.
        var search = page.Locator("main input[type=search]").First;
        await search.FocusAsync();
        await page.EvaluateAsync("portal.focusHeading()");
        await Expect(search).ToBeFocusedAsync();
    }

    private static async Task AStopLeadsToItsPlaceAsync(IPage page, string id)
    {
        await page.GotoAsync($"/transactions/{id}?tab=numbers");
        await Browser.InteractiveAsync(page);
        await page.Locator(".strip a").First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/transactions/{id}#stage-"));
        await Expect(page.Locator(".timeline li.stage").First).ToBeVisibleAsync();
        // Changing the tab leaves the place on the page.
        await page.EvaluateAsync("scrollTo(0, 200)");
        await page.Locator(".tabs a").Nth(1).ClickAsync();
        await Expect(page.Locator(".view pre").First).ToBeVisibleAsync();
        Assert.InRange(await page.EvaluateAsync<int>("scrollY"), 100, 400);
    }

    private static async Task AnIdentifierIsCopiedAsync(IPage page, string id)
    {
        await page.GotoAsync($"/transactions/{id}?tab=numbers");
        await Browser.InteractiveAsync(page);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("Copy Correlation id") }).ClickAsync();
        await Expect(page.Locator("#cp-announcer")).ToHaveTextAsync("Copied");
        Assert.Matches("^[0-9a-fA-F-]{32,36}$", await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
    }

    private static async Task TheKeysCanBeListedAndSwitchedOffAsync(IPage page)
    {
        var list = page.Locator("#cp-keys");
        await page.GotoAsync("/");
        await Browser.InteractiveAsync(page);
        await page.Keyboard.PressAsync("?");
        await Expect(list).ToBeVisibleAsync();
        Assert.Empty(await Browser.ViolationsAsync(page));
        await Browser.ShootAsync(page, "keys");
        await list.GetByRole(AriaRole.Checkbox).UncheckAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(list).ToBeHiddenAsync();

        // Remembered by the browser, on another page too.
        await page.GotoAsync("/transactions");
        await Browser.InteractiveAsync(page);
        await page.Keyboard.PressAsync("?");
        await page.Keyboard.PressAsync("j");
        await Expect(list).ToBeHiddenAsync();
        Assert.Equal(0, await page.Locator("[data-row]:focus").CountAsync());

        // The account menu always leads back to it.
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("your account") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Keys" }).ClickAsync();
        await list.GetByRole(AriaRole.Checkbox).CheckAsync();
        await list.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await page.Locator("h1").FocusAsync();
        await page.Keyboard.PressAsync("j");
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator("[data-row]").Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("?j");
        await Expect(page.Locator("#transactions-search")).ToHaveValueAsync("?j");
        await Expect(list).ToBeHiddenAsync();
    }

    private static async Task TheSkipLinkStaysOnThePageAsync(IPage page)
    {
        await page.GotoAsync("/transactions?state=stuck");
        await Browser.InteractiveAsync(page);
        await page.Locator(".cp-skip").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("/transactions\\?state=stuck(#main)?$"));
        await Expect(page.Locator("#main")).ToBeFocusedAsync();
    }

    private static async Task FiltersAreReachedByKeyboardAsync(IPage page)
    {
        await page.GotoAsync("/transactions");
        await Browser.InteractiveAsync(page);
        await page.Locator("#transactions-search").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#transactions-least")).ToBeVisibleAsync();
        await page.Locator("#transactions-least").FocusAsync();
        await page.Keyboard.TypeAsync("1");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex("\\?least=1%20[A-Z]{3}$"));
        await page.Locator("#transactions-stage").SelectOptionAsync("closed");
        await Expect(page).ToHaveURLAsync(new Regex("stage=closed&least=1%20[A-Z]{3}$"));
        await Expect(page.Locator(".cp-filter")).ToHaveCountAsync(2);
        await page.GoBackAsync();
        await Expect(page.Locator(".cp-filter")).ToHaveCountAsync(1);
    }

    private static async Task ANewlyStuckOrderIsAnnouncedAsync(IPage page)
    {
        await page.GotoAsync("/transactions?state=stuck");
        await Browser.InteractiveAsync(page);
        var first = await page.Locator("[data-row]").First.TextContentAsync();
        var button = page.GetByRole(AriaRole.Button, new() { NameRegex = new("new$") });
        await Expect(button).ToBeVisibleAsync(new() { Timeout = 60_000 });
        // Nothing has moved meanwhile.
        await Expect(page.Locator("[data-row]").First).ToHaveTextAsync(first!);
        await button.ClickAsync();
        await Expect(page.Locator("[data-row]").First).Not.ToHaveTextAsync(first!);
    }

    /// <summary>The indicator of the live page is shown once the circuit has taken over.</summary>
    private static async Task RefuseAsync(ProductProcess product, int percent)
    {
        using var answer = await product.Client.PutAsJsonAsync("/api/v1/demo/dials", new { dials = new[] { new { system = "erp", name = "rejected-order-rate", value = percent } } }, Ct);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }

    private static Task<string> StuckAsync(ProductProcess product) => ProductProcess.EventuallyAsync(async () =>
    {
        using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/transactions?state=stuck&limit=2", Ct));
        var items = list.RootElement.GetProperty("items");
        return items.GetArrayLength() > 1 ? items[0].GetProperty("id").GetString() : null;
    }, TimeSpan.FromSeconds(90), "two stuck orders", Ct);
}
