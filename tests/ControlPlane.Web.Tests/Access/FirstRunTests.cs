using System.Net;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Access;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Access;

public sealed class FirstRunTests
{
    private const string Password = "four unrelated words";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_installation_leads_to_its_first_run_page()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        using var browser = host.Browser();
        var led = await browser.GetAsync("/sign-in", Ct);
        Assert.Equal(HttpStatusCode.Redirect, led.StatusCode);
        Assert.EndsWith("/first-run", led.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tokens_hash_is_kept_and_the_token_is_not()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        var token = host.Services.GetRequiredService<FirstRun>().Token!;
        await using var context = host.Database();
        var kept = await context.InstallationValues.SingleAsync(v => v.Name == "first-run-token", Ct);
        Assert.Equal(ApiKeys.Hash(token), kept.Value);
        Assert.True(token.Length >= 32);
    }

    [Fact]
    public async Task The_token_makes_the_first_administrator_and_works_once()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        var token = host.Services.GetRequiredService<FirstRun>().Token!;
        using var browser = host.Browser();
        var made = await PostAsync(browser, token, "first@example.org", Password);
        Assert.Equal(HttpStatusCode.Redirect, made.StatusCode);
        Assert.Contains("Integration admin", await browser.GetStringAsync("/", Ct));
        using var second = host.Browser();
        Assert.Equal(HttpStatusCode.Redirect, (await second.GetAsync("/first-run", Ct)).StatusCode);
        await using var context = host.Database();
        Assert.Equal("first@example.org", (await context.Users.SingleAsync(Ct)).UserName);
        Assert.False(await context.InstallationValues.AnyAsync(v => v.Name == "first-run-token", Ct));
    }

    [Fact]
    public async Task Of_two_people_with_the_token_one_becomes_administrator()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        var token = host.Services.GetRequiredService<FirstRun>().Token!;
        var browsers = Enumerable.Range(0, 4).Select(_ => host.Browser()).ToList();
        await Task.WhenAll(browsers.Select(async (b, i) => await PostAsync(b, token, $"person{i}@example.org", Password)));
        await using var context = host.Database();
        Assert.Equal(1, await context.Users.CountAsync(Ct));
        browsers.ForEach(b => b.Dispose());
    }

    [Theory]
    [InlineData("wrong", "first@example.org", Password, "The token is not right")]
    [InlineData(null, "first@example.org", "too short", "12 characters")]
    [InlineData(null, "no address", Password, "e-mail address")]
    public async Task A_refusal_says_what_to_do_and_makes_nobody(string? token, string email, string password, string words)
    {
        await using var host = await PortalHost.StartAsync(Ct);
        using var browser = host.Browser();
        var issued = host.Services.GetRequiredService<FirstRun>().Token!;
        var refused = await PostAsync(browser, token ?? issued, email, password);
        Assert.Equal(HttpStatusCode.OK, refused.StatusCode);
        Assert.Contains(words, WebUtility.HtmlDecode(await refused.Content.ReadAsStringAsync(Ct)));
        await using (var context = host.Database())
            Assert.False(await context.Users.AnyAsync(Ct));
        // The token is not spent by it.
        Assert.Equal(HttpStatusCode.Redirect, (await PostAsync(browser, issued, "first@example.org", Password)).StatusCode);
    }

    [Fact]
    public async Task A_new_start_makes_a_new_token_and_the_old_one_is_worthless()
    {
        var first = await PortalHost.StartAsync(Ct);
        var old = first.Services.GetRequiredService<FirstRun>().Token!;
        var folder = await first.StopAsync();
        await using (var second = await PortalHost.StartAsync(Ct, folder: folder))
        {
            using var browser = second.Browser();
            Assert.Equal(HttpStatusCode.OK, (await PostAsync(browser, old, "first@example.org", Password)).StatusCode);
            await using var context = second.Database();
            Assert.False(await context.Users.AnyAsync(Ct));
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void The_console_says_where_and_how()
    {
        var text = AccessAnnouncement.Text(["http://[::]:5080"], demo: false, "the-token");
        Assert.Contains("http://localhost:5080/first-run", text);
        Assert.Contains("the-token", text);
        Assert.Contains("personas", AccessAnnouncement.Text(["http://localhost:5080"], demo: true, null));
        Assert.DoesNotContain("token", AccessAnnouncement.Text(["http://localhost:5080"], demo: false, null));
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient browser, string token, string email, string password) => PortalHost.PostFormAsync(
        browser, "/first-run", "first-run", [new("Form.Token", token), new("Form.Name", "First Person"), new("Form.Email", email), new("Form.Secret", password)], Ct);
}
