using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using ControlPlane.Runtime.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Features.Access;

public sealed class ApiKeyOptions : AuthenticationSchemeOptions
{
    /// <summary>A key from the settings, with the role admin; empty = none. For installing by script.</summary>
    public string BootstrapKey { get; set; } = "";
}

/// <summary><c>Authorization: Bearer KEY</c>. Unknown, revoked and expired keys are refused alike.</summary>
public sealed class ApiKeyAuthentication(IOptionsMonitor<ApiKeyOptions> options, ILoggerFactory logger, UrlEncoder encoder, ApiKeys keys)
    : AuthenticationHandler<ApiKeyOptions>(options, logger, encoder)
{
    private const string Bearer = "Bearer ";

    /// <summary>A browser's WebSocket cannot set headers; SignalR's client sends the key in the query then, and only its hub reads it there.</summary>
    private const string QueryName = "access_token";

    public static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return header[Bearer.Length..].Trim();
        return request.Path.StartsWithSegments("/hubs") && request.Query[QueryName].ToString() is { Length: > 0 } inQuery ? inQuery : null;
    }

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (KeyOf(Request) is not { Length: > 0 } key)
            return AuthenticateResult.NoResult();
        if (Options.BootstrapKey.Length > 0 && Same(key, Options.BootstrapKey))
            return Accept("bootstrap", "Bootstrap key", PortalRoles.Admin, 1);
        return await keys.FindAsync(key, Context.RequestAborted) is { } holder
            ? Accept(holder.Id.ToString("D"), holder.Name, holder.Role, holder.TenantId)
            : AuthenticateResult.Fail("The API key is unknown, revoked or expired.");
    }

    private AuthenticateResult Accept(string id, string name, string role, int tenantId)
    {
        var identity = new ClaimsIdentity(
            [
                new(ClaimTypes.NameIdentifier, "key:" + id),
                new(ClaimTypes.Name, name),
                new(ClaimTypes.Role, role),
                new(PortalClaims.DisplayName, $"API key {name}"),
                new(PortalClaims.ApiKey, id),
                new(PortalClaims.Tenant, tenantId.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ],
            Scheme.Name);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name));
    }

    /// <summary>Hashes first, so that neither content nor length shows in the time it takes.</summary>
    private static bool Same(string a, string b) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(a)), SHA256.HashData(Encoding.UTF8.GetBytes(b)));
}
