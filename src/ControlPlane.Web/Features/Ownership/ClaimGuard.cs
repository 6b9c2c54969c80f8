using System.Security.Claims;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Api;

namespace ControlPlane.Web.Features.Ownership;

/// <summary>Who acts on an order that another has in hand is told so, and takes it over first: with a reason, so that the other hears of it.</summary>
internal static class ClaimGuard
{
    /// <summary>Null when the person may act; else who has it, and what to do.</summary>
    public static async Task<string?> RefusedAsync(IServiceProvider services, TenantScope tenant, Guid transaction, ClaimsPrincipal? user, CancellationToken ct) =>
        services.GetService<IClaims>() is { } claims && user?.Identity?.Name is { Length: > 0 } person && await claims.MayActAsync(tenant, transaction, person, ct) is { May: false } refused ? refused.Message : null;

    /// <summary>For addresses with an <c>{id}</c>: 409 <c>claim.held</c>.</summary>
    public static TBuilder UnlessHeldByAnother<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter(async (context, next) =>
            Guid.TryParse(context.HttpContext.GetRouteValue("id") as string, out var id)
            && await RefusedAsync(context.HttpContext.RequestServices, context.HttpContext.Tenant(), id, context.HttpContext.User, context.HttpContext.RequestAborted) is { } refused
                ? ApiProblem.Of(409, "claim.held", "Another has it", refused)
                : await next(context));
}
