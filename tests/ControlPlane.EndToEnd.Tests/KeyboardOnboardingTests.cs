using System.Net;
using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>
/// The whole way of an admin, from signing in to the first order of an unknown shop, with nothing but keys: no mouse, no focus set by a
/// script, no field filled behind the keyboard's back.
/// </summary>
public sealed class KeyboardOnboardingTests
{
    /// <summary>Of presses of Tab from one place to the next: a page that asks for more has lost its order.</summary>
    private const int MostTabs = 200;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_shop_is_brought_into_service_by_keys_alone()
    {
        using var shop = new UnknownShop();
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess();
        product.Start();
        await product.AliveAsync(Ct);
        var page = await browser.OpenAsync(product.Address);
        await page.GotoAsync("/sign-in");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { NameRegex = new("admin", System.Text.RegularExpressions.RegexOptions.IgnoreCase) }).First);
        await Browser.AddressAsync(page, "^(?!.*/sign-in)");

        // From the menu to a start, and its template.
        await PressAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Connectors", Exact = true }));
        await PressAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Connect a system" }).First);
        await TypeAsync(page, page.GetByLabel("Search", new() { Exact = true }), "rest");
        await Assertions.Expect(page.GetByText("2 generic starts")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await PressAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "HTTP (REST)" }));

        // One row is changed by its form, with the result beside it.
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "shipTo.name", Exact = true }).First);
        await TypeAsync(page, page.GetByLabel("Converter"), "upper");
        await Assertions.Expect(page.GetByRole(AriaRole.Region, new() { Name = "Where each value came from" })).ToContainTextAsync("MIA EXAMPLE", new() { Timeout = 20_000 });
        await TypeAsync(page, page.GetByLabel("Why", new() { Exact = true }), "a new marketplace");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Publish", Exact = true }));

        // The connection is entered, tested and let live.
        await Browser.AddressAsync(page, @"/connections/new\?connector=my-marketplace$");
        await TypeAsync(page, page.GetByLabel("Key", new() { Exact = true }), "keyshop-de");
        await TypeAsync(page, page.GetByLabel("Address", new() { Exact = true }), shop.Address);
        foreach (var (label, text) in new[] { ("apiKey", UnknownShop.ApiKey), ("webhookSecret", UnknownShop.WebhookSecret), ("Ask for changes every", "1h") })
            await TypeAsync(page, page.GetByLabel(label), text);
        await PressAsync(page, page.GetByLabel("It stands in our own network"), "Space");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Save and test" }));
        await Assertions.Expect(page.GetByText("The system accepts them.")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await PressAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "What it needs to go live" }));
        await TypeAsync(page, page.GetByLabel("What it promises"), "99 of 100 orders within 15 minutes");
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Set the target" }));
        foreach (var gate in new[] { "Sample orders mapped", "Codes are known", "Rate plan set", "Owner named", "Mapping tests green", "Shadow run" })
        {
            var waive = page.GetByRole(AriaRole.Button, new() { Name = $"Waive: {gate}" });
            await PressAsync(page, waive);
            await TypeAsync(page, page.GetByLabel("Why it need not pass"), "a shop of our own");
            await page.Keyboard.PressAsync("Enter");
            // Until it is kept the form stands there, and the button of the next one's form is not ready for Enter.
            await Assertions.Expect(page.GetByLabel("Why it need not pass")).ToHaveCountAsync(0, new() { Timeout = 20_000 });
            await Assertions.Expect(waive).ToHaveCountAsync(0);
        }

        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Go live" })).ToBeEnabledAsync(new() { Timeout = 90_000 });
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Go live" }));
        await Assertions.Expect(page.GetByText("It is live.", new() { Exact = true })).ToBeVisibleAsync(new() { Timeout = 20_000 });

        // The shop sends its first order, and the palette finds it.
        using var webhook = UnknownShop.Webhook("keyshop-de", "77", "KEY-1077");
        using var accepted = await product.Client.SendAsync(webhook, Ct);
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        await PressAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Transactions", Exact = true }));
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { NameRegex = new("KEY-1077") }).First).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await PressAsync(page, page.GetByRole(AriaRole.Link, new() { NameRegex = new("KEY-1077") }).First);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new("KEY-1077") }).First).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Browser.ShootAsync(page, "onboarding-by-keys");
    }

    private static async Task PressAsync(IPage page, ILocator target, string key = "Enter")
    {
        await TabToAsync(page, target);
        await page.Keyboard.PressAsync(key);
    }

    /// <summary>In place of what stands there.</summary>
    private static async Task TypeAsync(IPage page, ILocator target, string text)
    {
        await TabToAsync(page, target);
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(text, new() { Delay = 10 });
        await Assertions.Expect(target).ToHaveValueAsync(text, new() { Timeout = 20_000 });
    }

    /// <summary>A field that cannot be typed into yet is waited for, as a person would.</summary>
    private static async Task TabToAsync(IPage page, ILocator target)
    {
        await Assertions.Expect(target).ToBeVisibleAsync(new() { Timeout = 20_000 });
        await Assertions.Expect(target).ToBeEnabledAsync(new() { Timeout = 20_000 });
        for (var i = 0; i <= MostTabs; i++)
        {
            if (await target.EvaluateAsync<bool>("e => e === document.activeElement"))
                return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{MostTabs} presses of Tab do not lead to {target}.");
    }
}
