using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Ownership;

/// <summary>Teams, rules and queues for scripts: the same checks, the same preview, the same versions.</summary>
internal static class OwnershipApi
{
    private const int LargestSetup = 512 * 1024;

    public static void MapOwnership(this RouteGroupBuilder api)
    {
        var ownership = api.MapGroup("/ownership").WithTags("Ownership");
        ownership.MapGet("", async (HttpContext http, IOwnership store, CancellationToken ct) => OwnershipAnswer.Of(await store.ReadAsync(http.Tenant(), ct))).WithName("getOwnership").WithSummary("Rules, teams and calendars in service").WithParameters();
        ownership.MapGet("/versions", async (HttpContext http, IOwnership store, CancellationToken ct) => (await store.VersionsAsync(http.Tenant(), ct)).Select(v => new OwnershipVersionItem(v.Version, v.Author, v.Reason, v.At, v.Changes)).ToList())
            .WithName("listOwnershipVersions").WithSummary("Who changed what, newest first").WithParameters();
        ownership.MapPut("", PublishAsync).WithName("publishOwnership").WithSummary("Brings a whole setup into service as a new version").Write(typeof(OwnershipBody), PortalRoles.Admin);
        ownership.MapPost("/preview", PreviewAsync).WithName("previewOwnership").WithSummary("Who would have got the last 500 stuck orders; changes nothing").Write(typeof(OwnershipBody), PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin);
        ownership.MapPost("/roll-back", RollBackAsync).WithName("rollBackOwnership").WithSummary("Publishes what an older version said").Write(typeof(RollBackBody), PortalRoles.Admin);
        api.MapGet("/teams", async (HttpContext http, ITeamQueues queues, CancellationToken ct) => (await queues.ReadAsync(http.Tenant(), ct)).Queues.Select(Item).ToList())
            .WithTags("Ownership").WithName("listTeams").WithSummary("Each team's queue: how many are stuck, how many nobody has taken, since when").WithParameters();
        api.MapPost("/cases/{id}/owner", CaseOwnerAsync).WithTags("Exception cases").WithName("setCaseOwner").WithSummary("The case is a team's, with every order that is or will be stuck for it").Write(typeof(CaseOwnerBody), PortalRoles.Operator, PortalRoles.Admin);
    }

    private static RouteHandlerBuilder Write(this RouteHandlerBuilder endpoint, Type body, params string[] roles) =>
        endpoint.WithParameters().RequireAuthorization(policy => policy.RequireRole(roles)).ProducesProblem(409).ProducesProblem(422).WithMetadata(new IdempotentWrite(Required: false) { LargestBody = LargestSetup }, new JsonBody(body, Required: true));

    private static TeamQueueItem Item(TeamQueue q) => new(q.Key, q.Name, q.Stuck, q.Unclaimed, q.OldestSince, (int)q.Waited.TotalMinutes, q.Deadline, q.Open, q.Alarm.ToString().ToLowerInvariant());

    private static async Task<Results<Ok<PublishAnswer>, ProblemHttpResult>> PublishAsync(HttpContext http, IOwnership store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<OwnershipBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (body!.BasedOn is not { } basedOn)
            return ApiProblem.Invalid([new("ownership.based_on", "basedOn", "Send the version that you changed, as GET /api/v1/ownership told it; 0 before the first.")]);
        var (setup, problems) = body.Read();
        return problems.Count > 0 ? Invalid(problems) : Answer(await store.PublishAsync(http.Tenant(), setup, basedOn, http.CallerName(), (body.Reason ?? "").Trim(), ct));
    }

    private static async Task<Results<Ok<PreviewAnswer>, ProblemHttpResult>> PreviewAsync(HttpContext http, IOwnership store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<OwnershipBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var (setup, problems) = body!.Read();
        return TypedResults.Ok(PreviewAnswer.Of(await store.PreviewAsync(http.Tenant(), setup, ct), problems));
    }

    private static async Task<Results<Ok<PublishAnswer>, ProblemHttpResult>> RollBackAsync(HttpContext http, IOwnership store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<RollBackBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (body is not { Version: { } version, BasedOn: { } basedOn })
            return ApiProblem.Invalid([new("ownership.version", "version", "Send the version to go back to, and basedOn: the one in service.")]);
        return Answer(await store.RollBackAsync(http.Tenant(), version, basedOn, http.CallerName(), (body.Reason ?? "").Trim(), ct));
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> CaseOwnerAsync(string id, HttpContext http, IOwnership store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<CaseOwnerBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("case");
        return await store.AssignCaseAsync(http.Tenant(), key, string.IsNullOrEmpty(body!.Team) ? null : body.Team, http.CallerName(), (body.Reason ?? "").Trim(), ct) switch
        {
            { Accepted: true } done => TypedResults.Ok(new CommandEnd(done.Code, done.Message)),
            { Code: "not_found" } => ApiProblem.NotFound("case"),
            var refused => ApiProblem.Invalid([new($"ownership.{refused.Code}", refused.Code == "reason_missing" ? "reason" : "team", refused.Message)]),
        };
    }

    private static Results<Ok<PublishAnswer>, ProblemHttpResult> Answer(PublishOutcome outcome) => outcome switch
    {
        { Accepted: true } => TypedResults.Ok(new PublishAnswer(outcome.Code, outcome.Message, outcome.Version)),
        { Code: "not_found" } => ApiProblem.NotFound("version"),
        { Code: "changed_meanwhile" } => ApiProblem.Of(409, "ownership.changed_meanwhile", "Somebody else published", outcome.Message),
        { Problems.Count: > 0 } => Invalid(outcome.Problems),
        _ => ApiProblem.Invalid([new($"ownership.{outcome.Code}", "reason", outcome.Message)]),
    };

    private static ProblemHttpResult Invalid(IReadOnlyList<OwnershipProblem> problems) => ApiProblem.Invalid([.. problems.Select(p => new ApiError("ownership.invalid", p.Field, p.Message))]);
}
