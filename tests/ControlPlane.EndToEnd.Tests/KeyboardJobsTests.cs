using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>
/// Thirteen jobs of somebody who works on orders, in one morning and with nothing but keys. Each press is counted: the table of
/// docs/keyboard.md is what this prints.
/// </summary>
public sealed partial class KeyboardJobsTests
{
    private const string Missing = "USPS-GA";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thirteen_jobs_of_a_business_user_are_done_by_keys_alone()
    {
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "120" });
        product.Start();
        await product.AliveAsync(Ct);
        var missing = await StuckOrdersAsync(product);
        var page = await browser.OpenAsync(product.Address);
        page.SetDefaultTimeout(60_000);
        SetDefaultExpectTimeout(60_000);
        var keys = new Keys(page);
        await keys.WatchAsync();

        try
        {
            await AllAsync(page, keys, product, missing);
        }
        catch (Exception)
        {
            await Browser.ShootAsync(page, "keyboard-failed");
            throw;
        }

        TestContext.Current.TestOutputHelper!.WriteLine(keys.Table());
        Assert.Empty(keys.Pointer);
        Assert.Equal(13, keys.Jobs.Count);
        // What is pressed between two places: no job is a walk through the whole page.
        Assert.All(keys.Jobs, job => Assert.True(job.Presses <= MostPresses, $"{job.Job}: {job.Presses} presses."));
    }

    /// <summary>Of the longest job, rows that are passed on the way included.</summary>
    private const int MostPresses = 24;

    private static async Task AllAsync(IPage page, Keys keys, ProductProcess product, int missing)
    {
        await SignInAsync(page, keys);
        await OpenTheFirstAsync(page, keys);
        await ClaimHandOverAndCommentAsync(page, keys);
        await FixAMissingValueAsync(page, keys, missing);
        await EditAFieldAsync(page, keys);
        await HoldAndCancelAsync(page, keys);
        await DiscardAsync(page, keys, product);
        await FindByAnyNumberAsync(page, keys, product);
        await ReadRawAndCompareAsync(page, keys);
        await SaveAViewAsync(page, keys, product);
        await ExportAsync(page, keys);
        await AnotherKeyAsync(page, keys);
    }

    private static async Task SignInAsync(IPage page, Keys keys)
    {
        await page.GotoAsync("/sign-in");
        await keys.TabToAsync(page.GetByRole(AriaRole.Button, new() { NameRegex = new("business", RegexOptions.IgnoreCase) }).First);
        await keys.PressAsync("Enter");
        await Browser.AddressAsync(page, "^(?!.*/sign-in)");
        keys.Done("Sign in");
    }

    private static async Task OpenTheFirstAsync(IPage page, Keys keys)
    {
        await WorklistAsync(page, keys);
        await keys.PressAsync("j");
        await Expect(page.Locator("[data-row]").First).ToBeFocusedAsync();
        await OpenAsync(page, keys);
        keys.Done("Open the worklist and its first order");
    }

    private static async Task ClaimHandOverAndCommentAsync(IPage page, Keys keys)
    {
        var owner = page.Locator(".panel .owner");
        await Expect(owner.GetByRole(AriaRole.Button, new() { Name = "Claim" })).ToBeEnabledAsync();
        await keys.PressAsync("c");
        await Expect(owner).ToContainTextAsync("You have it");
        keys.Done("Claim it");

        await keys.PressAsync("n");
        await Expect(owner.Locator("#owner-comment")).ToBeFocusedAsync();
        await keys.TypeAsync("The shop was told");
        await keys.PressAsync("Enter");
        await Expect(owner.Locator(".events")).ToContainTextAsync("The shop was told");
        keys.Done("Write a comment");

        await keys.PressAsync("a");
        await Expect(owner.Locator("#owner-to")).ToBeFocusedAsync();
        await keys.TypeAsync("Tom");
        await Expect(owner.Locator("#owner-to")).ToHaveValueAsync(new Regex("^person:"));
        await keys.PressAsync("Tab");
        await keys.TypeAsync("Credit control answers by noon");
        await keys.PressAsync("Enter");
        await Expect(owner).ToContainTextAsync("Tomasz Adeyemi has it");
        keys.Done("Hand it over with a note");
    }

    private static async Task FixAMissingValueAsync(IPage page, Keys keys, int count)
    {
        await keys.PressAsync("Escape");
        await Expect(page.Locator(".panel")).ToHaveCountAsync(0);
        // The one in the hands of somebody else is not ours to mend.
        await keys.PressAsync("j");
        await keys.RowAsync(row => row.Contains("carrier", StringComparison.OrdinalIgnoreCase));
        await OpenAsync(page, keys);
        await page.WaitForFunctionAsync("() => document.querySelector('.panel .fix')?.inert === false && document.querySelector('.panel .fix [data-key=f]')");
        await keys.PressAsync("f");
        if (await page.Locator(".panel .fix input[type=radio]").CountAsync() > 0)
        {
            await keys.PressAsync("Space");
        }
        else
        {
            await keys.TypeAsync("9");
            await keys.PressAsync("Enter");
        }

        await Expect(page.GetByText($"Frees {count} stuck orders, changes 0 already posted.")).ToBeVisibleAsync();
        await keys.PressAsync("Enter");
        var release = page.GetByRole(AriaRole.Button, new() { NameRegex = new($"^Release the other {count - 5}$") });
        await Expect(release).ToBeFocusedAsync(new() { Timeout = 60_000 });
        await keys.PressAsync("Enter");
        await Expect(page.GetByText($"{count} of {count} confirmed")).ToBeVisibleAsync(new() { Timeout = 90_000 });
        keys.Done("Fix a missing value, try five, release the rest");
    }

    private static async Task EditAFieldAsync(IPage page, Keys keys)
    {
        await NextPlainAsync(page, keys);
        var fix = page.Locator(".panel .field-fix");
        await keys.PressAsync("f");
        await Expect(fix.GetByLabel("Field")).ToBeFocusedAsync();
        await keys.TypeAsync("Req");
        await keys.PressAsync("Tab");
        await keys.TypeAsync("2026-12-30");
        await keys.TabToAsync(fix.GetByRole(AriaRole.Button, new() { Name = "Try without sending" }));
        await keys.PressAsync("Enter");
        await Expect(fix.GetByText("This would be sent to")).ToBeVisibleAsync();
        await keys.TabToAsync(fix.GetByRole(AriaRole.Button, new() { Name = "Change it and send" }));
        await keys.PressAsync("Enter");
        await Expect(page.Locator(".panel .fix").GetByRole(AriaRole.Heading, new() { Name = "What was mended" })).ToBeVisibleAsync(new() { Timeout = 40_000 });
        keys.Done("Change a field: try without sending, then send");
    }

    private static async Task HoldAndCancelAsync(IPage page, Keys keys)
    {
        await NextPlainAsync(page, keys);
        await keys.PressAsync("h");
        var hold = page.Locator(".panel form.hold");
        await Expect(hold.GetByLabel("Until")).ToBeFocusedAsync();
        await keys.TypeAsync("an");
        await Expect(hold.GetByLabel("Event")).ToBeVisibleAsync();
        await keys.TabToAsync(hold.GetByLabel("Why"));
        await keys.TypeAsync("The customer sends another address");
        await keys.PressAsync("Enter");
        var wake = page.Locator(".panel .fix").GetByRole(AriaRole.Button, new() { Name = "Wake it now" });
        await Expect(wake).ToBeEnabledAsync();
        await keys.PressAsync("h");
        await Expect(wake).ToHaveCountAsync(0);
        keys.Done("Hold it until an event comes, and cancel that");
    }

    private static async Task DiscardAsync(IPage page, Keys keys, ProductProcess product)
    {
        await NextPlainAsync(page, keys);
        var id = Regex.Match(page.Url, "order=([0-9a-f-]{36})").Groups[1].Value;
        await keys.PressAsync("d");
        await Expect(page.Locator(".panel form.discard").GetByLabel("Why")).ToBeFocusedAsync();
        await keys.TypeAsync("The customer ordered twice");
        await keys.PressAsync("Enter");
        await ProductProcess.EventuallyAsync(async () => (await product.Client.GetStringAsync($"/api/v1/transactions/{id}", Ct)).Contains("\"cancelled\"", StringComparison.Ordinal) ? "yes" : null, TimeSpan.FromSeconds(20), "the discarded order", Ct);
        keys.Done("Discard one with a reason");
    }

    private static async Task FindByAnyNumberAsync(IPage page, Keys keys, ProductProcess product)
    {
        // The number that the ERP gave it, as it stands on a delivery note.
        var (number, theirs) = await PostedAsync(product);
        await keys.PaletteAsync(theirs, number);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(number);
        keys.Done("Find an order by a number of another system");
    }
}
