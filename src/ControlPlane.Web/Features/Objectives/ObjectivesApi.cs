using System.Globalization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Objectives;

/// <summary>Objectives for scripts: figures for everybody who is signed in, definitions for admins.</summary>
internal static class ObjectivesApi
{
    public static void MapObjectives(this RouteGroupBuilder api)
    {
        var objectives = api.MapGroup("/objectives").WithTags("Objectives");
        objectives.MapGet("", ListAsync).WithName("listObjectives").WithSummary("Objectives and composites with their standing").WithParameters(ObjectiveAddress.Parameters);
        objectives.MapGet("/openslo", async (OpenSloExchange exchange, CancellationToken ct) => { var (text, left) = await exchange.ExportAsync(ct); return new OpenSloExport(text, left); }).WithName("exportOpenSlo").WithSummary("All objectives as OpenSLO v1").WithParameters();
        objectives.MapGet("/{name}", FindAsync).WithName("getObjective").WithSummary("Standing, burn-down, shares by party and case; with target or within also what would have been over the last 90 days")
            .WithParameters([.. ObjectiveAddress.Parameters, ("target", "Another target, such as 0.995"), ("within", "Another limit, such as 5m")]);
        objectives.MapGet("/{name}/missed", MissedAsync).WithName("listMissed").WithSummary("The very orders that missed, newest first").WithParameters([.. ObjectiveAddress.Parameters, ("party", "Role of a system, us or unknown"), ("case", "Id of an exception case"), Parameters.Limit, Parameters.Cursor]);
        objectives.MapGet("/{name}/versions", VersionsAsync).WithName("listObjectiveVersions").WithSummary("Every version with its document, newest first").WithParameters(("kind", "objective (default), indicator or composite"));
        objectives.MapPut("", PublishAsync).WithName("publishObjective").WithSummary("Brings a definition into service as the next version; If-Match holds the version that you saw, 0 for a new name").Write(typeof(DefinitionBody), PortalRoles.Admin);
        objectives.MapPost("/openslo", ImportAsync).WithName("importOpenSlo").WithSummary("Objectives of an OpenSLO v1 document: all of it or nothing").Write(typeof(OpenSloBody), PortalRoles.Admin);
        objectives.MapPost("/recount/{indicator}", RecountAsync).WithName("recountIndicator").WithSummary("Counts an indicator anew from the journal; what is there stays in service until that is done").Write(null, PortalRoles.Admin);
        ExclusionsApi.Map(api);
    }

    internal static RouteHandlerBuilder Write(this RouteHandlerBuilder endpoint, Type? body, params string[] roles)
    {
        endpoint.WithParameters().RequireAuthorization(policy => policy.RequireRole(roles)).ProducesProblem(409).WithMetadata(new IdempotentWrite(Required: false) { LargestBody = 512 * 1024 });
        return body is null ? endpoint : endpoint.WithMetadata(new JsonBody(body, Required: true));
    }

    private static (ObjectiveScope Scope, TimeSpan? Over) Read(ApiQuery query)
    {
        var (connection, brand, region, warehouse) = (query.Text("connection"), query.Text("brand"), query.Text("region"), query.Text("warehouse"));
        var canary = query.Choices("canary", ["true", "false"], w => w);
        var period = query.Choices("period", [.. ObjectiveAddress.Periods.Select(p => p.Word)], w => w);
        return (ObjectiveAddress.Scope(connection, brand, region, warehouse, canary.FirstOrDefault()), ObjectiveAddress.Over(period.FirstOrDefault()));
    }

    private static async Task<Results<Ok<ObjectiveList>, ProblemHttpResult>> ListAsync(HttpContext http, ObjectiveStandings standings, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (scope, over) = Read(query);
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var (figures, composites) = await standings.AllAsync(scope, over, ct);
        return TypedResults.Ok(new ObjectiveList([.. figures.Select(ObjectiveItem.Of)], [.. composites.Select(CompositeItem.Of)]));
    }

    private static async Task<Results<Ok<ObjectiveDetail>, ProblemHttpResult>> FindAsync(string name, HttpContext http, ObjectiveStandings standings, ObjectiveFigures figures, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (scope, over) = Read(query);
        var (target, within) = (WhatIfAddress.Target(query.Text("target")), WhatIfAddress.Within(query.Text("within")));
        var errors = query.Errors().Concat(new[] { target.Error, within.Error }.OfType<ApiError>()).ToList();
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        if (await standings.FindAsync(name, scope, over, ct) is not { } figure)
            return ApiProblem.NotFound("objective");
        WhatIfAnswer? asked = null;
        if (target.Value is not null || within.Value is not null)
        {
            var read = await standings.WhatIfAsync(figure.Published, target.Value, within.Value, scope, ct);
            asked = new(read.Period.From, read.Period.To, StandingItem.Of(read.Now), StandingItem.Of(read.Then), Points(read.LineThen));
        }

        var (parties, cases) = await ObjectiveShares.ReadAsync(figures, figure, scope, ct);
        return TypedResults.Ok(new ObjectiveDetail(ObjectiveItem.Of(figure), Points(await standings.BurnDownAsync(figure, scope, ct)), parties, cases, asked));
    }

    private static List<BurnPoint> Points(IReadOnlyList<BurnDownPoint> line) => [.. line.Select(p => new BurnPoint(p.At, p.Left))];

    private static async Task<Results<Ok<Page<MissedItem>>, ProblemHttpResult>> MissedAsync(string name, HttpContext http, ObjectiveStandings standings, ObjectiveFigures figures, IConnectionRegistry connections, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (scope, over) = Read(query);
        var (party, caseId, limit, cursor) = (query.Text("party"), query.Id("case"), query.Limit(), query.Text("cursor"));
        if (scope.Connection is { } connection && connections.Find(connection) is null)
            query.Refuse("connection", "Allowed: the key of a connection; there is none of this name.");
        if (party is not null && !ObjectiveAddress.IsParty(party))
            query.Refuse("party", $"Allowed: {MissParty.Us}, {MissParty.Unknown}, or the role of a system.");
        if (cursor is not null && !ObjectiveFigures.IsCursor(cursor))
            query.Refuse("cursor", "Allowed: the next of an earlier answer of this list. Leave it out to begin at the start.");
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (await standings.FindAsync(name, scope, over, ct) is not { } figure)
            return ApiProblem.NotFound("objective");
        var page = await figures.MissedAsync(figure.Published.Objective.Indicator, figure.Period, ObjectiveStandings.Scope(figure.Published, scope), party, caseId, cursor, limit, ct);
        return TypedResults.Ok(Paging.Answer(http, [.. page.Items.Select(MissedItem.Of)], page.Next));
    }

    private static async Task<Results<Ok<IReadOnlyList<DefinitionVersion>>, ProblemHttpResult>> VersionsAsync(string name, HttpContext http, ObjectiveStore store, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var kind = query.Choices("kind", ["objective", "indicator", "composite"], w => Enum.Parse<ObjectiveDocumentKind>(w, ignoreCase: true)).DefaultIfEmpty(ObjectiveDocumentKind.Objective).First();
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var versions = await store.DocumentsAsync(kind, name, ct);
        return versions.Count == 0 ? ApiProblem.NotFound("definition") : TypedResults.Ok<IReadOnlyList<DefinitionVersion>>([.. versions.Select(v => new DefinitionVersion(v.Version, v.Author, v.Reason, v.At, v.Document))]);
    }

    private static async Task<Results<Ok<DefinitionAnswer>, ProblemHttpResult>> PublishAsync(HttpContext http, ObjectiveStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<DefinitionBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        if (!int.TryParse(http.Request.Headers.IfMatch.ToString().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seen))
            return ApiProblem.Invalid([new("objective.if_match", "If-Match", "Send the version that you changed in the header If-Match, such as \"3\"; \"0\" for a new name.")]);
        var outcome = await store.PublishAsync(body!.Document ?? "", seen, http.CallerName(), body.Reason ?? "", applied: false, ct);
        return outcome switch
        {
            { Accepted: true } => TypedResults.Ok(new DefinitionAnswer(outcome.Code, outcome.Message, outcome.Version)),
            { Code: "changed_meanwhile" } => ApiProblem.Of(409, "objective.changed_meanwhile", "Somebody else published", outcome.Message),
            { Problems.Count: > 0 } => ApiProblem.Invalid([.. outcome.Problems.Select(p => new ApiError("objective.invalid", p.Field, p.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"Line {p.Line}: {p.Message}") : p.Message))]),
            _ => ApiProblem.Invalid([new($"objective.{outcome.Code}", outcome.Code == "reason_missing" ? "reason" : "document", outcome.Message)]),
        };
    }

    private static async Task<Results<Ok<OpenSloAnswer>, ProblemHttpResult>> ImportAsync(HttpContext http, OpenSloExchange exchange, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<OpenSloBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var import = await exchange.ImportAsync(body!.Document ?? "", "document", http.CallerName(), body.Reason is { Length: > 0 } reason ? reason : "imported from OpenSLO", ct);
        return import.Problems.Count > 0
            ? ApiProblem.Invalid([.. import.Problems.Select(p => new ApiError("objective.openslo_invalid", p.Field, p.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"Line {p.Line}: {p.Message}") : p.Message))])
            : TypedResults.Ok(new OpenSloAnswer([.. import.Outcomes.Select(o => new OpenSloOutcome(o.Name, o.Outcome.Code, o.Outcome.Version))]));
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> RecountAsync(string indicator, HttpContext http, ObjectiveCounters counters, CancellationToken ct) =>
        await counters.RecountAsync(http.Tenant(), indicator, ct)
            ? TypedResults.Ok(new CommandEnd("accepted", "The journal is counted anew. Figures stay as they are until that is done."))
            : ApiProblem.Of(409, "objective.not_countable", "Not now", "There is no indicator by that name in service, or it is being counted already.");
}

/// <summary>Another target or limit, as text.</summary>
internal static class WhatIfAddress
{
    public static (decimal? Value, ApiError? Error) Target(string? text) =>
        text is null ? (null, null)
        : decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var target) && target is > 0 and < 1 ? (target, null)
        : (null, new("objective.target", "target", "Allowed: a share above 0 and below 1, such as 0.995."));

    public static (TimeSpan? Value, ApiError? Error) Within(string? text) =>
        text is null ? (null, null)
        : WhatIfLimit.TryRead(text, out var within) ? (within, null)
        : (null, new("objective.within", "within", "Allowed: a duration like 30s, 5m or 24h, at most 90 days."));
}

/// <summary>Parts of what missed, largest first.</summary>
internal static class ObjectiveShares
{
    public static async Task<(IReadOnlyList<ShareItem> Parties, IReadOnlyList<ShareItem> Cases)> ReadAsync(IObjectiveFigures figures, ObjectiveFigure figure, ObjectiveScope narrowed, CancellationToken ct)
    {
        var (indicator, scope) = (figure.Published.Objective.Indicator, ObjectiveStandings.Scope(figure.Published, narrowed));
        var day = TimeSpan.FromDays(1);
        return (Of(await figures.TalliesByAsync(indicator, ObjectiveDimension.Party, figure.Period, day, scope, ct)), Of(await figures.TalliesByAsync(indicator, ObjectiveDimension.Case, figure.Period, day, scope, ct)));
    }

    public static IReadOnlyList<ShareItem> Of(IReadOnlyList<TallyBy> parts)
    {
        var sums = parts.GroupBy(p => p.Key, StringComparer.Ordinal).Select(g => (g.Key, Missed: g.Sum(p => p.Tally.Total))).OrderByDescending(s => s.Missed).ThenBy(s => s.Key, StringComparer.Ordinal).ToList();
        var shares = Shares.PerMille([.. sums.Select(s => s.Missed)]);
        return [.. sums.Select((s, i) => new ShareItem(s.Key, s.Missed, shares[i]))];
    }
}
