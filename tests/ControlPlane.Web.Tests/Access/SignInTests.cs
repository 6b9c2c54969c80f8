using System.Net;
using System.Security.Claims;
using ControlPlane.Runtime.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Access;

public sealed class SignInTests
{
    private const string Email = "someone@example.org";
    private const string Password = "four unrelated words";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stranger_is_led_to_sign_in_and_comes_back_to_where_he_wanted_to_go()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        await host.AddUserAsync(Email, Password, PortalRoles.Business);
        using var browser = host.Browser();
        var refused = await browser.GetAsync("/connections?x=1", Ct);
        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Equal("/sign-in?returnUrl=%2Fconnections%3Fx%3D1", refused.Headers.Location!.PathAndQuery);
        var signedIn = await PortalHost.SignInAsync(browser, Email, Password, Ct, refused.Headers.Location.PathAndQuery);
        Assert.Equal("/connections?x=1", Path(signedIn));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/connections", Ct)).StatusCode);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example")]
    public async Task A_sign_in_never_leads_to_another_site(string target)
    {
        await using var host = await PortalHost.StartAsync(Ct);
        await host.AddUserAsync(Email, Password);
        using var browser = host.Browser();
        var signedIn = await PortalHost.SignInAsync(browser, Email, Password, Ct, "/sign-in?returnUrl=" + Uri.EscapeDataString(target));
        Assert.Equal("/", Path(signedIn));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_are_answered_alike()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        await host.AddUserAsync(Email, Password);
        using var browser = host.Browser();
        var wrong = await PortalHost.SignInAsync(browser, Email, "not the right words", Ct);
        var unknown = await PortalHost.SignInAsync(browser, "nobody@example.org", "not the right words", Ct);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (wrong.StatusCode, unknown.StatusCode));
        Assert.Equal(Alert(await wrong.Content.ReadAsStringAsync(Ct)), Alert(await unknown.Content.ReadAsStringAsync(Ct)));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/", Ct)).StatusCode);

        static string Alert(string html) => html[html.IndexOf("role=\"alert\"", StringComparison.Ordinal)..html.IndexOf("<form method=\"post\" class=\"cp-form\"", StringComparison.Ordinal)];
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_the_right_one_too()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        await host.AddUserAsync(Email, Password);
        using var browser = host.Browser();
        for (var i = 0; i < 5; i++)
            await PortalHost.SignInAsync(browser, Email, "not the right words", Ct);
        Assert.Equal(HttpStatusCode.OK, (await PortalHost.SignInAsync(browser, Email, Password, Ct)).StatusCode);
    }

    [Fact]
    public async Task A_form_of_another_site_is_refused()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        await host.AddUserAsync(Email, Password);
        using var browser = host.Browser();
        var forged = await PortalHost.PostFormAsync(browser, "/sign-in", "password", [new("Password.Email", Email), new("Password.Secret", Password)], Ct, withToken: false);
        Assert.Equal(HttpStatusCode.BadRequest, forged.StatusCode);
    }

    [Fact]
    public async Task The_session_cookie_is_out_of_reach_of_scripts_and_other_sites()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        await host.AddUserAsync(Email, Password);
        using var browser = host.Browser();
        var cookie = (await PortalHost.SignInAsync(browser, Email, Password, Ct)).Headers.GetValues("Set-Cookie").Single(c => c.StartsWith("cp-session=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie);
        Assert.Contains("samesite=lax", cookie);
        Assert.DoesNotContain("expires", cookie); // It ends with the browser.
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_needs_the_pages_own_form()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        await host.AddUserAsync(Email, Password);
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, Email, Password, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/sign-out", null, Ct)).StatusCode);
        var html = await browser.GetStringAsync("/", Ct);
        var token = System.Text.RegularExpressions.Regex.Match(html, "name=\"__RequestVerificationToken\" value=\"([^\"]+)\"").Groups[1].Value;
        var left = await browser.PostAsync("/sign-out", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]), Ct);
        Assert.Equal("/sign-in", Path(left));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_person_without_the_role_is_told_which_one_is_missing()
    {
        await using var host = await PortalHost.StartAsync(Ct, map: app => app.MapGet("/machine-room", () => "in").RequireAuthorization(PortalRoles.Operator));
        await host.AddUserAsync(Email, Password, PortalRoles.Business);
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, Email, Password, Ct);
        var denied = await browser.GetAsync("/machine-room", Ct);
        Assert.Equal("/access-denied?page=%2Fmachine-room&role=operator", Path(denied));
        var page = await browser.GetStringAsync(denied.Headers.Location, Ct);
        Assert.Contains("Runtime operator", page);
        Assert.Contains("integration admin", page);
    }

    [Fact]
    public async Task A_role_that_was_taken_away_ends_an_open_session()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        var user = await host.AddUserAsync(Email, Password, PortalRoles.Business, PortalRoles.Admin);
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var principal = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<PortalUser>>().CreateAsync(user);
        var check = host.Services.GetRequiredService<SessionCheck>();
        Assert.True(await check.HoldsAsync(principal, Ct));
        await users.RemoveFromRoleAsync((await users.FindByNameAsync(Email))!, PortalRoles.Admin);
        Assert.False(await check.HoldsAsync(principal, Ct));
        Assert.InRange(IdentityFeature.RecheckEvery, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_changed_password_ends_the_sessions_that_knew_the_old_one()
    {
        await using var host = await PortalHost.StartAsync(Ct);
        var user = await host.AddUserAsync(Email, Password);
        await using var scope = host.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var principal = await scope.ServiceProvider.GetRequiredService<IUserClaimsPrincipalFactory<PortalUser>>().CreateAsync(user);
        Assert.True((await users.ChangePasswordAsync((await users.FindByNameAsync(Email))!, Password, "four different words")).Succeeded);
        Assert.False(await host.Services.GetRequiredService<SessionCheck>().HoldsAsync(principal, Ct));
    }

    [Fact]
    public async Task A_page_that_does_not_exist_says_so_and_a_script_gets_problem_details()
    {
        await using var host = await PortalHost.StartAsync(Ct, settings: "--ControlPlane:BootstrapApiKey=the-key");
        await host.AddUserAsync(Email, Password);
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, Email, Password, Ct);
        var missing = await browser.GetAsync("/no/such/page", Ct);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("There is no such page", await missing.Content.ReadAsStringAsync(Ct));
        using var script = host.Script("the-key");
        var problem = await script.GetAsync("/api/v1/no-such-thing", Ct);
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (problem.StatusCode, problem.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task A_defect_is_told_to_a_person_as_a_page_and_to_a_script_as_a_problem_and_never_with_its_stack()
    {
        await using var host = await PortalHost.StartAsync(Ct, settings: ["--ControlPlane:BootstrapApiKey=the-key"], map: app =>
        {
            app.MapGet("/breaks", string () => throw new InvalidOperationException("secret"));
            app.MapGet("/api/v1/breaks", string () => throw new InvalidOperationException("secret"));
        });
        await host.AddUserAsync(Email, Password);
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, Email, Password, Ct);
        var page = await browser.GetAsync("/breaks", Ct);
        var html = await page.Content.ReadAsStringAsync(Ct);
        Assert.Equal(HttpStatusCode.InternalServerError, page.StatusCode);
        Assert.Contains("This page could not be opened", html);
        Assert.DoesNotContain("secret", html);
        using var script = host.Script("the-key");
        var problem = await script.GetAsync("/api/v1/breaks", Ct);
        var json = await problem.Content.ReadAsStringAsync(Ct);
        Assert.Equal((HttpStatusCode.InternalServerError, "application/problem+json"), (problem.StatusCode, problem.Content.Headers.ContentType?.MediaType));
        Assert.Contains("\"code\":\"internal\"", json);
        Assert.DoesNotContain("secret", json);
    }

    [Fact]
    public async Task An_open_session_takes_over_a_changed_role_within_half_a_minute()
    {
        var clock = new LaterClock(TimeSpan.Zero);
        await using var host = await PortalHost.StartAsync(
            Ct, adjust: b => b.Services.AddSingleton<TimeProvider>(clock), map: app => app.MapGet("/machine-room", () => "in").RequireAuthorization(PortalRoles.Operator));
        await host.AddUserAsync(Email, Password, PortalRoles.Operator);
        using var browser = host.Browser();
        await PortalHost.SignInAsync(browser, Email, Password, Ct);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/machine-room", Ct)).StatusCode);
        await using (var scope = host.Services.CreateAsyncScope())
        {
            var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
            await users.RemoveFromRoleAsync((await users.FindByNameAsync(Email))!, PortalRoles.Operator);
        }

        clock.Later = IdentityFeature.RecheckEvery;
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/machine-room", Ct)).StatusCode);
    }

    private static string Path(HttpResponseMessage answer)
    {
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        var location = answer.Headers.Location!;
        return location.IsAbsoluteUri ? location.PathAndQuery : location.OriginalString;
    }
}
