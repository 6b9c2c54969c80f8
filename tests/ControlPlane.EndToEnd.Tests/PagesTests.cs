using Microsoft.Playwright;

namespace ControlPlane.EndToEnd.Tests;

/// <summary>
/// Every page, in both themes, at desk and phone width: no axe violation, nothing that jumps while it loads (a cumulative layout shift of at most 0.05), a title from first to last, nothing beside the
/// screen down to 320 pixels; screenshots are left to be looked at.
/// </summary>
public sealed class PagesTests
{
    /// <summary>Of the sum of shifts that nobody caused by a key or click: "good" is below 0.1.</summary>
    private const double MostJumping = 0.05;

    private const string Watch =
        """
        window.untitled = 0;
        let titled = false;
        // After the page's own observers: what is mended before anything is drawn is seen by nobody.
        new MutationObserver(() => queueMicrotask(() => {
          if (titled && !document.title) window.untitled++;
          titled ||= document.title !== '';
        })).observe(document, { childList: true, subtree: true, characterData: true });
        window.jumped = 0;
        window.jumpers = [];
        new PerformanceObserver(list => {
          for (const entry of list.getEntries()) {
            if (entry.hadRecentInput) continue;
            window.jumped += entry.value;
            for (const source of entry.sources ?? []) {
              const element = source.node instanceof Element ? source.node : source.node?.parentElement;
              if (element) window.jumpers.push(element.tagName.toLowerCase() + '.' + element.className);
            }
          }
        }).observe({ type: 'layout-shift', buffered: true });
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_page_has_an_accessibility_violation_jumps_or_is_cut_off_in_either_theme_or_on_a_phone()
    {
        await using var browser = await Browser.StartAsync();
        await using var product = new ProductProcess(new Dictionary<string, string> { ["ControlPlane__Sandbox__OrdersPerMinute"] = "60" });
        product.Start();
        await product.AliveAsync(Ct);
        var pages = await EveryPage.PrepareAsync(product, Ct);
        // While one works on a page: CONTROLPLANE_TEST_PAGES=home,connection.
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_PAGES") is { Length: > 0 } only)
            pages = [.. pages.Where(p => only.Split(',').Contains(p.Name))];
        pages = [("sign-in", "/sign-in"), .. pages];
        // Desk and phone side by side: a page waits more than it computes.
        var found = await Task.WhenAll(DeskAsync(browser, product, pages), PhoneAsync(browser, product, pages));
        var violations = found.SelectMany(f => f).Distinct().ToList();
        Assert.True(violations.Count == 0, string.Join("\n", violations));
    }

    /// <summary>Both themes of one loaded page: a theme changes nothing but colours, so the second is held to what depends on them.</summary>
    private static async Task<List<string>> DeskAsync(Browser browser, ProductProcess product, IReadOnlyList<(string Name, string Address)> pages)
    {
        var violations = new List<string>();
        var page = await OpenAsync(browser, product, 1280);
        foreach (var (name, address) in pages)
        {
            await LookAsync(page, name + "-light-desk", address, violations);
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await page.WaitForFunctionAsync("() => document.documentElement.dataset.theme === 'dark'");
            // Colours on their way are neither those of the one theme nor of the other.
            await page.EvaluateAsync(
                """
                async () => {
                  const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
                  await drawn();
                  for (const a of document.getAnimations()) if (a instanceof CSSTransition) a.finish();
                  await drawn();
                }
                """);
            violations.AddRange((await Browser.ViolationsAsync(page, "color-contrast")).Select(v => $"{name}-dark-desk: {v}"));
            await Browser.ShootAsync(page, name + "-dark-desk");
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            if (name == "sign-in")
                await Browser.SignInAsync(page, "admin");
        }

        await page.Context.CloseAsync();
        return violations;
    }

    /// <summary>Each page in one of the themes, by turns.</summary>
    private static async Task<List<string>> PhoneAsync(Browser browser, ProductProcess product, IReadOnlyList<(string Name, string Address)> pages)
    {
        var violations = new List<string>();
        var page = await OpenAsync(browser, product, 390);
        foreach (var ((name, address), at) in pages.Select((p, i) => (p, i)))
        {
            await page.EmulateMediaAsync(new() { ColorScheme = at % 2 == 1 ? ColorScheme.Dark : ColorScheme.Light });
            var shot = $"{name}-{(at % 2 == 1 ? "dark" : "light")}-phone";
            await LookAsync(page, shot, address, violations);
            violations.AddRange((await CutOffAsync(page)).Select(v => $"{shot}: {v}"));
            if (name == "sign-in")
                await Browser.SignInAsync(page, "admin");
        }

        await page.Context.CloseAsync();
        return violations;
    }

    private static async Task<IPage> OpenAsync(Browser browser, ProductProcess product, int width)
    {
        var page = await browser.OpenAsync(product.Address, width, width == 390 ? 844 : 900);
        await page.Context.AddInitScriptAsync(Watch);
        await page.Context.AddInitScriptAsync(Browser.Axe);
        return page;
    }

    private static async Task LookAsync(IPage page, string shot, string address, List<string> violations)
    {
        await page.GotoAsync(address);
        await SettledAsync(page);
        // On a phone without the colours: those of both themes are looked at on the desk.
        var found = shot.EndsWith("-phone", StringComparison.Ordinal) ? await Browser.ViolationsButColoursAsync(page) : await Browser.ViolationsAsync(page);
        violations.AddRange(found.Select(v => $"{shot}: {v}"));
        await Browser.ShootAsync(page, shot);
        if (await page.EvaluateAsync<int>("window.untitled") > 0)
            violations.Add($"{shot}: had no title for a moment.");
        if (await page.EvaluateAsync<double>("window.jumped") <= MostJumping)
            return;
        // What jumps, jumps again; an order that came just then does not.
        await page.GotoAsync(address);
        await SettledAsync(page);
        if (await page.EvaluateAsync<double>("window.jumped") is > MostJumping and var jumped)
            violations.Add($"{shot}: jumped by {jumped:0.000} at {await page.EvaluateAsync<string>("window.jumpers.join(' | ')")}");
    }

    /// <summary>The server has taken over, nothing grey stands in for what comes, and what it changed is drawn. A page that follows nothing does not show the first: it gets a second.</summary>
    private static async Task SettledAsync(IPage page)
    {
        try
        {
            await page.WaitForFunctionAsync("() => document.querySelector('[data-live]')", null, new() { Timeout = 1_000 });
        }
        catch (TimeoutException)
        {
            // Looked at as it is.
        }

        await page.WaitForFunctionAsync("() => !document.querySelector('main .cp-skeleton, main .skeleton')", null, new() { Timeout = 20_000 });
        await page.WaitForTimeoutAsync(400);
    }

    /// <summary>At 320 pixels, which is 400 % of zoom on a desk, nothing may need scrolling sideways but tables and code within their own boxes.</summary>
    private static async Task<IReadOnlyList<string>> CutOffAsync(IPage page)
    {
        var before = page.ViewportSize!;
        await page.SetViewportSizeAsync(320, before.Height);
        var wide = await page.EvaluateAsync<string>(
            """
            async () => {
              const scrolls = e => { for (let p = e.parentElement; p && p.tagName !== 'MAIN'; p = p.parentElement) if (/auto|scroll|hidden|clip/.test(getComputedStyle(p).overflowX)) return true; return false; };
              const look = () => {
                const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('.cp-visually-hidden') && !scrolls(e));
                return wide.length === 0 && document.documentElement.scrollWidth <= innerWidth ? '' : document.documentElement.scrollWidth + ' px: ' + wide.slice(0, 4).map(e => e.tagName.toLowerCase() + '.' + (e.getAttribute('class') ?? '')).join(' | ');
              };
              // A chart draws itself anew once it was told of its new width.
              for (let tries = 0; tries < 20; tries++) {
                await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
                if (look() === '') return '';
                await new Promise(later => setTimeout(later, 100));
              }
              return look();
            }
            """);
        await page.SetViewportSizeAsync(before.Width, before.Height);
        return wide.Length == 0 ? [] : [$"wider than 320 pixels: {wide}"];
    }
}
