using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Estate;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Reviews;

/// <summary>Runbooks for scripts.</summary>
internal static class RunbooksApi
{
    public static void MapRunbooks(this RouteGroupBuilder api)
    {
        var runbooks = api.MapGroup("/runbooks").WithTags("Runbooks");
        runbooks.MapGet("", ListAsync).WithName("listRunbooks").WithSummary("Runbooks by name").WithParameters(Parameters.Limit, Parameters.Cursor, ("connection", "Key of a connection that it is for"));
        runbooks.MapGet("/{key}", FindAsync).WithName("getRunbook").WithSummary("A runbook with its document").WithParameters();
        runbooks.MapPut("/{key}", PutAsync).WithName("putRunbook").WithSummary("Makes or changes a runbook, as a new version").Write(typeof(DocumentBody), PortalRoles.Operator, PortalRoles.Admin);
        runbooks.MapPost("/{key}/remove", RemoveAsync).WithName("removeRunbook").WithSummary("Takes a runbook out of service; its versions are kept").Write(typeof(DocumentRemoval), PortalRoles.Operator, PortalRoles.Admin);
    }

    private static async Task<Results<Ok<Page<RunbookAnswer>>, ProblemHttpResult>> ListAsync(HttpContext http, Runbooks runbooks, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (limit, after, connection) = (query.Limit(), query.KeyCursor(), query.Text("connection"));
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var found = (await runbooks.AllAsync(http.Tenant(), ct)).Where(r => connection is null || r.Runbook.Connections.Contains(connection))
            .OrderBy(r => r.Runbook.Key, StringComparer.Ordinal).Where(r => after is null || string.CompareOrdinal(r.Runbook.Key, after) > 0).Take(limit + 1).ToList();
        var page = found.Take(limit).ToList();
        return TypedResults.Ok(Paging.Answer<RunbookAnswer>(http, page.ConvertAll(RunbookAnswer.Of), found.Count > limit ? Paging.OfKey(page[^1].Runbook.Key) : null));
    }

    private static async Task<Results<Ok<RunbookAnswer>, ProblemHttpResult>> FindAsync(string key, HttpContext http, Runbooks runbooks, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return (await runbooks.AllAsync(http.Tenant(), ct)).FirstOrDefault(r => r.Runbook.Key == key) is { } found ? TypedResults.Ok(RunbookAnswer.Of(found)) : ApiProblem.NotFound("runbook");
    }

    private static async Task<Results<Ok<DocumentDone>, ProblemHttpResult>> PutAsync(string key, HttpContext http, EstateVersions versions, CancellationToken ct)
    {
        var (body, problem) = await ReviewsApi.BodyAsync<DocumentBody>(http);
        return problem ?? Answer(await versions.PutAsync(http.Tenant(), new RunbookKind(), key, body!.Document ?? "", body.BasedOn, http.CallerName(), body.Reason ?? "", ct), "runbook");
    }

    private static async Task<Results<Ok<DocumentDone>, ProblemHttpResult>> RemoveAsync(string key, HttpContext http, EstateVersions versions, CancellationToken ct)
    {
        var (body, problem) = await ReviewsApi.BodyAsync<DocumentRemoval>(http);
        return problem ?? Answer(await versions.RemoveAsync(http.Tenant(), RunbookKind.Name, key, body!.BasedOn, http.CallerName(), body.Reason ?? "", ct), "runbook");
    }

    /// <param name="what">As the codes and sentences call it.</param>
    internal static Results<Ok<DocumentDone>, ProblemHttpResult> Answer(EstateVersionOutcome outcome, string what) => outcome switch
    {
        { Accepted: true } => TypedResults.Ok(new DocumentDone(outcome.Version, outcome.Code == "unchanged", outcome.Message)),
        { Code: "invalid" } => ApiProblem.Invalid([.. outcome.Problems.Select(p => new ApiError($"{what}.invalid", p.Field, p.Line > 0 ? $"Line {p.Line}: {p.Message}" : p.Message))]),
        { Code: "not_found" } => ApiProblem.NotFound(what),
        { Code: "changed_meanwhile" } => ApiProblem.Of(409, $"{what}.changed", "Changed meanwhile", outcome.Message),
        _ => ApiProblem.Invalid([new($"{what}.reason", "reason", outcome.Message)]),
    };
}
