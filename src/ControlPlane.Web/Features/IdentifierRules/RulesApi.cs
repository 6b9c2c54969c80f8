using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.IdentifierRules;

/// <param name="Document">message or order.</param>
/// <param name="Hash">True: only a keyed digest is kept.</param>
public sealed record RuleAnswer(
    string Name, string Kind, string Title, string Document, string? Connection, string? Connector, string? Topic, string? Path, string? Pattern, bool Hash, string Example, int Revision, DateTimeOffset UpdatedAt, string UpdatedBy)
{
    internal static RuleAnswer Of(RuleItem item) => new(
        item.Rule.Name, item.Rule.Kind, item.Rule.Title, item.Rule.Document == RuleDocument.Order ? "order" : "message", item.Rule.Connection, item.Rule.Connector, item.Rule.Topic, item.Rule.Path, item.Rule.Pattern,
        item.Rule.Hash, item.Rule.Example, item.Revision, item.UpdatedAt, item.UpdatedBy);
}

/// <param name="Kind">Of the numbers; left out: the rule's name.</param>
/// <param name="Document">message (default) or order.</param>
/// <param name="Revision">The one that was looked at, 0 for a new rule; left out: whatever is there.</param>
/// <param name="Reason">Why, 1 to 300 characters; a trial needs none.</param>
public sealed record RuleBody(
    string? Kind, string? Title, string? Document, string? Connection, string? Connector, string? Topic, string? Path, string? Pattern, bool? Hash, string? Example, int? Revision, string? Reason)
{
    internal IdentifierRule Rule(string name) => new()
    {
        Name = name, Kind = Kind ?? name, Title = Title ?? "", Document = Document == "order" ? RuleDocument.Order : RuleDocument.Message, Connection = Connection, Connector = Connector, Topic = Topic, Path = Path,
        Pattern = Pattern, Hash = Hash ?? false, Example = Example ?? "",
    };
}

public sealed record RuleRemoval(string? Reason, int? Revision);

/// <param name="Backfill">The run over stored orders that it began.</param>
public sealed record RuleSaved(int Revision, Guid? Backfill);

/// <param name="State">running, paused, done, cancelled or replaced.</param>
/// <param name="Fraction">0 to 1.</param>
public sealed record BackfillAnswer(
    Guid Id, string Kind, string Rule, string State, double Fraction, long Looked, long Written, long Removed, long Unreadable, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset StartsAt, DateTimeOffset UpdatedAt, string? Note)
{
    internal static BackfillAnswer Of(BackfillItem b) => new(b.Id, b.Kind, b.Rule, b.State.Word(), b.Fraction, b.Looked, b.Written, b.Removed, b.Unreadable, b.CreatedAt, b.CreatedBy, b.StartsAt, b.UpdatedAt, b.Note);
}

public sealed record RuleEventAnswer(int Revision, string Change, DateTimeOffset At, string By, string Reason, string Document);

public sealed record RulesAnswer(IReadOnlyList<RuleAnswer> Rules, IReadOnlyList<BackfillAnswer> Backfills);

/// <summary>Identifier rules for scripts: for administrators, as the page.</summary>
internal static class RulesApi
{
    public static void MapIdentifierRules(this RouteGroupBuilder api)
    {
        var rules = api.MapGroup("/identifier-rules").WithTags("Identifier rules").RequireAuthorization(PortalRoles.Admin);
        rules.MapGet("", ListAsync).WithName("listIdentifierRules").WithSummary("The rules, and the newest run over stored orders of each kind of number").WithParameters();
        rules.MapGet("/{name}/history", HistoryAsync).WithName("getIdentifierRuleHistory").WithSummary("Every revision with author and reason, newest first").WithParameters();
        rules.MapPut("/{name}", SaveAsync).WithName("saveIdentifierRule").WithSummary("Makes or changes a rule, and carries it back over stored orders").Write(typeof(RuleBody));
        rules.MapPost("/{name}/trial", TryAsync).WithName("tryIdentifierRule").WithSummary("What a rule would find in the last 500 documents; examples are masked, nothing is stored").WithParameters().WithMetadata(new JsonBody(typeof(RuleBody), Required: true));
        rules.MapPost("/{name}/remove", RemoveAsync).WithName("removeIdentifierRule").WithSummary("Removes a rule, and what it found").Write(typeof(RuleRemoval));
        var runs = api.MapGroup("/identifier-backfills").WithTags("Identifier rules").RequireAuthorization(PortalRoles.Admin);
        runs.MapGet("/{id}", FindAsync).WithName("getIdentifierBackfill").WithSummary("How far a run over stored orders is").WithParameters();
        runs.MapPost("/{id}/pause", (string id, HttpContext http, RuleQueries queries, CancellationToken ct) => RunAsync(id, http, (key, by) => queries.PauseAsync(http.Tenant(), key, by, ct))).WithName("pauseIdentifierBackfill").WithSummary("It stops after the piece at hand").Write(null);
        runs.MapPost("/{id}/resume", (string id, HttpContext http, RuleQueries queries, CancellationToken ct) => RunAsync(id, http, (key, by) => queries.ResumeAsync(http.Tenant(), key, by, ct))).WithName("resumeIdentifierBackfill").WithSummary("It goes on where it stopped").Write(null);
        runs.MapPost("/{id}/cancel", (string id, HttpContext http, RuleQueries queries, CancellationToken ct) => RunAsync(id, http, (key, by) => queries.CancelAsync(http.Tenant(), key, by, ct))).WithName("cancelIdentifierBackfill").WithSummary("It ends; what it found until then stays").Write(null);
        runs.MapPost("/{id}/again", (string id, HttpContext http, RuleQueries queries, CancellationToken ct) => RunAsync(id, http, (key, by) => queries.AgainAsync(http.Tenant(), key, by, ct))).WithName("repeatIdentifierBackfill").WithSummary("Looks through everything once more").Write(null);
    }

    private static RouteHandlerBuilder Write(this RouteHandlerBuilder endpoint, Type? body)
    {
        endpoint.WithParameters().ProducesProblem(409).ProducesProblem(422).WithMetadata(new IdempotentWrite(Required: false));
        return body is null ? endpoint : endpoint.WithMetadata(new JsonBody(body, Required: true));
    }

    private static async Task<Results<Ok<RulesAnswer>, ProblemHttpResult>> ListAsync(HttpContext http, RuleQueries queries, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var list = await queries.ListAsync(http.Tenant(), ct);
        return TypedResults.Ok(new RulesAnswer([.. list.Rules.Select(RuleAnswer.Of)], [.. list.Backfills.Select(BackfillAnswer.Of)]));
    }

    private static async Task<Results<Ok<IReadOnlyList<RuleEventAnswer>>, ProblemHttpResult>> HistoryAsync(string name, HttpContext http, RuleQueries queries, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var events = await queries.HistoryAsync(http.Tenant(), name, 200, ct);
        return events.Count == 0 ? ApiProblem.NotFound("rule")
            : TypedResults.Ok<IReadOnlyList<RuleEventAnswer>>([.. events.Select(v => new RuleEventAnswer(v.Revision, v.Change.ToString().ToLowerInvariant(), v.At, v.By, v.Reason, v.Document))]);
    }

    private static async Task<Results<Ok<RuleSaved>, ProblemHttpResult>> SaveAsync(string name, HttpContext http, RuleStore store, CancellationToken ct)
    {
        var (body, problem) = await BodyAsync(http);
        return problem ?? Answer(await store.SaveAsync(http.Tenant(), body!.Rule(name), body.Revision, http.CallerName(), body.Reason ?? "", ct));
    }

    private static async Task<Results<Ok<TrialReport>, ProblemHttpResult>> TryAsync(string name, HttpContext http, RuleTrial trial, CancellationToken ct)
    {
        var (body, problem) = await BodyAsync(http);
        if (problem is not null)
            return problem;
        var rule = body!.Rule(name);
        return rule.Check() is { Count: > 0 } problems ? Refused(problems) : TypedResults.Ok(await trial.RunAsync(http.Tenant(), rule, RuleTrial.Usual, ct));
    }

    private static async Task<Results<Ok<RuleSaved>, ProblemHttpResult>> RemoveAsync(string name, HttpContext http, RuleStore store, CancellationToken ct)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<RuleRemoval>(http.Request, null);
        if (error is not null)
            errors.Add(error);
        return errors.Count > 0 ? ApiProblem.Invalid(errors) : Answer(await store.RemoveAsync(http.Tenant(), name, body!.Revision, http.CallerName(), body.Reason ?? "", ct));
    }

    private static async Task<Results<Ok<BackfillAnswer>, ProblemHttpResult>> FindAsync(string id, HttpContext http, RuleQueries queries, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return Guid.TryParse(id, out var key) && await queries.FindBackfillAsync(http.Tenant(), key, ct) is { } run ? TypedResults.Ok(BackfillAnswer.Of(run)) : ApiProblem.NotFound("run");
    }

    private static async Task<Results<Ok<BackfillAnswer>, ProblemHttpResult>> RunAsync(string id, HttpContext http, Func<Guid, string, Task<CommandOutcome>> command)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("run");
        return await command(key, http.CallerName()) switch
        {
            { Accepted: true } when await http.RequestServices.GetRequiredService<RuleQueries>().FindBackfillAsync(http.Tenant(), key, http.RequestAborted) is { } run => TypedResults.Ok(BackfillAnswer.Of(run)),
            { Code: "not_possible" } outcome => ApiProblem.Of(409, "identifier_backfill.not_possible", "Not possible now", outcome.Message),
            _ => ApiProblem.NotFound("run"),
        };
    }

    private static async Task<(RuleBody? Body, ProblemHttpResult? Problem)> BodyAsync(HttpContext http)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<RuleBody>(http.Request, null);
        if (error is not null)
            errors.Add(error);
        if (body?.Document is not (null or "message" or "order"))
            errors.Add(new("identifier_rule.document", "document", "Allowed: message, order."));
        return (body, errors.Count > 0 ? ApiProblem.Invalid(errors) : null);
    }

    private static Results<Ok<RuleSaved>, ProblemHttpResult> Answer(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.Saved saved => TypedResults.Ok(new RuleSaved(saved.Revision, saved.Backfill)),
        RuleOutcome.Unchanged => ApiProblem.Of(409, "identifier_rule.unchanged", "Nothing to change", "The rule is like this already."),
        RuleOutcome.Refused refused => Refused(refused.Problems),
        RuleOutcome.Changed => ApiProblem.Of(409, "identifier_rule.changed", "Somebody else changed it", RulesPresentation.Said(outcome)!),
        _ => ApiProblem.NotFound("rule"),
    };

    private static ProblemHttpResult Refused(IReadOnlyList<RuleProblem> problems) => ApiProblem.Invalid([.. problems.Select(p => new ApiError("identifier_rule." + p.Field, p.Field, p.Message))]);
}
