using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Home;
using ControlPlane.Web.Features.Api.Transactions;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.Api;

/// <param name="Role">As in configuration: <c>storefront</c>, <c>erp</c>.</param>
/// <param name="Sells">True for what the portal calls a channel, false for a system.</param>
/// <param name="State">As the portal judges it: <c>working</c>, <c>quiet</c>, <c>failing</c>, <c>throttled</c>, <c>maintenance</c>, <c>stuck</c>, <c>off</c>; <c>misconfigured</c> when it cannot work at all.</param>
/// <param name="Problems">What is wrong when it is misconfigured, each naming the setting.</param>
/// <param name="Revision">Rises with each applied change.</param>
public sealed record ConnectionItem(
    string Key, string Name, string Role, bool Sells, string Connector, string State, IReadOnlyList<string> Problems, string Owner, int Revision, DateTimeOffset UpdatedAt, string UpdatedBy);

internal static class ConnectionsApi
{
    private const string Misconfigured = "misconfigured";

    private static readonly string[] States = [.. Enum.GetValues<SystemCondition>().Select(TransactionWording.Word), Misconfigured];

    public static void MapConnections(this RouteGroupBuilder api) =>
        api.MapGet("/connections", ListAsync).WithName("listConnections").WithTags("Connections")
            .WithSummary("The configured connections, by key")
            .WithParameters(("role", "A system role such as erp; several parted by commas"), ("state", string.Join(", ", States) + "; several parted by commas"), Parameters.Limit, Parameters.Cursor);

    private static async Task<Results<Ok<Page<ConnectionItem>>, ProblemHttpResult>> ListAsync(
        HttpContext http, IControlPlaneDb db, ConnectionQueries standings, IConnectionRegistry registry, IConnectorCatalog connectors, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var roles = query.Choices("role", [.. Enum.GetValues<SystemRole>().Select(r => r.Word())], w => SystemRoles.TryParse(w, out var role) ? role : default);
        var states = query.Choices("state", States, w => w);
        var limit = query.Limit();
        var after = query.KeyCursor();
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        await using var context = db.CreateContext(http.Tenant());
        var rows = await context.Connections.AsNoTracking().ToListAsync(ct);
        var conditions = (await standings.ReadAsync(http.Tenant(), ct)).Connections.ToDictionary(c => c.Key, c => c.Condition);
        // Some hundreds at most; the state is not in the table, so they are filtered here. Databases sort by their own rules.
        var all = rows.Select(row => Item(row, conditions.GetValueOrDefault(row.Key, SystemCondition.Quiet), registry, connectors)).OrderBy(c => c.Key, StringComparer.Ordinal)
            .Where(c => after is null || string.CompareOrdinal(c.Key, after) > 0)
            .Where(c => roles.Count == 0 || roles.Any(r => r.Word() == c.Role)).Where(c => states.Count == 0 || states.Contains(c.State))
            .Take(limit + 1).ToList();
        var more = all.Count > limit;
        if (more)
            all.RemoveAt(limit);
        return TypedResults.Ok(Paging.Answer(http, all, more ? Paging.OfKey(all[^1].Key) : null));
    }

    private static ConnectionItem Item(ConnectionRow row, SystemCondition condition, IConnectionRegistry registry, IConnectorCatalog connectors)
    {
        IReadOnlyList<string> problems = [];
        if (registry.Find(row.Key) is not { } connection)
            problems = ["Its document cannot be brought into service. The log names the line; apply a corrected one."];
        else if (connectors.Find(connection.Connector) is { } connector)
            problems = [.. connector.Check(connection)];
        else
            problems = [$"The connector '{connection.Connector}' is not installed."];
        var state = row.Enabled && problems.Count > 0 ? Misconfigured : TransactionWording.Word(condition);
        return new(
            row.Key, row.DisplayName, row.Role.Word(), row.Role.Sells(), row.Connector, state, problems, registry.Find(row.Key)?.Owner ?? "", row.Revision,
            Domain.Shared.Instant.FromMicroseconds(row.UpdatedAt), row.UpdatedBy);
    }
}
