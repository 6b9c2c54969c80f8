using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>The dials in a real browser: usable on a wide window and on a telephone, in both themes, by name alone.</summary>
public sealed class DialsPageTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dials_are_turned_by_name_fit_a_telephone_and_pass_axe_in_both_themes()
    {
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess();
        product.Start();
        await product.AliveAsync(Ct);

        foreach (var (width, dark) in new[] { (1280, false), (1280, true), (390, false), (390, true) })
        {
            var page = await browser.OpenAsync(product.Address, width, dark: dark);
            await Browser.SignInAsync(page, "Tomasz");
            await page.GotoAsync("/dials");
            await page.GetByRole(AriaRole.Heading, new() { Name = "Dials", Exact = true }).WaitForAsync();
            var erp = page.GetByRole(AriaRole.Group, new() { Name = "Dials of ERP (Business Central)" });
            await EventuallyInteractiveAsync(page, erp);
            await page.EvaluateAsync("window.scrollTo(0, 0)");
            await Browser.ShootAsync(page, $"dials-{width}-{(dark ? "dark" : "light")}");

            Assert.Empty(await Browser.ViolationsAsync(page));
            Assert.False(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"), $"scrolls sideways at {width}");
            await page.GetByRole(AriaRole.Button, new() { NameRegex = new("All well") }).ClickAsync();
            await page.GetByText("No fault is on.").WaitForAsync();
            await page.Context.CloseAsync();
        }
    }

    /// <summary>Turns a dial with the keyboard until the circuit has taken over and the page says what it did.</summary>
    private static async Task EventuallyInteractiveAsync(IPage page, ILocator erp)
    {
        var latency = erp.GetByRole(AriaRole.Slider, new() { Name = "Latency" });
        await ProductProcess.EventuallyAsync(async () =>
        {
            await latency.FocusAsync();
            await page.Keyboard.PressAsync("ArrowRight");
            return (await page.GetByRole(AriaRole.Status).AllTextContentsAsync()).FirstOrDefault(t => t.Contains("Latency is now", StringComparison.Ordinal));
        }, TimeSpan.FromSeconds(20), "an interactive page", Ct);
        await page.GetByText("One fault is on.").WaitForAsync();
    }
}
