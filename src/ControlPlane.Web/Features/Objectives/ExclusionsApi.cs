using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Objectives;

/// <summary>Exclusions: one asks, another approves, nothing is deleted.</summary>
internal static class ExclusionsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        var exclusions = api.MapGroup("/exclusions").WithTags("Objectives");
        exclusions.MapGet("", async (ExclusionStore store, CancellationToken ct) => await store.AllAsync(ct)).WithName("listExclusions").WithSummary("Exclusions, newest first; also those that ended").WithParameters();
        exclusions.MapPost("", AskAsync).WithName("askExclusion").WithSummary("Asks for a stretch that figures are also shown without").Write(typeof(ExclusionBody), PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin);
        exclusions.MapPost("/{id}/approve", ApproveAsync).WithName("approveExclusion").WithSummary("Approves it; another person than who asked").Write(null, PortalRoles.Admin, PortalRoles.Executive);
        exclusions.MapPost("/{id}/end", EndAsync).WithName("endExclusion").WithSummary("Takes it back; it stays in the list").Write(typeof(ReasonBody), PortalRoles.Admin, PortalRoles.Executive);
    }

    private static async Task<Results<Ok<ExclusionAnswer>, ProblemHttpResult>> AskAsync(HttpContext http, ExclusionStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<ExclusionBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (body is not { From: { } from, To: { } to })
            return ApiProblem.Invalid([new("exclusion.period_missing", body!.From is null ? "from" : "to", "Send from and to, instants like 2026-06-03T08:00:00Z.")]);
        return Answer(await store.AskAsync(Guid.CreateVersion7(), body.Name ?? "", string.IsNullOrWhiteSpace(body.Objective) ? null : body.Objective.Trim(), from, to, body.Reason ?? "", http.CallerName(), ct));
    }

    private static async Task<Results<Ok<ExclusionAnswer>, ProblemHttpResult>> ApproveAsync(string id, HttpContext http, ExclusionStore store, CancellationToken ct) =>
        Guid.TryParse(id, out var key) ? Answer(await store.ApproveAsync(key, http.CallerName(), ct)) : ApiProblem.NotFound("exclusion");

    private static async Task<Results<Ok<ExclusionAnswer>, ProblemHttpResult>> EndAsync(string id, HttpContext http, ExclusionStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<ReasonBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        return Guid.TryParse(id, out var key) ? Answer(await store.EndAsync(key, body!.Reason ?? "", http.CallerName(), ct)) : ApiProblem.NotFound("exclusion");
    }

    private static Results<Ok<ExclusionAnswer>, ProblemHttpResult> Answer(ExclusionOutcome outcome) => outcome switch
    {
        { Accepted: true } => TypedResults.Ok(new ExclusionAnswer(outcome.Code, outcome.Message, outcome.Id)),
        { Code: "not_found" } => ApiProblem.NotFound("exclusion"),
        { Code: "same_person" or "already_approved" or "ended" or "changed_meanwhile" } => ApiProblem.Of(409, $"exclusion.{outcome.Code}", "It is not approved", outcome.Message),
        _ => ApiProblem.Invalid([new($"exclusion.{outcome.Code}", outcome.Code switch { "name_missing" => "name", "period_invalid" => "to", "objective_unknown" => "objective", _ => "reason" }, outcome.Message)]),
    };
}
