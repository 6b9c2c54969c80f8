using System.Net;
using System.Text.Json;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Web.Tests.Access;

public sealed class ApiKeyTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_lets_a_script_in_with_its_role_and_its_name()
    {
        await using var host = await StartAsync();
        using var script = host.Script(await KeyAsync(host, PortalRoles.Operator));
        Assert.Equal("API key nightly operator", await script.GetStringAsync("/api/v1/who", Ct));
    }

    [Fact]
    public async Task Only_the_hash_of_a_key_is_kept()
    {
        await using var host = await StartAsync();
        var key = await KeyAsync(host, PortalRoles.Operator);
        await using var context = host.Database();
        var row = Assert.Single(context.ApiKeys.ToList());
        Assert.Equal(ApiKeys.Hash(key), row.Hash);
        Assert.StartsWith(row.Prefix, key, StringComparison.Ordinal);
        Assert.True(row.Prefix.Length <= 10);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cp_unknown")]
    public async Task Without_a_valid_key_a_script_gets_a_problem_and_no_redirect(string? key)
    {
        await using var host = await StartAsync();
        using var script = host.Script();
        if (key is not null)
            script.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer " + key);
        await AssertProblemAsync(await script.GetAsync("/api/v1/who", Ct), HttpStatusCode.Unauthorized, "access.not_signed_in");
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once()
    {
        await using var host = await StartAsync();
        var keys = host.Services.GetRequiredService<ApiKeys>();
        var (key, id) = await keys.CreateAsync("nightly", PortalRoles.Admin, "test", null, TenantScope.Default, Ct);
        using var script = host.Script(key);
        Assert.Equal(HttpStatusCode.OK, (await script.GetAsync("/api/v1/who", Ct)).StatusCode);
        Assert.True(await keys.RevokeAsync(id, TenantScope.Default, Ct));
        Assert.False(await keys.RevokeAsync(id, TenantScope.Default, Ct));
        await AssertProblemAsync(await script.GetAsync("/api/v1/who", Ct), HttpStatusCode.Unauthorized, "access.not_signed_in");
    }

    [Fact]
    public async Task An_expired_key_is_refused()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var host = await StartAsync();
        var keys = new ApiKeys(host.Services.GetRequiredService<IControlPlaneDb>(), clock);
        var (key, _) = await keys.CreateAsync("short", PortalRoles.Admin, "test", TimeSpan.FromDays(1), TenantScope.Default, Ct);
        clock.Advance(TimeSpan.FromHours(23));
        Assert.NotNull(await keys.FindAsync(key, Ct));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await keys.FindAsync(key, Ct));
    }

    [Fact]
    public async Task The_bootstrap_key_of_the_settings_is_an_admin()
    {
        await using var host = await StartAsync("--ControlPlane:BootstrapApiKey=a-key-of-the-installer");
        using var script = host.Script("a-key-of-the-installer");
        Assert.Equal("API key Bootstrap key admin", await script.GetStringAsync("/api/v1/who", Ct));
        using var almost = host.Script("a-key-of-the-installe");
        Assert.Equal(HttpStatusCode.Unauthorized, (await almost.GetAsync("/api/v1/who", Ct)).StatusCode);
    }

    [Fact]
    public async Task Without_the_setting_an_empty_key_is_nobody()
    {
        await using var host = await StartAsync("--ControlPlane:BootstrapApiKey=");
        using var script = host.Script();
        script.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", "Bearer ");
        Assert.Equal(HttpStatusCode.Unauthorized, (await script.GetAsync("/api/v1/who", Ct)).StatusCode);
    }

    [Fact]
    public async Task A_key_without_the_role_is_told_which_one_is_missing()
    {
        await using var host = await StartAsync();
        using var script = host.Script(await KeyAsync(host, PortalRoles.Business));
        var problem = await AssertProblemAsync(await script.GetAsync("/api/v1/admin", Ct), HttpStatusCode.Forbidden, "access.missing_role");
        Assert.Contains("the role admin", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task A_key_of_another_role_than_it_was_made_for_does_not_hold()
    {
        await using var host = await StartAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => host.Services.GetRequiredService<ApiKeys>().CreateAsync("x", "root", "test", null, TenantScope.Default, Ct));
    }

    private static Task<PortalHost> StartAsync(params string[] settings) => PortalHost.StartAsync(Ct, settings: settings, map: app =>
    {
        app.MapGet("/api/v1/who", (HttpContext http) =>
            $"{http.User.FindFirst(PortalClaims.DisplayName)?.Value} {PortalRoles.All.Single(http.User.IsInRole)}");
        app.MapGet("/api/v1/admin", () => "in").RequireAuthorization(PortalRoles.Admin);
    });

    private static async Task<string> KeyAsync(PortalHost host, string role) =>
        (await host.Services.GetRequiredService<ApiKeys>().CreateAsync("nightly", role, "test", null, TenantScope.Default, Ct)).Key;

    private static async Task<JsonElement> AssertProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
    {
        Assert.Equal((status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement;
        Assert.Equal(code, problem.GetProperty("code").GetString());
        return problem;
    }
}
