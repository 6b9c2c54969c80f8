using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Engine;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Features.Reviews;

/// <summary>The review clock for scripts, calendars and reports: the same list, the same checks as the page.</summary>
internal static class ReviewsApi
{
    private static readonly (string, string)[] Filters = [("kind", "objective, ownership, runbook, mapping, connection or cause"), ("owner", "Person or team; none = nobody's"), ("state", "overdue, soon or later")];

    public static void MapReviews(this RouteGroupBuilder api)
    {
        var reviews = api.MapGroup("/reviews").WithTags("Reviews");
        reviews.MapGet("", ListAsync).WithName("listReviews").WithSummary("What stands on the review clock, what is due first").WithParameters([Parameters.Limit, Parameters.Cursor, .. Filters]);
        reviews.MapGet("/{kind}/{key}/history", HistoryAsync).WithName("getReviewHistory").WithSummary("Every review, what was taken back, and changes of the interval; newest first").WithParameters();
        reviews.MapPost("/{kind}/{key}", ReviewAsync).WithName("review").WithSummary("Notes that somebody looked at it").Write(typeof(ReviewBody), ReviewsPresentation.Reviewers);
        reviews.MapPost("/undo", UndoAsync).WithName("undoReview").WithSummary("Takes one's own review back within 30 seconds; it stays in the history").Write(typeof(ReviewUndoBody), ReviewsPresentation.Reviewers);
        reviews.MapPut("/{kind}/{key}/interval", IntervalAsync).WithName("setReviewInterval").WithSummary("How often it is looked at").Write(typeof(ReviewIntervalBody), PortalRoles.Admin);
        reviews.MapGet("/overdue.csv", CsvAsync).WithName("exportOverdueReviews").WithSummary("What is overdue, as CSV").WithParameters(("asOf", "Instant to judge by; default: now"));
        api.MapGet("/reviews.ics", CalendarAsync).WithTags("Reviews").WithName("reviewCalendar").WithSummary("What is due, as an iCalendar feed of whole days").WithParameters(Filters);
    }

    internal static RouteHandlerBuilder Write(this RouteHandlerBuilder endpoint, Type body, params string[] roles) =>
        endpoint.WithParameters().RequireAuthorization(policy => policy.RequireRole(roles)).ProducesProblem(409).ProducesProblem(422).WithMetadata(new IdempotentWrite(Required: false), new JsonBody(body, Required: true));

    private static async Task<Results<Ok<Page<ReviewItemAnswer>>, ProblemHttpResult>> ListAsync(HttpContext http, IReviews reviews, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (limit, after, fits) = (query.Limit(), query.KeyCursor(), Filter(query));
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var items = (await reviews.ReadAsync(http.Tenant(), ct)).Items.Where(fits).Where(i => after is null || string.CompareOrdinal(i.Place, after) > 0).Take(limit + 1).ToList();
        var page = items.Take(limit).ToList();
        return TypedResults.Ok(Paging.Answer<ReviewItemAnswer>(http, page.ConvertAll(ReviewItemAnswer.Of), items.Count > limit ? Paging.OfKey(page[^1].Place) : null));
    }

    private static Func<ReviewItem, bool> Filter(ApiQuery query)
    {
        var kinds = query.Choices("kind", [.. ReviewWords.Kinds.Keys], w => ReviewWords.Kinds[w]);
        var states = query.Choices("state", [.. ReviewsPresentation.Urgencies.Select(u => u.Word)], w => ReviewsPresentation.Urgencies.First(u => u.Word == w).Urgency);
        var owner = query.Text("owner") is "none" ? "" : query.Text("owner");
        return i => (kinds.Count == 0 || kinds.Contains(i.Thing.Kind)) && (states.Count == 0 || states.Contains(i.Due.Urgency)) && (owner is null || i.Thing.Owner == owner);
    }

    private static async Task<Results<Ok<IReadOnlyList<ReviewStoryItem>>, ProblemHttpResult>> HistoryAsync(string kind, string key, HttpContext http, IReviews reviews, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return ReviewWords.Kinds.TryGetValue(kind, out var of)
            ? TypedResults.Ok<IReadOnlyList<ReviewStoryItem>>([.. (await reviews.StoryAsync(http.Tenant(), of, key, ct)).Select(s => new ReviewStoryItem(s.Id, s.At, s.By, s.Text, s.Note, s.TakenBack))])
            : ApiProblem.NotFound("kind");
    }

    private static async Task<Results<Ok<ReviewDone>, ProblemHttpResult>> ReviewAsync(string kind, string key, HttpContext http, IReviews reviews, CancellationToken ct)
    {
        var (body, problem) = await BodyAsync<ReviewBody>(http);
        if (problem is not null)
            return problem;
        if (!ReviewWords.Kinds.TryGetValue(kind, out var of))
            return ApiProblem.NotFound("kind");
        if (!ReviewWords.Outcomes.TryGetValue(body!.Outcome ?? "", out var outcome))
            return ApiProblem.Invalid([new("review.outcome", "outcome", $"Allowed: {string.Join(", ", ReviewWords.Outcomes.Keys)}.")]);
        var answer = await reviews.ReviewAsync(http.Tenant(), of, key, outcome, body.Note ?? "", http.CallerName(), ct);
        return answer.Outcome.Accepted ? TypedResults.Ok(new ReviewDone(answer.Event, answer.Outcome.Message)) : Refused(answer.Outcome, "note");
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> UndoAsync(HttpContext http, IReviews reviews, CancellationToken ct)
    {
        var (body, problem) = await BodyAsync<ReviewUndoBody>(http);
        if (problem is not null)
            return problem;
        if (body!.Review is not { } review)
            return ApiProblem.Invalid([new("review.review", "review", "The id of the review is expected.")]);
        var outcome = await reviews.UndoAsync(http.Tenant(), review, http.CallerName(), ct);
        return outcome.Accepted ? TypedResults.Ok(new CommandEnd(outcome.Code, outcome.Message)) : Refused(outcome, "review");
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> IntervalAsync(string kind, string key, HttpContext http, IReviews reviews, CancellationToken ct)
    {
        var (body, problem) = await BodyAsync<ReviewIntervalBody>(http);
        if (problem is not null)
            return problem;
        if (!ReviewWords.Kinds.TryGetValue(kind, out var of))
            return ApiProblem.NotFound("kind");
        var outcome = await reviews.SetIntervalAsync(http.Tenant(), of, key, body!.Rule, http.CallerName(), body.Reason ?? "", ct);
        return outcome.Accepted ? TypedResults.Ok(new CommandEnd(outcome.Code, outcome.Message)) : Refused(outcome, outcome.Code == "reason_missing" ? "reason" : "rule");
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> CsvAsync(HttpContext http, IReviewDebt debt, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var asOf = query.Time("asOf") ?? clock.GetUtcNow();
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        http.Response.Headers.ContentDisposition = "attachment; filename=\"overdue-reviews.csv\"";
        return TypedResults.Text(ReviewsPresentation.Csv(await debt.OverdueAsync(http.Tenant(), asOf, ct)), "text/csv", System.Text.Encoding.UTF8);
    }

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> CalendarAsync(HttpContext http, IReviews reviews, IOptions<ControlPlaneOptions> options, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var fits = Filter(query);
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var list = await reviews.ReadAsync(http.Tenant(), ct);
        var site = options.Value.PublicAddress.TrimEnd('/');
        return TypedResults.Text(ReviewsPresentation.Calendar(list, list.Items.Where(fits), site.Length > 0 ? site : null), ReviewCalendar.ContentType, System.Text.Encoding.UTF8);
    }

    internal static async Task<(T? Body, ProblemHttpResult? Problem)> BodyAsync<T>(HttpContext http)
        where T : class
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<T>(http.Request, null);
        if (error is not null)
            errors.Add(error);
        return (body, errors.Count > 0 ? ApiProblem.Invalid(errors) : null);
    }

    private static ProblemHttpResult Refused(CommandOutcome outcome, string field) => outcome.Code switch
    {
        "not_found" => ApiProblem.NotFound("review"),
        "not_possible" => ApiProblem.Of(409, "review.not_possible", "Not possible", outcome.Message),
        _ => ApiProblem.Invalid([new($"review.{outcome.Code}", field, outcome.Message)]),
    };
}
