using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Crosswalks;

/// <summary>Changes of crosswalks: their rules, their entries, and the decisions of a second person.</summary>
internal static class CrosswalkChangesApi
{
    public const int MostEntries = 500;

    public static void MapCrosswalkChanges(this RouteGroupBuilder all)
    {
        all.MapGet("/changes", PendingAsync).WithName("listCrosswalkChanges").WithSummary("Changes that wait for a second person, with what they would do today").WithParameters(("table", "Only this crosswalk"));
        foreach (var (word, approve) in new[] { ("approve", true), ("reject", false) })
            all.MapPost($"/changes/{{id}}/{word}", (string id, HttpContext http, CrosswalkApprovals approvals, CancellationToken ct) => DecideAsync(id, approve, http, approvals, ct))
                .WithName($"{word}CrosswalkChange").WithSummary(approve ? "Brings a proposed change into service; not by whoever proposed it" : "Drops a proposed change").WithParameters()
                .RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin, PortalRoles.Operator)).WithMetadata(new JsonBody(typeof(CrosswalkDecision), Required: true), new IdempotentWrite(Required: false));
        var admin = all.MapGroup("").RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin));
        admin.MapPut("/{table}", SetAsync).WithName("setCrosswalk").WithSummary("Makes a crosswalk or changes its rules").WithParameters()
            .WithMetadata(new JsonBody(typeof(CrosswalkTableForm), Required: true), new IdempotentWrite(Required: false));
        admin.MapPost("/{table}/entries", ChangeAsync).WithName("changeCrosswalkEntries").WithSummary("Adds, changes and retires entries, all of them or none; proposed where a second person is needed").WithParameters()
            .WithMetadata(new JsonBody(typeof(CrosswalkChangeForm), Required: true), new IdempotentWrite(Required: true));
        admin.MapPost("/scan", ScanAsync).WithName("scanForCrosswalkGaps").WithSummary("Looks for missing codes in recorded messages and in the documents that their flows would send; changes nothing").WithParameters()
            .WithMetadata(new JsonBody(typeof(CrosswalkScanForm), Required: false), new IdempotentWrite(Required: false));
    }

    public static CrosswalkAuthor Author(this HttpContext http) => new(http.CallerId(), http.CallerName());

    /// <summary>200 when it is done or changes nothing, 202 when it waits for somebody, otherwise the problem.</summary>
    public static Results<Ok<CrosswalkResult>, Accepted<CrosswalkResult>, ProblemHttpResult> Answer(CrosswalkOutcome outcome) => outcome switch
    {
        CrosswalkOutcome.Applied a => TypedResults.Ok(CrosswalkItems.Of(a.Plan, "applied", a.Revision)),
        CrosswalkOutcome.Unchanged u => TypedResults.Ok(CrosswalkItems.Of(u.Plan, "unchanged")),
        CrosswalkOutcome.Proposed p => TypedResults.Accepted((string?)null, CrosswalkItems.Of(p.Plan, "proposed", null, p.Change.ToString("D"), p.Digest)),
        CrosswalkOutcome.Refused r => Refused(r.Plan),
        CrosswalkOutcome.NotPossible n => ApiProblem.Of(
            n.Code switch { "crosswalk.unknown_table" or "crosswalk.unknown_change" => 404, "crosswalk.busy" or "crosswalk.digest" or "crosswalk.decided" or "crosswalk.own_change" => 409, _ => 400 }, n.Code, "Not done", n.Message),
        _ => throw new InvalidOperationException($"{outcome.GetType().Name} has no answer."),
    };

    private static ProblemHttpResult Refused(CrosswalkPlan plan)
    {
        var first = plan.Steps.First(s => s.Change == CrosswalkChange.Refused);
        var details = ApiProblem.Details(422, first.Problems[0].Code, "Not done: a part is refused", $"{plan.Count(CrosswalkChange.Refused)} of {plan.Steps.Count} are refused, and nothing was changed. {first.Problems[0].Message}");
        details.Extensions["result"] = CrosswalkItems.Of(plan, "refused");
        return TypedResults.Problem(details);
    }

    private static async Task<Results<Ok<IReadOnlyList<CrosswalkChangeItem>>, ProblemHttpResult>> PendingAsync(HttpContext http, CrosswalkApprovals approvals, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var table = query.Text("table", 40);
        return query.Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors)
            : TypedResults.Ok<IReadOnlyList<CrosswalkChangeItem>>([.. (await approvals.PendingAsync(http.Tenant(), table, ct)).Select(c => new CrosswalkChangeItem(c.Id.ToString("D"), c.Table, c.Author, c.Reason, c.CreatedAt, c.Digest, CrosswalkItems.Of(c.Plan, "proposed"),
                c.Rules is { } r ? new(r.Title, r.Approval, r.Gtin, r.Wildcard, r.Factors) : null))]);
    }

    private static async Task<Results<Ok<CrosswalkResult>, Accepted<CrosswalkResult>, ProblemHttpResult>> DecideAsync(string id, bool approve, HttpContext http, CrosswalkApprovals approvals, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<CrosswalkDecision>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        return Guid.TryParse(id, out var change) ? Answer(await approvals.DecideAsync(http.Tenant(), change, body!.Digest ?? "", approve, http.Author(), body.Reason ?? "", ct)) : ApiProblem.NotFound("change");
    }

    private static async Task<Results<Ok<CrosswalkResult>, Accepted<CrosswalkResult>, ProblemHttpResult>> SetAsync(string table, HttpContext http, CrosswalkStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<CrosswalkTableForm>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        return Answer(await store.SetTableAsync(http.Tenant(), new(table, body!.Title ?? "") { Approval = body.Approval, Gtin = body.Gtin, Wildcard = body.Wildcard, Factors = body.Factors }, http.Author(), body.Reason ?? "", ct));
    }

    private static async Task<Results<Ok<CrosswalkResult>, Accepted<CrosswalkResult>, ProblemHttpResult>> ChangeAsync(string table, HttpContext http, CrosswalkStore store, TimeProvider clock, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<CrosswalkChangeForm>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (body!.Entries is not { Count: >= 1 and <= MostEntries } entries)
            return ApiProblem.Invalid([new("crosswalk.size", "entries", $"Allowed: 1 to {MostEntries}. More are a file for import.")]);
        var problems = new List<ApiError>();
        var wishes = entries.Select((e, i) => CrosswalkItems.Wish(e, $"entries[{i}]", clock, problems)).OfType<CrosswalkWish>().ToList();
        return problems.Count > 0 ? ApiProblem.Invalid(problems) : Answer(await store.ChangeAsync(http.Tenant(), table, wishes, http.Author(), body.Reason ?? "", body.SkipRefused == true, ct));
    }

    private static async Task<Results<Ok<CrosswalkScanResult>, ProblemHttpResult>> ScanAsync(HttpContext http, CrosswalkScan scan, IConnectionRegistry connections, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<CrosswalkScanForm>(http.Request, new());
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (body!.Messages is < 1 or > Runtime.BackTests.BackTests.Most)
            return ApiProblem.Invalid([new("crosswalk.messages", "messages", $"Allowed: 1 to {Runtime.BackTests.BackTests.Most}.")]);
        if (body.Connection is { } key && connections.Find(key) is null)
            return ApiProblem.NotFound("connection");
        var report = await scan.RunAsync(http.Tenant(), body.Connection, body.Messages ?? CrosswalkScan.Usual, ct);
        return TypedResults.Ok(new CrosswalkScanResult(report.Messages, report.Documents, report.NotTried, report.Took.TotalSeconds, [.. report.Gaps.Select(CrosswalkItems.Of)]));
    }
}
