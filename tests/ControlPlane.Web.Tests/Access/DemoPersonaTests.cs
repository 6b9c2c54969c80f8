using System.Net;
using ControlPlane.Runtime.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Access;

public sealed class DemoPersonaTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_persona_signs_in_with_one_click_and_has_one_job()
    {
        await using var host = await PortalHost.StartAsync(Ct, demo: true, map: app => app.MapGet("/who", (HttpContext http) => string.Join(',', PortalRoles.All.Where(http.User.IsInRole))));
        foreach (var persona in DemoPersonas.All)
        {
            using var browser = host.Browser();
            var signedIn = await PortalHost.SignInAsPersonaAsync(browser, persona.Key, Ct);
            Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
            Assert.Equal(persona.Role, await browser.GetStringAsync("/who", Ct));
        }

        Assert.Equal(PortalRoles.All.Order(), DemoPersonas.All.Select(p => p.Role).Order());
    }

    [Fact]
    public async Task A_persona_has_no_password_that_could_be_guessed()
    {
        await using var host = await PortalHost.StartAsync(Ct, demo: true);
        await using var context = host.Database();
        Assert.Equal(4, await context.Users.CountAsync(u => u.Demo && u.PasswordHash == null, Ct));
    }

    [Fact]
    public async Task Somebody_else_than_a_persona_is_not_let_in_by_a_click()
    {
        await using var host = await PortalHost.StartAsync(Ct, demo: true);
        await host.AddUserAsync("someone@example.org", "four unrelated words", PortalRoles.Admin);
        using var browser = host.Browser();
        Assert.Equal(HttpStatusCode.OK, (await PortalHost.SignInAsPersonaAsync(browser, "someone", Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/", Ct)).StatusCode);
    }

    [Fact]
    public async Task Without_the_demo_the_personas_are_gone_and_so_are_their_sessions()
    {
        var demo = await PortalHost.StartAsync(Ct, demo: true);
        string session;
        using (var browser = demo.Browser())
            session = (await PortalHost.SignInAsPersonaAsync(browser, "tomasz.adeyemi", Ct)).Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("cp-session=", StringComparison.Ordinal)).Split(';')[0];
        using (var same = demo.Script())
        {
            same.DefaultRequestHeaders.Add("Cookie", session);
            Assert.Equal(HttpStatusCode.OK, (await same.GetAsync("/", Ct)).StatusCode);
        }

        var folder = await demo.StopAsync();
        // Half a minute later, when the session is compared with the database again.
        await using (var serious = await PortalHost.StartAsync(
            Ct, folder: folder, adjust: b => b.Services.AddSingleton<TimeProvider>(new LaterClock(IdentityFeature.RecheckEvery))))
        {
            await using (var context = serious.Database())
                Assert.Equal(0, await context.Users.CountAsync(Ct));
            using var old = serious.Script();
            old.DefaultRequestHeaders.Add("Cookie", session);
            Assert.Equal(HttpStatusCode.Redirect, (await old.GetAsync("/", Ct)).StatusCode);
            using var stranger = serious.Browser();
            Assert.Equal(HttpStatusCode.Redirect, (await stranger.GetAsync("/sign-in", Ct)).StatusCode);
            Assert.DoesNotContain("Tomasz", await stranger.GetStringAsync("/first-run", Ct));
        }

        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
