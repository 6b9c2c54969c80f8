using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Governance;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Estate;
using ControlPlane.Web.Features.Reviews;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Governance;

/// <summary>Scores and their rules for scripts.</summary>
internal static class GovernanceApi
{
    public static void MapGovernance(this RouteGroupBuilder api)
    {
        var governance = api.MapGroup("/governance").WithTags("Governance");
        governance.MapGet("", ReadAsync).WithName("getGovernance").WithSummary("Every connection's score with the evidence of each rule, lowest first, and the scores of connectors").WithParameters(("below", "Only connections whose score is less than this, 1 to 100"));
        governance.MapGet("/connections/{key}", FindAsync).WithName("getConnectionGovernance").WithSummary("One connection's score, evidence and trend").WithParameters();
        governance.MapGet("/rules", RulesAsync).WithName("getGovernanceRules").WithSummary("The rules in service, as a document").WithParameters();
        governance.MapPut("/rules", PutAsync).WithName("putGovernanceRules").WithSummary("Brings rules into service as a new version; what is wrong is named by line and field").Write(typeof(DocumentBody), PortalRoles.Admin);
        governance.MapPost("/rules/reset", ResetAsync).WithName("resetGovernanceRules").WithSummary("The shipped rules count again; the versions are kept").Write(typeof(DocumentRemoval), PortalRoles.Admin);
    }

    private static async Task<Results<Ok<GovernanceAnswer>, ProblemHttpResult>> ReadAsync(HttpContext http, IGovernance governance, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var below = query.Number("below", 0, 1, 100);
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return TypedResults.Ok(GovernanceAnswer.Of(await governance.ReadAsync(http.Tenant(), ct), s => below == 0 || s.Score < below));
    }

    private static async Task<Results<Ok<GovernanceDetail>, ProblemHttpResult>> FindAsync(string key, HttpContext http, IGovernance governance, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if ((await governance.ReadAsync(http.Tenant(), ct)).Scores.FirstOrDefault(s => s.Connection == key) is not { } score)
            return ApiProblem.NotFound("connection");
        return TypedResults.Ok(new GovernanceDetail(
            GovernanceScoreAnswer.Of(score), [.. (await governance.TrendAsync(http.Tenant(), ct))[key].Select(d => new GovernanceDayAnswer(d.Day, d.Score, d.Held, d.Applied, d.RulesVersion))]));
    }

    private static async Task<Results<Ok<GovernanceRulesAnswer>, ProblemHttpResult>> RulesAsync(HttpContext http, IGovernance governance, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var now = await governance.RulesAsync(http.Tenant(), ct);
        return TypedResults.Ok(new GovernanceRulesAnswer(now.Version, now.Rules.Dated, now.By, now.At, now.Reason, now.Text));
    }

    private static async Task<Results<Ok<DocumentDone>, ProblemHttpResult>> PutAsync(HttpContext http, EstateVersions versions, CancellationToken ct)
    {
        var (body, problem) = await ReviewsApi.BodyAsync<DocumentBody>(http);
        return problem ?? RunbooksApi.Answer(
            await versions.PutAsync(http.Tenant(), new GovernanceRuleKind(), GovernanceRuleKind.DocumentName, body!.Document ?? "", body.BasedOn, http.CallerName(), body.Reason ?? "", ct), "governance");
    }

    private static async Task<Results<Ok<DocumentDone>, ProblemHttpResult>> ResetAsync(HttpContext http, EstateVersions versions, CancellationToken ct)
    {
        var (body, problem) = await ReviewsApi.BodyAsync<DocumentRemoval>(http);
        return problem ?? RunbooksApi.Answer(await versions.RemoveAsync(http.Tenant(), GovernanceRuleKind.KindName, GovernanceRuleKind.DocumentName, body!.BasedOn, http.CallerName(), body.Reason ?? "", ct), "governance");
    }
}
