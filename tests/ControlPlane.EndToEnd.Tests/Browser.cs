using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>A real Chromium, from the distribution. Without one the test is skipped visibly; on CI it must be there.</summary>
public sealed class Browser : IAsyncDisposable
{
    /// <summary>The script of axe-core; as an init script of a context it is there on each page of it.</summary>
    public static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private static readonly string[] Violations = ["violations"];

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser) => (_playwright, _browser) = (playwright, browser);

    public static async Task<Browser> StartAsync()
    {
        var path = Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_CHROMIUM") ?? "/usr/bin/chromium";
        if (!File.Exists(path))
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must run the browser tests: no Chromium was found.");
            Assert.Skip("No Chromium was found (CONTROLPLANE_TEST_CHROMIUM): the browser tests did not run.");
        }

        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = path,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
        });
        return new(playwright, browser);
    }

    public async Task<IPage> OpenAsync(Uri address, int width = 1280, int height = 900, bool dark = false)
    {
        var context = await _browser.NewContextAsync(new()
        {
            BaseURL = address.ToString(),
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
        });
        return await context.NewPageAsync();
    }

    /// <summary>Signs in as a demo persona by its card.</summary>
    public static async Task SignInAsync(IPage page, string persona)
    {
        await page.GotoAsync("/sign-in");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new(persona, System.Text.RegularExpressions.RegexOptions.IgnoreCase) }).First.ClickAsync();
        await Browser.AddressAsync(page, "^(?!.*/sign-in)");
    }

    /// <summary>Looked at again and again: who waits for the navigation itself misses one that is faster than the waiting begins.</summary>
    public static Task AddressAsync(IPage page, string pattern) => Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex(pattern), new() { Timeout = 60_000 });

    /// <summary>Of a page that follows changes: the server has taken over.</summary>
    public static Task InteractiveAsync(IPage page) => Assertions.Expect(page.Locator("[data-live]")).ToBeAttachedAsync(new() { Timeout = 20_000 });

    /// <summary>Written to a folder that git ignores, to be looked at.</summary>
    public static async Task ShootAsync(IPage page, string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ControlPlane.sln")))
            folder = folder.Parent!;
        var target = Path.Combine(folder.FullName, "artifacts", "screenshots");
        Directory.CreateDirectory(target);
        await page.ScreenshotAsync(new() { Path = Path.Combine(target, name + ".png") });
    }

    /// <summary>By axe-core. It is put into the page once: sending it for each look takes longer than the look.</summary>
    /// <param name="rules">Only these; none = all.</param>
    public static Task<IReadOnlyList<string>> ViolationsAsync(IPage page, params string[] rules) =>
        LookAsync(page, rules.Length == 0 ? new { resultTypes = Violations } : new { resultTypes = Violations, runOnly = new { type = "rule", values = rules } });

    /// <summary>Everything but colours, for a page whose colours are looked at elsewhere.</summary>
    public static Task<IReadOnlyList<string>> ViolationsButColoursAsync(IPage page) =>
        LookAsync(page, new Dictionary<string, object> { ["resultTypes"] = Violations, ["rules"] = new Dictionary<string, object> { ["color-contrast"] = new { enabled = false } } });

    private static async Task<IReadOnlyList<string>> LookAsync(IPage page, object options)
    {
        if (!await page.EvaluateAsync<bool>("() => typeof axe === 'object'"))
            await page.EvaluateAsync(Axe);
        return await page.EvaluateAsync<string[]>(
            "async options => (await axe.run(document, options)).violations.map(v => `${v.impact} ${v.id}: ${v.help} at ${v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | ')}`)", options);
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
