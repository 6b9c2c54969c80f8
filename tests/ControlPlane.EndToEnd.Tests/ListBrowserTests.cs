using System.Net.Http.Json;
using System.Text.RegularExpressions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>
/// A large list in a real browser: few rows in the page however many there are, an address that is the same for everybody, and views and files over
/// it. Twenty thousand rows by default; CONTROLPLANE_TEST_LIST=file names a seeded database of any size.
/// </summary>
public sealed class ListBrowserTests
{
    private const int Rows = 20_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_list_is_paged_shared_by_its_address_kept_as_a_view_and_taken_as_a_file()
    {
        await using var browser = await Browser.StartAsync();
        var folder = Directory.CreateTempSubdirectory("cp-list-").FullName;
        try
        {
            var file = Path.Combine(folder, "list.db");
            await SeedAsync(file);
            await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "0", ["ControlPlane__Sandbox__MarketplaceOrdersPerMinute"] = "0", ["ControlPlane__Database__ConnectionString"] = $"Data Source={file}" });
            product.Start();
            await product.AliveAsync(Ct);
            var page = await browser.OpenAsync(product.Address);
            await Browser.SignInAsync(page, "business");
            await page.GotoAsync("/transactions?state=closed");
            await InteractiveAsync(page);
            Assert.InRange(await page.Locator("tbody tr").CountAsync(), 20, 60);
            var first = await NumbersAsync(page);
            await page.GetByRole(AriaRole.Link, new() { Name = "Older" }).ClickAsync();
            await Expect(page).ToHaveURLAsync(new Regex("at="));
            await Expect(page.Locator("tbody tr a[data-row]").First).Not.ToHaveTextAsync(first[0]);
            var second = await NumbersAsync(page);
            Assert.Empty(first.Intersect(second));
            Assert.InRange(await page.Locator("tbody tr").CountAsync(), 20, 60);

            await TheAddressIsTheSameForAnotherBrowserAsync(browser, product, page, second);
            await BackAndForwardAsync(page, first, second);
            await AViewIsSavedAndFoundByItsKeyAsync(page);
            await TheFileHasEveryRowAsync(page);
        }
        finally
        {
            SqliteConnection.ClearAllPools();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task TheAddressIsTheSameForAnotherBrowserAsync(Browser browser, ProductProcess product, IPage page, IReadOnlyList<string> numbers)
    {
        var other = await browser.OpenAsync(product.Address);
        await Browser.SignInAsync(other, "admin");
        await other.GotoAsync(page.Url);
        await InteractiveAsync(other);
        Assert.Equal(numbers, await NumbersAsync(other));
        await other.Context.CloseAsync();
    }

    private static async Task BackAndForwardAsync(IPage page, IReadOnlyList<string> first, IReadOnlyList<string> second)
    {
        await page.GoBackAsync();
        await Expect(page.Locator("tbody tr a[data-row]").First).ToHaveTextAsync(first[0]);
        Assert.Equal(first, await NumbersAsync(page));
        await page.GoForwardAsync();
        await Expect(page.Locator("tbody tr a[data-row]").First).ToHaveTextAsync(second[0]);
        Assert.Equal(second, await NumbersAsync(page));
    }

    private static async Task AViewIsSavedAndFoundByItsKeyAsync(IPage page)
    {
        await page.GotoAsync("/transactions?state=stuck");
        await InteractiveAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save as a view" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync("Stuck here");
        await page.Keyboard.PressAsync("Enter");
        var bar = page.GetByRole(AriaRole.Navigation, new() { Name = "Saved views" });
        await Expect(bar.Locator("a[aria-current]")).ToContainTextAsync("Stuck here");
        await Expect(bar.Locator("a[aria-current] .count")).ToHaveTextAsync(new Regex("^[0-9,]+$"));
        await bar.GetByRole(AriaRole.Button, new() { Name = "View", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Make it your default" }).ClickAsync();
        await Expect(bar.Locator("[data-default-view]")).ToHaveCountAsync(1);
        await page.GotoAsync("/transactions");
        await InteractiveAsync(page);
        await page.Locator("h1").FocusAsync();
        await page.Keyboard.PressAsync("v");
        await Expect(page).ToHaveURLAsync(new Regex("state=stuck"));
    }

    private static async Task TheFileHasEveryRowAsync(IPage page)
    {
        await page.GotoAsync("/transactions?state=stuck,retrying");
        await InteractiveAsync(page);
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "CSV" }).ClickAsync());
        var lines = (await File.ReadAllTextAsync(await download.PathAsync(), Ct)).TrimEnd().Split("\r\n");
        Assert.Contains("# Times are in: Europe/Berlin", lines);
        Assert.True(lines.Length > 50, string.Join('\n', lines));
        Assert.EndsWith(".csv", download.SuggestedFilename, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> NumbersAsync(IPage page) => await page.Locator("tbody tr a[data-row]").AllTextContentsAsync();

    private static async Task InteractiveAsync(IPage page)
    {
        await page.Locator("tbody tr").First.WaitForAsync();
        await page.WaitForTimeoutAsync(1500);
    }

    private static async Task SeedAsync(string file)
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_LIST") is { Length: > 0 } given)
        {
            File.Copy(given, file);
            return;
        }

        var db = new ControlPlaneDb(new DatabaseOptions { Provider = "Sqlite", ConnectionString = $"Data Source={file}" }, Path.GetTempPath());
        await using var context = db.CreateContext();
        await context.Database.MigrateAsync(Ct);
        await new TransactionSeed(db).ManyAsync(Rows, TimeProvider.System.GetUtcNow().AddDays(-10), TimeSpan.FromSeconds(40), fullEvery: 1_000, Ct);
    }
}
