using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.Api;

/// <param name="Prefix">First characters of the key, to recognise it by.</param>
/// <param name="State"><c>active</c>, <c>expired</c> or <c>revoked</c>.</param>
public sealed record ApiKeyItem(Guid Id, string Name, string Prefix, string Role, string State, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt);

/// <param name="Name">What it is for, 1 to 64 characters.</param>
/// <param name="Role">business, admin, executive or operator.</param>
/// <param name="ExpiresInDays">1 to 1825; default 365.</param>
public sealed record NewApiKey(string? Name, string? Role, int? ExpiresInDays);

/// <param name="Key">Shown this once and kept nowhere.</param>
public sealed record CreatedApiKey(Guid Id, string Key, string Name, string Role, DateTimeOffset ExpiresAt);

/// <summary>Keys for scripts; for administrators.</summary>
internal static class ApiKeysApi
{
    private const int LongestName = 64;

    private const int LongestDays = 1825;

    private const int DefaultDays = 365;

    public static void MapApiKeys(this RouteGroupBuilder api)
    {
        var keys = api.MapGroup("/api-keys").WithTags("API keys").RequireAuthorization(PortalRoles.Admin);
        keys.MapGet("", ListAsync).WithName("listApiKeys").WithSummary("The keys, newest first; never the keys themselves").WithParameters(Parameters.Limit, Parameters.Cursor);
        keys.MapPost("", CreateAsync).WithName("createApiKey").WithSummary("Makes a key, which is shown this once").WithParameters()
            .WithMetadata(new JsonBody(typeof(NewApiKey), Required: true), new IdempotentWrite(Required: true, KeepsAnswer: false));
        keys.MapDelete("/{id}", RevokeAsync).WithName("revokeApiKey").WithSummary("Revokes a key; it stops working at once").WithParameters()
            .WithMetadata(new IdempotentWrite(Required: false));
    }

    private static async Task<Results<Ok<Page<ApiKeyItem>>, ProblemHttpResult>> ListAsync(HttpContext http, IControlPlaneDb db, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var limit = query.Limit();
        var before = query.Cursor<Guid>(text => IdCursor.Parse(text));
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        await using var context = db.CreateContext(http.Tenant());
        var rows = context.ApiKeys.AsNoTracking();
        if (before is { } edge)
            rows = rows.Where(k => k.Id.CompareTo(edge) < 0);
        var found = await rows.OrderByDescending(k => k.Id).Take(limit + 1).ToListAsync(ct);
        var now = clock.GetUtcNow().ToMicroseconds();
        var items = found.Take(limit).Select(k => new ApiKeyItem(
            k.Id, k.Name, k.Prefix, k.Role, k.RevokedAt is not null ? "revoked" : k.ExpiresAt <= now ? "expired" : "active",
            Instant.FromMicroseconds(k.CreatedAt), k.CreatedBy, At(k.ExpiresAt), At(k.RevokedAt))).ToList();
        return TypedResults.Ok(Paging.Answer(http, items, found.Count > limit ? IdCursor.Text(items[^1].Id) : null));
    }

    private static async Task<Results<Created<CreatedApiKey>, ProblemHttpResult>> CreateAsync(HttpContext http, ApiKeys keys, TimeProvider clock, CancellationToken ct)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<NewApiKey>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([.. errors, error]);
        var name = (body!.Name ?? "").Trim();
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
            errors.Add(new("api_key.name", "name", $"Allowed: 1 to {LongestName} characters."));
        if (!PortalRoles.All.Contains(body.Role ?? ""))
            errors.Add(new("api_key.role", "role", $"Allowed: {string.Join(", ", PortalRoles.All)}."));
        var days = body.ExpiresInDays ?? DefaultDays;
        if (days is < 1 or > LongestDays)
            errors.Add(new("api_key.lifetime", "expiresInDays", $"Allowed: 1 to {LongestDays}."));
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        var lifetime = TimeSpan.FromDays(days);
        var expires = clock.GetUtcNow() + lifetime;
        var (key, id) = await keys.CreateAsync(name, body.Role!, http.CallerName(), lifetime, http.Tenant(), ct);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Created($"{ApiFeature.Root}/api-keys/{id:D}", new CreatedApiKey(id, key, name, body.Role!, expires));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RevokeAsync(string id, HttpContext http, ApiKeys keys, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return Guid.TryParse(id, out var key) && await keys.RevokeAsync(key, http.Tenant(), ct) ? TypedResults.NoContent() : ApiProblem.NotFound("active API key");
    }

    private static DateTimeOffset? At(long? microseconds) => microseconds is { } m ? Instant.FromMicroseconds(m) : null;
}
