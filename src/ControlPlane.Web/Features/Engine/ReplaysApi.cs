using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Replays;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.ExceptionCases;
using ControlPlane.Web.Features.Repair;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Engine;

/// <param name="State"><c>stuck</c> (default) or <c>retrying</c>.</param>
/// <param name="Code">Fault code.</param>
/// <param name="System">Key of the connection at which they stand.</param>
/// <param name="Channel">Key of the channel's connection.</param>
/// <param name="From">Step id or <c>start</c>; left out: where each one stands.</param>
/// <param name="Version"><c>pinned</c> (default) or <c>newest</c>.</param>
/// <param name="Ids">These orders, at most 1,000, and no others.</param>
/// <param name="Cases">Ids of exception cases; any of them.</param>
/// <param name="PerSecond">1 to 5,000; default 20.</param>
/// <param name="Canary">So many go first and the others only when none of these is stuck again, 0 to 100; default 5.</param>
/// <param name="StopAbove">Stops when more than this percentage of those judged is stuck again, 0 to 100; default 20; 100 = never.</param>
/// <param name="AskAfterCanary">True: after the first ones somebody has to resume it, also when all came through.</param>
/// <param name="DryRun">True only counts.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record NewReplay(string? State, string? Code, string? System, string? Channel, string? From, string? Version, int? PerSecond, int? Canary, bool? DryRun, string? Reason,
    IReadOnlyList<Guid>? Ids = null, IReadOnlyList<Guid>? Cases = null, int? StopAbove = null, bool? AskAfterCanary = null);

/// <param name="State"><c>dry-run</c>, <c>running</c>, <c>paused</c>, <c>done</c> or <c>cancelled</c>.</param>
/// <param name="Proven">Of those sent, the ones that their system confirmed.</param>
/// <param name="CameSince">Orders that fit by now and are not included; null where that is not known.</param>
public sealed record ReplayItem(Guid? Id, string State, int Total, int Sent, int LeftOut, string Reason, string Note, string CreatedBy, DateTimeOffset? CreatedAt, IReadOnlyList<CodeCount>? ByCode)
{
    public int Proven { get; init; }

    public int StuckAgain { get; init; }

    public int? CameSince { get; init; }

    /// <summary>Of a dry run: sums a currency, exact decimal text.</summary>
    public IReadOnlyList<CaseMoney>? Money { get; init; }

    public DateTimeOffset? Oldest { get; init; }

    public DateTimeOffset? Newest { get; init; }
}

/// <param name="State"><c>pending</c>, <c>sent</c>, <c>proven</c>, <c>stuck-again</c> or <c>left-out</c>.</param>
/// <param name="Outcome">The proof, the message it is stuck for, or why it was left out.</param>
public sealed record ReplayedOrder(Guid Transaction, string Number, string State, DateTimeOffset? SentAt, string? Outcome, string Now);

public sealed record CodeCount(string Code, int Count);

/// <summary>Replays of many orders for one cause.</summary>
internal static class ReplaysApi
{
    private const int MostPerSecond = BulkReplayRequest.MostPerSecond;

    private const int MostCanary = BulkReplayRequest.MostCanary;

    public static void MapReplays(this RouteGroupBuilder api)
    {
        var replays = api.MapGroup("/replays").WithTags("Replays");
        replays.MapGet("", ListAsync).WithName("listReplays").WithSummary("Bulk replays, newest first").WithParameters();
        replays.MapGet("/{id}", FindAsync).WithName("getReplay").WithSummary("One bulk replay with its progress").WithParameters();
        replays.MapGet("/{id}/items", ItemsAsync).WithName("listReplayItems").WithSummary("What became of each order of it").WithParameters(("state", "pending, sent, proven, stuck-again or left-out"), Parameters.Limit, Parameters.Cursor);
        replays.MapPost("", StartAsync).WithName("startReplay").WithSummary("Replays every order that fits; dryRun counts them").WithParameters().Releasers()
            .WithMetadata(new JsonBody(typeof(NewReplay), Required: true), new IdempotentWrite(Required: true));
        foreach (var (word, to) in new[] { ("pause", BulkReplayState.Paused), ("resume", BulkReplayState.Running), ("cancel", BulkReplayState.Cancelled) })
            replays.MapPost($"/{{id}}/{word}", (string id, HttpContext http, IBulkReplays all, CancellationToken ct) => ChangeAsync(id, to, http, all, ct))
                .WithName($"{word}Replay").WithSummary($"{char.ToUpperInvariant(word[0])}{word[1..]}s it; what was sent goes on").WithParameters().Releasers().WithMetadata(new IdempotentWrite(Required: false));
    }

    private static RouteHandlerBuilder Releasers(this RouteHandlerBuilder endpoint) => endpoint.RequireAuthorization(policy => policy.RequireRole(PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin));

    private static async Task<Results<Ok<IReadOnlyList<ReplayItem>>, ProblemHttpResult>> ListAsync(HttpContext http, IBulkReplays replays, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return TypedResults.Ok<IReadOnlyList<ReplayItem>>([.. (await replays.ListAsync(http.Tenant(), ct)).Select(Item)]);
    }

    private static async Task<Results<Ok<ReplayItem>, ProblemHttpResult>> FindAsync(string id, HttpContext http, IBulkReplays replays, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return Guid.TryParse(id, out var key) && await replays.FindAsync(http.Tenant(), key, ct) is { } row ? TypedResults.Ok(Item(row) with { CameSince = await replays.CameSinceAsync(http.Tenant(), key, ct) }) : ApiProblem.NotFound("replay");
    }

    private static async Task<Results<Ok<Page<ReplayedOrder>>, ProblemHttpResult>> ItemsAsync(string id, HttpContext http, IBulkReplays replays, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var states = query.Choices("state", [.. Enum.GetValues<BulkReplayItemState>().Select(s => s.Word())], w => RepairPresentation.ItemState(w)!.Value);
        var (limit, cursor) = (query.Limit(), query.Cursor<Guid>(IdCursor.Parse));
        if (states.Count > 1)
            query.Refuse("state", "Allowed: one.");
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key) || await replays.FindAsync(http.Tenant(), key, ct) is null)
            return ApiProblem.NotFound("replay");
        var page = await replays.ItemsAsync(http.Tenant(), key, states is [var only] ? only : null, cursor, limit, ct);
        return TypedResults.Ok(Paging.Answer<ReplayedOrder>(http, [.. page.Items.Select(i => new ReplayedOrder(i.TransactionId, i.Number, i.State.Word(), i.SentAt, i.Outcome, i.Now.Word()))], page.Next is { } next ? IdCursor.Text(next) : null));
    }

    private static async Task<Results<Ok<ReplayItem>, Accepted<ReplayItem>, ProblemHttpResult>> StartAsync(HttpContext http, IBulkReplays replays, CancellationToken ct)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<NewReplay>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([.. errors, error]);
        var reason = (body!.Reason ?? "").Trim();
        if (body.DryRun != true && (reason.Length is 0 or > 300 || reason.Any(char.IsControl)))
            errors.Add(new("replay.reason", "reason", "Allowed: 1 to 300 characters on one line."));
        if (body.State is not (null or "stuck" or "retrying"))
            errors.Add(new("replay.state", "state", "Allowed: stuck, retrying."));
        if (body.Version is not (null or "pinned" or "newest"))
            errors.Add(new("replay.version", "version", "Allowed: pinned, newest."));
        if (body.PerSecond is < 1 or > MostPerSecond)
            errors.Add(new("replay.per_second", "perSecond", $"Allowed: 1 to {MostPerSecond}."));
        if (body.Canary is < 0 or > MostCanary)
            errors.Add(new("replay.canary", "canary", $"Allowed: 0 to {MostCanary}."));
        if (body.StopAbove is < 0 or > 100)
            errors.Add(new("replay.stop_above", "stopAbove", "Allowed: 0 to 100."));
        if (body.Ids is { Count: 0 or > BulkSelection.MostIds })
            errors.Add(new("replay.ids", "ids", $"Allowed: 1 to {BulkSelection.MostIds} ids."));
        if (body.Cases is { Count: 0 or > 100 })
            errors.Add(new("replay.cases", "cases", "Allowed: 1 to 100 ids."));
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        var selection = new BulkSelection(body.State == "retrying" ? TransactionState.Retrying : TransactionState.Stuck, Empty(body.Code), Empty(body.System), Empty(body.Channel), body.Cases) { Ids = body.Ids };
        if (ReplayRights.MayNotStart(selection, http.User.IsInRole) is { } missing)
            return ApiProblem.Of(403, "replay.role", "Not allowed", missing);
        if (body.DryRun == true)
        {
            var preview = await replays.PreviewAsync(http.Tenant(), selection, ct);
            return TypedResults.Ok(new ReplayItem(null, "dry-run", preview.Count, 0, 0, reason, "Nothing was sent", http.CallerName(), null, [.. preview.ByCode.Select(c => new CodeCount(c.Code, c.Count))])
            {
                Money = [.. preview.Money.Select(m => new CaseMoney(m.ToDecimal().ToString(System.Globalization.CultureInfo.InvariantCulture), m.Currency))], Oldest = preview.Oldest, Newest = preview.Newest,
            });
        }

        var id = IdempotentWrites.OperationId(http);
        var outcome = await replays.StartAsync(http.Tenant(), id, new(selection, Empty(body.From), body.Version == "newest", body.PerSecond ?? 20, body.Canary ?? 5, reason)
        {
            StopAbove = body.StopAbove ?? 20, AsksAfterCanary = body.AskAfterCanary == true,
        }, http.CallerName(), ct);
        return outcome.Accepted && await replays.FindAsync(http.Tenant(), id, ct) is { } row
            ? TypedResults.Accepted($"{ApiFeature.Root}/replays/{id:D}", Item(row))
            : ApiProblem.Of(409, $"replay.{outcome.Code}", "Nothing was started", outcome.Message);
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> ChangeAsync(string id, BulkReplayState to, HttpContext http, IBulkReplays replays, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("replay");
        if (await replays.FindAsync(http.Tenant(), key, ct) is not { } row)
            return ApiProblem.NotFound("replay");
        if (ReplayRights.MayNotChange(row, http.CallerName(), http.User.IsInRole) is { } missing)
            return ApiProblem.Of(403, "replay.role", "Not allowed", missing);
        var outcome = await replays.ChangeAsync(http.Tenant(), key, to, http.CallerName(), ct);
        return outcome switch
        {
            { Accepted: true } => TypedResults.Ok(new CommandEnd(outcome.Code, outcome.Message)),
            { Code: "not_found" } => ApiProblem.NotFound("replay"),
            _ => ApiProblem.Of(409, $"replay.{outcome.Code}", "That does not fit", outcome.Message),
        };
    }

    private static ReplayItem Item(BulkReplayRow r) =>
        new(r.Id, r.State.ToString().ToLowerInvariant(), r.Total, r.Sent, r.LeftOut, r.Reason, r.Note, r.CreatedBy, Instant.FromMicroseconds(r.CreatedAt), null) { Proven = r.Proven, StuckAgain = r.StuckAgain };

    private static string? Empty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
