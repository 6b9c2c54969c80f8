using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.Api;

/// <param name="Role">As in configuration: <c>storefront</c>, <c>erp</c>.</param>
/// <param name="Sells">True for what the portal calls a channel, false for a system.</param>
/// <param name="State"><c>ready</c>, <c>disabled</c> or <c>misconfigured</c>.</param>
/// <param name="Problems">What is wrong when it is misconfigured, each naming the setting.</param>
/// <param name="Revision">Rises with each applied change.</param>
public sealed record ConnectionItem(
    string Key, string Name, string Role, bool Sells, string Connector, string State, IReadOnlyList<string> Problems, string Owner, int Revision, DateTimeOffset UpdatedAt, string UpdatedBy);

internal static class ConnectionsApi
{
    public static readonly string[] States = ["ready", "disabled", "misconfigured"];

    public static void MapConnections(this RouteGroupBuilder api) =>
        api.MapGet("/connections", ListAsync).WithName("listConnections").WithTags("Connections")
            .WithSummary("The configured connections, by key")
            .WithParameters(("role", "A system role such as erp; several parted by commas"), ("state", "ready, disabled, misconfigured; several parted by commas"), Parameters.Limit, Parameters.Cursor);

    private static async Task<Results<Ok<Page<ConnectionItem>>, ProblemHttpResult>> ListAsync(
        HttpContext http, IControlPlaneDb db, IConnectionRegistry registry, IConnectorCatalog connectors, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var roles = query.Choices("role", [.. Enum.GetValues<SystemRole>().Select(r => r.Word())], w => SystemRoles.TryParse(w, out var role) ? role : default);
        var states = query.Choices("state", States, w => w);
        var limit = query.Limit();
        var after = query.KeyCursor();
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        await using var context = db.CreateContext(http.Tenant());
        var rows = await context.Connections.AsNoTracking().OrderBy(c => c.Key).ToListAsync(ct);
        // Some hundreds at most; the state is not in the table, so they are filtered here. Databases sort by their own rules.
        var all = rows.Select(row => Item(row, registry, connectors)).OrderBy(c => c.Key, StringComparer.Ordinal)
            .Where(c => after is null || string.CompareOrdinal(c.Key, after) > 0)
            .Where(c => roles.Count == 0 || roles.Any(r => r.Word() == c.Role)).Where(c => states.Count == 0 || states.Contains(c.State))
            .Take(limit + 1).ToList();
        var more = all.Count > limit;
        if (more)
            all.RemoveAt(limit);
        return TypedResults.Ok(Paging.Answer(http, all, more ? Paging.OfKey(all[^1].Key) : null));
    }

    private static ConnectionItem Item(ConnectionRow row, IConnectionRegistry registry, IConnectorCatalog connectors)
    {
        IReadOnlyList<string> problems = [];
        if (registry.Find(row.Key) is not { } connection)
            problems = ["Its document cannot be brought into service. The log names the line; apply a corrected one."];
        else if (connectors.Find(connection.Connector) is { } connector)
            problems = [.. connector.Check(connection)];
        else
            problems = [$"The connector '{connection.Connector}' is not installed."];
        var state = !row.Enabled ? "disabled" : problems.Count > 0 ? "misconfigured" : "ready";
        return new(
            row.Key, row.DisplayName, row.Role.Word(), row.Role.Sells(), row.Connector, state, problems, registry.Find(row.Key)?.Owner ?? "", row.Revision,
            Domain.Shared.Instant.FromMicroseconds(row.UpdatedAt), row.UpdatedBy);
    }
}
