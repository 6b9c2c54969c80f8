using System.Globalization;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.CommandLine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <param name="Document">YAML of <c>kind: CauseCatalogue</c>.</param>
public sealed record CauseVersionDetail(CauseVersion Version, string Document);

/// <param name="Lines">Begin with <c>-</c>, <c>+</c> or a space; <c>…</c> where equal lines are left out.</param>
public sealed record CauseDiff(int From, int To, IReadOnlyList<string> Lines);

/// <summary>The catalogue of causes for scripts: reading for everybody who is signed in, changing for admins.</summary>
internal static class CausesApi
{
    public static void MapCauses(this RouteGroupBuilder api)
    {
        var causes = api.MapGroup("/causes").WithTags("Causes");
        causes.MapGet("", ListAsync).WithName("listCauses").WithSummary("Entries in service: shipped ones and the installation's own").WithParameters(("q", "In title, id, code or text"), ("origin", "shipped, own, override; several parted by commas"));
        causes.MapGet("/coverage", CoverageAsync).WithName("getCauseCoverage").WithSummary("Which share of the last 30 days' failures the catalogue explains, by day").WithParameters();
        causes.MapGet("/unexplained", UnexplainedAsync).WithName("listUnexplained").WithSummary("Texts that nothing explains, at most 100").WithParameters(("sort", "count (default) or money"));
        causes.MapGet("/versions", VersionsAsync).WithName("listCauseVersions").WithSummary("Versions of the own entries, newest first").WithParameters();
        causes.MapGet("/versions/{version}", VersionAsync).WithName("getCauseVersion").WithSummary("One version with its document").WithParameters();
        causes.MapGet("/diff/{from}/{to}", DiffAsync).WithName("diffCauseVersions").WithSummary("The lines that differ between any two versions").WithParameters();
        causes.MapGet("/{id}", FindAsync).WithName("getCause").WithSummary("One entry in service").WithParameters();
        causes.MapPost("/trial", TryAsync).WithName("tryCause").WithSummary("What an entry would explain of the last 30 days; changes nothing").WithParameters().WithMetadata(new JsonBody(typeof(CauseWrite), Required: true), new IdempotentWrite(Required: false));
        var admin = causes.MapGroup("").RequireAuthorization(policy => policy.RequireRole(PortalRoles.Admin));
        admin.MapPut("/{id}", PutAsync).WithName("putCause").WithSummary("Adds an own entry, changes it, or overrides a shipped one, as a new version").Write(typeof(CauseWrite));
        admin.MapPost("/{id}/remove", RemoveAsync).WithName("removeCause").WithSummary("Takes an own entry out; a shipped one that it stood for answers again").Write(typeof(CauseRemoval));
        admin.MapPost("/roll-back", RollBackAsync).WithName("rollBackCauses").WithSummary("The entries of an old version come into service again, as a new version").Write(typeof(CauseRollBack));
    }

    private static void Write(this RouteHandlerBuilder endpoint, Type body) =>
        endpoint.WithParameters().ProducesProblem(409).WithMetadata(new JsonBody(body, Required: true), new IdempotentWrite(Required: false));

    private static async Task<Results<Ok<Page<CauseEntryItem>>, ProblemHttpResult>> ListAsync(HttpContext http, CauseStore store, CauseBoard board, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (text, origins) = (query.Text("q"), query.Choices("origin", ["shipped", "own", "override"], w => w));
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var entries = await EntriesAsync(http, store, board, ct);
        // A few hundred at most, and bounded by the rules: one page.
        return TypedResults.Ok(new Page<CauseEntryItem>([.. entries.Where(e => (origins.Count == 0 || origins.Contains(e.Origin)) && (text is null || Holds(e, text)))], null));
    }

    private static async Task<Results<Ok<CauseEntryItem>, ProblemHttpResult>> FindAsync(string id, HttpContext http, CauseStore store, CauseBoard board, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return (await EntriesAsync(http, store, board, ct)).FirstOrDefault(e => e.Id == id) is { } entry ? TypedResults.Ok(entry) : ApiProblem.NotFound("cause");
    }

    private static async Task<Results<Ok<CauseCoverageAnswer>, ProblemHttpResult>> CoverageAsync(HttpContext http, CauseBoard board, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var standing = await board.StandingAsync(http.Tenant(), UnexplainedSort.Count, ct);
        var c = standing.Coverage;
        var first = DateOnly.FromDateTime(standing.ReadAt.UtcDateTime).AddDays(1 - c.Days.Count);
        return TypedResults.Ok(new CauseCoverageAnswer(
            Math.Round(c.ByFailures, 4), Math.Round(c.ByCases, 4), c.Failures, c.FailuresExplained, c.Cases, c.CasesExplained, standing.UnexplainedCount, [.. c.Days.Select((d, i) => new CauseCoverageDay(first.AddDays(i), d.Failures, d.Explained))]));
    }

    private static async Task<Results<Ok<Page<UnexplainedItem>>, ProblemHttpResult>> UnexplainedAsync(HttpContext http, CauseBoard board, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var sorts = query.Choices("sort", ["count", "money"], w => w == "money" ? UnexplainedSort.Money : UnexplainedSort.Count);
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var standing = await board.StandingAsync(http.Tenant(), sorts.FirstOrDefault(UnexplainedSort.Count), ct);
        return TypedResults.Ok(new Page<UnexplainedItem>([.. standing.Unexplained.Select(u => new UnexplainedItem(
            u.Case.Id, u.Case.Sample, u.Case.Pattern, u.Case.Question.Code, u.Case.Question.ProviderCode, u.Case.Question.Connector, u.General?.Id, u.Cases, u.Failures, u.Stuck,
            [.. u.Money.Select(m => new CaseMoney(m.ToDecimal().ToString(CultureInfo.InvariantCulture), m.Currency))], u.LastSeen))], null));
    }

    private static async Task<Results<Ok<IReadOnlyList<CauseVersion>>, ProblemHttpResult>> VersionsAsync(HttpContext http, CauseStore store, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok(await store.VersionsAsync(http.Tenant(), ct));

    private static async Task<Results<Ok<CauseVersionDetail>, ProblemHttpResult>> VersionAsync(string version, HttpContext http, CauseStore store, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var number = Number(version);
        var one = (await store.VersionsAsync(http.Tenant(), ct)).FirstOrDefault(v => v.Version == number);
        return one is not null && await store.DocumentAsync(http.Tenant(), number, ct) is { } document ? TypedResults.Ok(new CauseVersionDetail(one, document)) : ApiProblem.NotFound("version");
    }

    private static async Task<Results<Ok<CauseDiff>, ProblemHttpResult>> DiffAsync(string from, string to, HttpContext http, CauseStore store, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return await store.DocumentAsync(http.Tenant(), Number(from), ct) is { } before && await store.DocumentAsync(http.Tenant(), Number(to), ct) is { } after
            ? TypedResults.Ok(new CauseDiff(Number(from), Number(to), TextDiff.Of(before, after)))
            : ApiProblem.NotFound("version");
    }

    private static async Task<Results<Ok<CauseTrialAnswer>, ProblemHttpResult>> TryAsync(HttpContext http, CauseBoard board, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<CauseWrite>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var (cause, problems) = CauseWords.Read(body!, null);
        var result = await board.TryAsync(http.Tenant(), cause, ct);
        return TypedResults.Ok(new CauseTrialAnswer(Items(result.Gains), Items(result.Losses), Items(result.Kept), [.. problems, .. CauseRules.Check(cause)]));
    }

    private static async Task<Results<Ok<CauseChanged>, ProblemHttpResult>> PutAsync(string id, HttpContext http, CauseStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<CauseWrite>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var (cause, problems) = CauseWords.Read(body!, id);
        return problems.Count > 0 ? Refused([.. problems, .. CauseRules.Check(cause)]) : Answer(await store.PutAsync(http.Tenant(), cause, body!.BasedOn, http.CallerName(), body.Reason ?? "", ct));
    }

    private static async Task<Results<Ok<CauseChanged>, ProblemHttpResult>> RemoveAsync(string id, HttpContext http, CauseStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<CauseRemoval>(http.Request, null);
        return error is not null ? ApiProblem.Invalid([error]) : Answer(await store.RemoveAsync(http.Tenant(), id, body!.BasedOn, http.CallerName(), body.Reason ?? "", ct));
    }

    private static async Task<Results<Ok<CauseChanged>, ProblemHttpResult>> RollBackAsync(HttpContext http, CauseStore store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<CauseRollBack>(http.Request, null);
        return error is not null ? ApiProblem.Invalid([error]) : Answer(await store.RollBackAsync(http.Tenant(), body!.Version ?? 0, http.CallerName(), body.Reason ?? "", ct));
    }

    private static Results<Ok<CauseChanged>, ProblemHttpResult> Answer(CauseOutcome outcome) => outcome switch
    {
        CauseOutcome.Done done => TypedResults.Ok(new CauseChanged("done", done.Version)),
        CauseOutcome.Unchanged same => TypedResults.Ok(new CauseChanged("unchanged", same.Version)),
        CauseOutcome.Refused refused => Refused(refused.Problems),
        CauseOutcome.Overtaken other => ApiProblem.Of(409, "cause.overtaken", "Somebody was first", $"{other.By} published version {other.Version} meanwhile. Read it, then send the change based on it."),
        CauseOutcome.NotFound { What: "version" } => ApiProblem.NotFound("version"),
        _ => ApiProblem.NotFound("own entry"),
    };

    private static ProblemHttpResult Refused(IReadOnlyList<CauseProblem> problems) => ApiProblem.Invalid([.. problems.Select(p => new ApiError("cause.unsound", p.Field, p.Message))]);

    private static async Task<IReadOnlyList<CauseEntryItem>> EntriesAsync(HttpContext http, CauseStore store, CauseBoard board, CancellationToken ct)
    {
        var tenant = http.Tenant();
        var (_, own) = await store.OwnAsync(tenant, ct);
        var answers = (await board.StandingAsync(tenant, UnexplainedSort.Count, ct)).Answers;
        return [.. store.Shipped.With(own).All.Select(c => new CauseEntryItem(
            c.Id, c.Title, c.What, CauseWords.Word(c.Fixer), c.Steps, c.Field, c.General, CauseWords.When(c.When), CauseWords.Origin(c.Id, store.Shipped, own), answers.GetValueOrDefault(c.Id)))];
    }

    private static bool Holds(CauseEntryItem e, string text) =>
        new[] { e.Id, e.Title, e.What }.Concat(e.When.Code ?? []).Concat(e.When.ProviderCode ?? []).Concat(e.When.Text ?? []).Concat(e.When.Connector ?? []).Any(t => t.Contains(text, StringComparison.OrdinalIgnoreCase));

    private static IReadOnlyList<CauseTrialItem> Items(IReadOnlyList<TrialCase> cases) => [.. cases.Select(t => new CauseTrialItem(t.Case.Id, t.Case.Sample, t.Case.Failures, t.Case.Stuck, t.Before?.Id, t.After?.Id))];

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
