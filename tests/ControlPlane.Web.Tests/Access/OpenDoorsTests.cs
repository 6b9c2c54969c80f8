using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Access;

/// <summary>What may be reached without signing in, and what every answer tells the browser.</summary>
public sealed partial class OpenDoorsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Approved by hand. Static files are not listed: they hold nothing.</summary>
    private static readonly string[] Open =
        ["/alive", "/failed", "/first-run", "/health", "/in/{connection}", "/in/{connection}/{**topic}", "/sign-in", "/sign-out", "/theme.css"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Only_these_routes_are_open_to_strangers(bool demo)
    {
        await using var host = await PortalHost.StartAsync(Ct, demo);
        var open = host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is not null)
            .Select(e => "/" + e.RoutePattern.RawText?.TrimStart('/'))
            .Where(r => !StaticFile().IsMatch(r))
            .Distinct().Order(StringComparer.Ordinal).ToList();
        Assert.Empty(open.Except(Open));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/connections")]
    [InlineData("/transactions")]
    [InlineData("/access-denied")]
    [InlineData("/hangfire")]
    [InlineData("/no/such/page")]
    public async Task Everything_else_leads_a_stranger_to_sign_in(string path)
    {
        await using var host = await PortalHost.StartAsync(Ct);
        using var browser = host.Browser();
        var answer = await browser.GetAsync(path, Ct);
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.StartsWith("/sign-in", answer.Headers.Location!.PathAndQuery, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/_blazor/negotiate")]
    [InlineData("/hubs/operations/negotiate")]
    public async Task A_live_connection_is_refused_to_strangers_and_to_other_sites(string path)
    {
        await using var host = await PortalHost.StartAsync(Ct, settings: "--ControlPlane:BootstrapApiKey=key");
        using var stranger = host.Script();
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.PostAsync(path, null, Ct)).StatusCode);
        using var known = host.Script("key");
        Assert.Equal(HttpStatusCode.OK, (await known.PostAsync(path + "?negotiateVersion=1", null, Ct)).StatusCode);
        known.DefaultRequestHeaders.Add("Origin", "https://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, (await known.PostAsync(path + "?negotiateVersion=1", null, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_page_holds_no_script_of_its_own_and_forbids_any()
    {
        await using var host = await PortalHost.StartAsync(Ct, demo: true);
        using var browser = host.Browser();
        await PortalHost.SignInAsPersonaAsync(browser, "tomasz.adeyemi", Ct);
        foreach (var path in new[] { "/sign-in", "/", "/connections", "/no/such/page" })
        {
            using var fresh = path == "/sign-in" ? host.Browser() : null;
            var answer = await (fresh ?? browser).GetAsync(path, Ct);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.Contains("script-src 'self';", policy);
            Assert.Contains("frame-ancestors 'none'", policy);
            var html = await answer.Content.ReadAsStringAsync(Ct);
            Assert.DoesNotMatch(InlineScript(), html);
            Assert.DoesNotMatch(Handler(), html);
        }
    }

    [Fact]
    public async Task The_theme_is_one_file_with_both_palettes()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        using var browser = host.Browser();
        var css = await browser.GetStringAsync("/theme.css", Ct);
        Assert.DoesNotContain(":root", css);
        Assert.Contains("html[data-theme=light]{color-scheme:light;--cp-page:#F6F7F9;", css);
        Assert.Contains("html[data-theme=dark]{color-scheme:dark;--cp-page:#10141A;", css);
        var mud = MudPrimary().Matches(css).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(["rgba(47,91,215,1)", "rgba(143,177,255,1)"], mud);
        Assert.Equal(2, css.Split("--mud-typography-body1-size").Length - 1);
    }

    [GeneratedRegex(@"\.(js|css|svg|map|gz|br)$|^/_content/|^/_framework/")]
    private static partial Regex StaticFile();

    [GeneratedRegex("<script(?![^>]*\\bsrc=)", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();

    [GeneratedRegex("\\son[a-z]+=\"", RegexOptions.IgnoreCase)]
    private static partial Regex Handler();

    [GeneratedRegex("--mud-palette-primary: ([^;]+);")]
    private static partial Regex MudPrimary();
}
