using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The executive's page as it leaves the printer, and as an executive sees it.</summary>
public sealed class ScorecardPrintTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_prints_on_A4_without_what_only_a_screen_needs()
    {
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "120" });
        product.Start();
        await product.AliveAsync(Ct);
        var page = await browser.OpenAsync(product.Address);
        await Browser.SignInAsync(page, "executive");
        await page.GotoAsync("/scorecard");
        await Browser.InteractiveAsync(page);
        // Orders that came in are on their way through the chart, without a reload.
        await Assertions.Expect(page.Locator("svg.ways rect").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.Locator(".tile")).ToHaveCountAsync(6);
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await Assertions.Expect(page.Locator("form.bar")).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator(".cp-rail")).ToBeHiddenAsync();
        var pdf = await page.PdfAsync(new() { Format = "A4", PreferCSSPageSize = true, PrintBackground = true });
        Assert.Equal("%PDF-"u8.ToArray(), pdf[..5]);
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            folder = folder.Parent!;
        var target = Directory.CreateDirectory(Path.Combine(folder.FullName, "artifacts", "screenshots"));
        // What is on the sheets, to be looked at: 794 pixels are the width of A4.
        await page.SetViewportSizeAsync(794 - 106, 1123);
        await page.ScreenshotAsync(new() { Path = Path.Combine(target.FullName, "scorecard-print.png"), FullPage = true });
        await File.WriteAllBytesAsync(Path.Combine(target.FullName, "scorecard-print.pdf"), pdf, Ct);
        // Pages of a board pack are read, not leafed through.
        var pages = System.Text.RegularExpressions.Regex.Count(System.Text.Encoding.Latin1.GetString(pdf), "/Type\\s*/Page[^s]");
        Assert.InRange(pages, 1, 4);
    }
}
