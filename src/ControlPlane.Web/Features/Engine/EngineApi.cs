using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Engine;

/// <param name="Connection">Key of the connection that is closed.</param>
/// <param name="From">Default: now.</param>
/// <param name="To">At most seven days after the beginning.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record NewWindow(string? Connection, DateTimeOffset? From, DateTimeOffset? To, string? Reason);

/// <param name="State"><c>planned</c>, <c>open</c> or <c>over</c>.</param>
public sealed record WindowItem(Guid Id, string Connection, DateTimeOffset From, DateTimeOffset To, string State, string Reason, string DeclaredBy);

public sealed record LaneItem(string Lane, int Due, double? OldestSeconds, int Running, int Later, int Waiting, int Held, int Dead);

public sealed record HeldItem(string Key, string System, int Count, string Reason, DateTimeOffset? Until);

public sealed record NodeItem(Guid Id, string Name, string Roles, string Version, DateTimeOffset StartedAt, DateTimeOffset SeenAt, DateTimeOffset? StoppedAt, bool Alive, int Leases);

public sealed record BreakerItem(string Key, string State, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, string Reason, DateTimeOffset? NextProbe, int FailedProbes);

/// <param name="ShortInSeconds">At the pace of the last minute; null = it lasts.</param>
/// <param name="Learned">True when the limits are what the system told.</param>
public sealed record BudgetItem(string System, string Operation, double PerSecond, double Burst, int Left, double UsedPerMinute, double? ShortInSeconds, bool Learned, bool Shared, double Reserve, int Held);

/// <param name="Head">The order whose turn it is.</param>
public sealed record TurnQueueItem(Guid Head, string Number, string State, string Flow, int Behind, DateTimeOffset Since);

public sealed record EngineItem(
    IReadOnlyList<LaneItem> Lanes, IReadOnlyList<HeldItem> Held, IReadOnlyList<TurnQueueItem> Turns, IReadOnlyList<NodeItem> Nodes, IReadOnlyList<BreakerItem> Breakers, IReadOnlyList<WindowItem> Windows, IReadOnlyList<BudgetItem> Budgets,
    double ReceivedPerMinute, double ClosedPerMinute, DateTimeOffset ReadAt);

/// <summary>What the engine does, and the windows in which a system is left alone.</summary>
internal static class EngineApi
{
    public static void MapEngine(this RouteGroupBuilder api)
    {
        api.MapGet("/engine", EngineAsync).WithName("getEngine").WithSummary("Lanes, held work, nodes, breakers, budgets").WithTags("Engine").WithParameters();
        var windows = api.MapGroup("/maintenance-windows").WithTags("Engine");
        windows.MapGet("", ListAsync).WithName("listMaintenanceWindows").WithSummary("Open and planned windows, and those of the last week").WithParameters();
        windows.MapPost("", DeclareAsync).WithName("declareMaintenanceWindow").WithSummary("A system is not called in that time; work for it waits and burns no attempt").WithParameters()
            .RequireAuthorization(policy => policy.RequireRole(PortalRoles.Operator, PortalRoles.Admin))
            .WithMetadata(new JsonBody(typeof(NewWindow), Required: true), new IdempotentWrite(Required: true));
        windows.MapPost("/{id}/end", EndAsync).WithName("endMaintenanceWindow").WithSummary("Ends an open window now, or takes back a planned one").WithParameters()
            .RequireAuthorization(policy => policy.RequireRole(PortalRoles.Operator, PortalRoles.Admin))
            .WithMetadata(new IdempotentWrite(Required: false));
    }

    private static async Task<Results<Ok<EngineItem>, ProblemHttpResult>> EngineAsync(HttpContext http, EngineQueries queries, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var view = await queries.ReadAsync(ct);
        return TypedResults.Ok(new EngineItem(
            [.. view.Lanes.Select(l => new LaneItem(l.Lane.ToString().ToLowerInvariant(), l.Due, l.Oldest?.TotalSeconds, l.Running, l.Ready - l.Due, l.Waiting, l.Held, l.Dead))],
            [.. view.Held.Select(h => new HeldItem(h.Key, h.System, h.Count, h.Text, h.Until))],
            [.. view.Turns.Select(t => new TurnQueueItem(t.Head, t.Number, t.State.Word(), t.Flow, t.Behind, t.Since))],
            [.. view.Nodes.Select(n => new NodeItem(n.Id, n.Name, n.Roles, n.Version, n.StartedAt, n.SeenAt, n.StoppedAt, n.Alive, n.Leases))],
            [.. view.Breakers.Select(b => new BreakerItem(b.Key, b.Open ? "open" : "closed", b.OpenedAt, b.ClosedAt, b.Message, b.NextProbe, b.Probes))],
            [.. view.Windows.Select(w => Item(w, view.ReadAt))],
            [.. view.Budgets.Select(b => new BudgetItem(b.System, b.Operation, b.PerSecond, b.Burst, b.Left, b.UsedPerMinute, b.ShortIn?.TotalSeconds, b.Learned, b.Shared, b.Reserve, b.Held))],
            view.ReceivedPerMinute, view.ClosedPerMinute, view.ReadAt));
    }

    private static async Task<Results<Ok<IReadOnlyList<WindowItem>>, ProblemHttpResult>> ListAsync(HttpContext http, IMaintenanceWindows windows, TimeProvider clock, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var now = clock.GetUtcNow();
        return TypedResults.Ok<IReadOnlyList<WindowItem>>([.. (await windows.ListAsync(http.Tenant(), ct)).Select(w => Item(w, now))]);
    }

    private static async Task<Results<Created<WindowItem>, ProblemHttpResult>> DeclareAsync(HttpContext http, IMaintenanceWindows windows, TimeProvider clock, CancellationToken ct)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<NewWindow>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([.. errors, error]);
        var reason = (body!.Reason ?? "").Trim();
        if (reason.Length is 0 or > 300 || reason.Any(char.IsControl))
            errors.Add(new("window.reason", "reason", "Allowed: 1 to 300 characters on one line."));
        if (body.To is null)
            errors.Add(new("window.to", "to", "The end is missing. Allowed: an instant such as 2026-11-23T18:00:00Z."));
        if (string.IsNullOrEmpty(body.Connection))
            errors.Add(new("window.connection", "connection", "The key of a connection is missing."));
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        var now = clock.GetUtcNow();
        var id = IdempotentWrites.OperationId(http);
        var outcome = await windows.DeclareAsync(http.Tenant(), id, body.Connection!, body.From ?? now, body.To!.Value, reason, http.CallerName(), ct);
        return outcome switch
        {
            { Accepted: true } => TypedResults.Created($"{ApiFeature.Root}/maintenance-windows", Item(new(id, body.Connection!, body.From ?? now, body.To.Value, reason, http.CallerName()), now)),
            { Code: "not_found" } => ApiProblem.NotFound("connection"),
            _ => ApiProblem.Of(422, $"window.{outcome.Code}", "The window cannot be declared", outcome.Message),
        };
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> EndAsync(string id, HttpContext http, IMaintenanceWindows windows, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return Guid.TryParse(id, out var key) && await windows.EndAsync(http.Tenant(), key, http.CallerName(), ct) is { Accepted: true } outcome
            ? TypedResults.Ok(new CommandEnd(outcome.Code, outcome.Message))
            : ApiProblem.NotFound("open or planned window");
    }

    private static WindowItem Item(MaintenanceWindow w, DateTimeOffset now) =>
        new(w.Id, w.Connection, w.StartsAt, w.EndsAt, w.EndsAt <= now ? "over" : w.StartsAt <= now ? "open" : "planned", w.Reason, w.DeclaredBy);
}

/// <param name="Code"><c>accepted</c>.</param>
public sealed record CommandEnd(string Code, string Message);
