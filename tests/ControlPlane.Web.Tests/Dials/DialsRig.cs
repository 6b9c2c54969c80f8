using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Connectors.Sandbox;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Dials;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Tests.Dials;

/// <summary>The dials' API by itself, with or without a sandbox; who asks is said by a header.</summary>
internal sealed class DialsRig : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DialsRig(WebApplication app) => _app = app;

    public ISandboxControl Sandbox => _app.Services.GetRequiredService<ISandboxControl>();

    public static async Task<DialsRig> StartAsync(bool demo = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        if (demo)
            builder.Services.AddSandbox(new() { Port = 0, OrdersPerMinute = 0, MarketplaceOrdersPerMinute = 0, Seed = 1, WebhookTarget = new("http://127.0.0.1:9") });
        builder.Services.AddAuthentication("header").AddScheme<AuthenticationSchemeOptions, RoleByHeader>("header", null);
        builder.Services.AddAuthorizationBuilder().AddPolicy(PortalRoles.Admin, p => p.RequireRole(PortalRoles.Admin));
        var app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapGroup("/api/v1").RequireAuthorization().MapDialsApi();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new(app);
    }

    public async Task<(int Status, System.Text.Json.Nodes.JsonNode? Body)> SendAsync(HttpMethod method, string path, string? body = null, string? role = PortalRoles.Admin)
    {
        using var client = _app.GetTestClient();
        using var request = new HttpRequestMessage(method, "/api/v1/demo" + path);
        if (role is not null)
            request.Headers.Add("role", role);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.Length == 0 ? null : System.Text.Json.Nodes.JsonNode.Parse(text));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private sealed class RoleByHeader(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers["role"].ToString() is { Length: > 0 } role
            ? AuthenticateResult.Success(new(new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "t"), new(ClaimTypes.Role, role)], "header")), "header"))
            : AuthenticateResult.NoResult());
    }
}
