using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.Api;

/// <param name="Version">The newest; new transactions begin on it.</param>
/// <param name="Event">What starts it.</param>
/// <param name="Connections">Whose events start it; empty = anybody's.</param>
public sealed record FlowItem(string Name, int Version, string Title, string Event, IReadOnlyList<string> Connections, string Connectivity, string Lane, DateTimeOffset CreatedAt, string CreatedBy, string Reason);

/// <param name="System">Whose system it touches; null = ours.</param>
/// <param name="Next">Outcome → step; without an entry the next in the list follows.</param>
public sealed record FlowStepItem(string Id, string Type, string Title, string Stage, string? System, IReadOnlyDictionary<string, string> Next);

/// <param name="Steps">Empty when this version's document cannot be read any more.</param>
/// <param name="Document">The YAML as it was applied.</param>
public sealed record FlowVersionDetail(
    string Name, int Version, bool Newest, string Title, string Event, IReadOnlyList<string> Connections, IReadOnlyList<FlowStepItem> Steps, string Document, DateTimeOffset CreatedAt, string CreatedBy, string Reason);

internal static class FlowsApi
{
    public static void MapFlows(this RouteGroupBuilder api)
    {
        api.MapGet("/flows", ListAsync).WithName("listFlows").WithTags("Flows").WithSummary("The newest version of each flow, by name")
            .WithParameters(Parameters.Limit, Parameters.Cursor);
        api.MapGet("/flows/{name}/{version}", FindAsync).WithName("getFlow").WithTags("Flows").WithSummary("One version of a flow, with its steps and its document").WithParameters();
    }

    private static async Task<Results<Ok<Page<FlowItem>>, ProblemHttpResult>> ListAsync(HttpContext http, IControlPlaneDb db, IFlowCatalog flows, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var limit = query.Limit();
        var after = query.KeyCursor();
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        await using var context = db.CreateContext(http.Tenant());
        var newest = context.FlowVersions.GroupBy(f => f.Name).Select(g => new { Name = g.Key, Version = g.Max(f => f.Version) });
        var rows = await context.FlowVersions.AsNoTracking().Join(newest, f => new { f.Name, f.Version }, n => n, (f, _) => f).ToListAsync(ct);
        var items = rows.OrderBy(r => r.Name, StringComparer.Ordinal).Where(r => after is null || string.CompareOrdinal(r.Name, after) > 0).Take(limit + 1).Select(row =>
        {
            var flow = flows.Find(row.Name, row.Version);
            return new FlowItem(
                row.Name, row.Version, flow?.Title ?? "", flow?.Trigger.Event ?? "", flow?.Trigger.Connections ?? [], flow is null ? "" : ConnectivityWord(flow.Connectivity), flow?.Lane.ToString().ToLowerInvariant() ?? "",
                Instant.FromMicroseconds(row.CreatedAt), row.CreatedBy, row.Reason);
        }).ToList();
        var more = items.Count > limit;
        if (more)
            items.RemoveAt(limit);
        return TypedResults.Ok(Paging.Answer(http, items, more ? Paging.OfKey(items[^1].Name) : null));
    }

    private static async Task<Results<Ok<FlowVersionDetail>, ProblemHttpResult>> FindAsync(string name, string version, HttpContext http, IControlPlaneDb db, IFlowCatalog flows, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (!int.TryParse(version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
            return ApiProblem.Invalid([new("request.parameter", "version", "Allowed: a whole number from 1.")]);
        await using var context = db.CreateContext(http.Tenant());
        if (await context.FlowVersions.AsNoTracking().FirstOrDefaultAsync(f => f.Name == name && f.Version == number, ct) is not { } row)
            return ApiProblem.NotFound("version of a flow");
        var newest = await context.FlowVersions.Where(f => f.Name == name).MaxAsync(f => f.Version, ct);
        var flow = flows.Find(name, number);
        return TypedResults.Ok(new FlowVersionDetail(
            row.Name, row.Version, row.Version == newest, flow?.Title ?? "", flow?.Trigger.Event ?? "", flow?.Trigger.Connections ?? [], [.. (flow?.Steps ?? []).Select(Step)], row.Document.Trim() + "\n",
            Instant.FromMicroseconds(row.CreatedAt), row.CreatedBy, row.Reason));
    }

    private static FlowStepItem Step(StepDefinition step) => new(step.Id, TypeWord(step), step.Title, step.Stage, step.Role?.Word(), step.Next);

    private static string TypeWord(StepDefinition step) => step switch
    {
        ValidateStep => "validate",
        EnrichStep => "enrich",
        MapStep => "map",
        CallStep => "call",
        ConfirmStep => "confirm",
        WaitStep => "wait",
        BranchStep => "branch",
        CloseStep => "close",
        _ => throw new InvalidOperationException($"The step type {step.GetType().Name} has no word."),
    };

    private static string ConnectivityWord(ConnectivityModel model) => model switch
    {
        ConnectivityModel.Direct => "direct",
        ConnectivityModel.HubAndSpoke => "hub-and-spoke",
        ConnectivityModel.EventDriven => "event-driven",
        _ => "hybrid",
    };
}
