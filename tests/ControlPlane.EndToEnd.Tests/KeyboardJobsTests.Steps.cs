using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>Jobs that mend nothing, the ways between jobs, the orders that they are done with, and keys that somebody changed.</summary>
public sealed partial class KeyboardJobsTests
{
    /// <summary>An order that the ERP has, and what it is called there.</summary>
    private static async Task<(string Number, string Theirs)> PostedAsync(ProductProcess product)
    {
        using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/transactions?limit=50", Ct));
        foreach (var one in list.RootElement.GetProperty("items").EnumerateArray())
            if (Regex.Match(await product.Client.GetStringAsync($"/api/v1/transactions/{one.GetProperty("id").GetString()}", Ct), "\"(SO-[0-9]+)\"") is { Success: true } found)
                return (one.GetProperty("number").GetString()!, found.Groups[1].Value);
        Assert.Fail("The ERP has no order yet.");
        return default;
    }

    private static async Task ReadRawAndCompareAsync(IPage page, Keys keys)
    {
        await Expect(page.Locator("nav.tabs")).ToBeVisibleAsync();
        await Browser.InteractiveAsync(page);
        await keys.PressAsync("8");
        await Browser.AddressAsync(page, "tab=raw$");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Every document, byte for byte" })).ToBeVisibleAsync();
        await Expect(page.Locator(".bodies pre").First).ToBeVisibleAsync();
        await keys.PressAsync("6");
        await Browser.AddressAsync(page, "tab=compare$");
        await Expect(page.Locator(".compare section").First).ToBeVisibleAsync();
        keys.Done("Read an order's bytes, and compare what was sent with what would be sent now");
    }

    private static async Task SaveAViewAsync(IPage page, Keys keys, ProductProcess product)
    {
        await WorklistAsync(page, keys);
        await keys.PressAsync("/");
        await keys.TabToAsync(page.Locator("#worklist-party"));
        await keys.TypeAsync("ERP");
        await Browser.AddressAsync(page, "party=erp$");
        await keys.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save as a view" })).ToBeVisibleAsync();
        await keys.PressAsync("s");
        await Expect(page.Locator("#view-name")).ToBeFocusedAsync();
        await keys.TypeAsync("At the ERP");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Space");
        await keys.PressAsync("Enter");
        await Expect(page.Locator("nav.views")).ToContainTextAsync(new Regex("At the ERP\\s*, shared"));
        keys.Done("Filter, save the view and share it");
    }

    private static async Task ExportAsync(IPage page, Keys keys)
    {
        var saved = await page.RunAndWaitForDownloadAsync(() => keys.PressAsync("e"));
        Assert.EndsWith(".csv", saved.SuggestedFilename, StringComparison.Ordinal);
        Assert.Contains("erp", await File.ReadAllTextAsync((await saved.PathAsync())!, Ct), StringComparison.OrdinalIgnoreCase);
        keys.Done("Export the filtered list");
    }

    /// <summary>Claiming gets another key, one that is taken is refused, and the choice outlives the page.</summary>
    private static async Task AnotherKeyAsync(IPage page, Keys keys)
    {
        await keys.PressAsync("?");
        var list = page.Locator("#cp-keys");
        var said = list.Locator("[data-rekey-said]");
        await keys.TabToAsync(list.Locator("[data-rekey=c]"));
        await keys.PressAsync("Enter");
        await Expect(said).ToContainTextAsync("Press the key for: Claim the open order.");
        await keys.PressAsync("x");
        await Expect(said).ToContainTextAsync("“x” is taken: Select the row.");
        await keys.PressAsync("5");
        await Expect(said).ToContainTextAsync("Choose a letter from a to z, or the slash.");
        await keys.PressAsync("g");
        await Expect(said).ToHaveTextAsync("“g” is the key now for: Claim the open order.");
        await Expect(list.Locator("kbd[data-shows=c]")).ToHaveTextAsync("g");
        Assert.Empty(await Browser.ViolationsAsync(page));
        await Browser.ShootAsync(page, "keys-changed");
        await keys.PressAsync("Escape");
        await Expect(list).ToBeHiddenAsync();
        await page.ReloadAsync();
        await Browser.InteractiveAsync(page);
        await WorklistAsync(page, keys, samePage: true);
        await keys.PressAsync("j");
        await keys.RowAsync(row => !row.Contains("Tomasz", StringComparison.Ordinal));
        await OpenAsync(page, keys);
        var owner = page.Locator(".panel .owner");
        await Expect(owner.GetByRole(AriaRole.Button, new() { Name = "Claim" })).ToHaveAttributeAsync("aria-keyshortcuts", "g");
        await keys.PressAsync("c");
        await page.WaitForTimeoutAsync(400);
        await Expect(owner).ToContainTextAsync("Nobody has taken it");
        await keys.PressAsync("g");
        await Expect(owner).ToContainTextAsync("You have it");
        // What was just done is taken back by a key, too.
        await Expect(owner.Locator("[data-key=u]")).ToBeVisibleAsync();
        await keys.PressAsync("u");
        await Expect(owner).ToContainTextAsync("Nobody has taken it");
        await keys.PressAsync("?");
        await keys.TabToAsync(list.Locator("[data-rekey-reset]"));
        await keys.PressAsync("Enter");
        await keys.PressAsync("Escape");
        await keys.PressAsync("c");
        await Expect(owner).ToContainTextAsync("You have it");
    }

    /// <param name="samePage">True where only the filters go: the focus stays where it was.</param>
    private static async Task WorklistAsync(IPage page, Keys keys, bool samePage = false)
    {
        await Browser.InteractiveAsync(page);
        await keys.PaletteAsync("workl", "Worklist");
        await Browser.AddressAsync(page, "/worklist$");
        await Browser.InteractiveAsync(page);
        await Expect(page.Locator("[data-row]").First).ToBeVisibleAsync();
        if (samePage)
            await page.WaitForTimeoutAsync(1_500);
        else
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Worklist" })).ToBeFocusedAsync();
    }

    private static async Task OpenAsync(IPage page, Keys keys)
    {
        await keys.PressAsync("Enter");
        await Expect(page.Locator("#work-panel-title")).ToBeFocusedAsync();
        await page.WaitForFunctionAsync("() => document.querySelector('.panel .fix')?.inert === false");
    }

    /// <summary>Out of the panel and down to the next order that the ERP refused and that nobody mended yet.</summary>
    private static async Task NextPlainAsync(IPage page, Keys keys)
    {
        // From a field the first only leaves the field.
        var typing = await page.EvaluateAsync<bool>("document.activeElement?.matches('input:not([type=checkbox]), textarea, select') === true");
        await keys.PressAsync("Escape", typing ? 2 : 1);
        await Expect(page.Locator(".panel")).ToHaveCountAsync(0);
        await keys.PressAsync("j");
        await keys.RowAsync(row => !row.Contains("carrier", StringComparison.OrdinalIgnoreCase) && !row.Contains("Tomasz", StringComparison.Ordinal));
        await OpenAsync(page, keys);
    }

    /// <summary>Orders that the ERP refused; nine of them for a value that is missing, as a mapping would have told.</summary>
    private static async Task<int> StuckOrdersAsync(ProductProcess product)
    {
        await DialAsync(product, 80);
        await ProductProcess.EventuallyAsync(async () => await StuckAsync(product) >= 16 ? "yes" : null, TimeSpan.FromSeconds(120), "sixteen stuck orders", Ct);
        Assert.True((await product.Client.PostAsync("/api/v1/demo/dials/reset", null, Ct)).IsSuccessStatusCode);
        await Task.Delay(1500, Ct);
        using var connections = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/connections", Ct));
        var erp = connections.RootElement.GetProperty("items").EnumerateArray().First(c => c.GetProperty("role").GetString() == "erp");
        await using var database = new SqliteConnection($"Data Source={Path.Combine(product.Folder, "controlplane.db")};Default Timeout=30;Pooling=False");
        await database.OpenAsync(Ct);
        await using var command = database.CreateCommand();
        command.CommandText = """
            UPDATE transactions SET fault_code = 'crosswalk.missing', fault_message = @message, case_id = NULL
            WHERE id IN (SELECT id FROM transactions WHERE state = 4 AND fault_kind = 4 AND step = 'erp-order' ORDER BY work_rank DESC LIMIT 9 OFFSET 1)
            """;
        command.Parameters.AddWithValue("@message", $"carrier in sales-order: the crosswalk carrier has no entry for '{Missing}' of {erp.GetProperty("name").GetString()}. Add it, or let the mapping row say what to do without one (onMissing).");
        return await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<int> StuckAsync(ProductProcess product)
    {
        using var list = JsonDocument.Parse(await product.Client.GetStringAsync("/api/v1/worklist?limit=200", Ct));
        return list.RootElement.GetProperty("items").GetArrayLength();
    }

    private static async Task DialAsync(ProductProcess product, int percent) =>
        Assert.True((await product.Client.PutAsJsonAsync("/api/v1/demo/dials", new { dials = new[] { new { system = "erp", name = "rejected-order-rate", value = percent } } }, Ct)).IsSuccessStatusCode);
}
