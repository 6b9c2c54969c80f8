using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Features.Crosswalks;
using ControlPlane.Web.Features.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Repair;

/// <summary>Mend orders by script: edit, agree, hold, wake, discard, add a missing value. The same rights as in the portal.</summary>
internal static class RepairApi
{
    private const int Canary = 5;

    private const int PerSecond = 50;

    public static void MapRepair(this RouteGroupBuilder api)
    {
        var orders = api.MapGroup("/transactions").WithTags("Repair");
        orders.MapGet("/{id}/edits", EditsAsync).WithName("listEdits").WithSummary("What people changed of an order, newest first").WithParameters();
        orders.MapPost("/{id}/edit", EditAsync).WithName("editTransaction").WithSummary("Changes fields over the original and lets the order go on; dryRun shows what would be sent").Write(typeof(EditForm)).UnlessHeldByAnother();
        orders.MapPost("/{id}/settle-conflict", SettleAsync).WithName("settleEditConflict").WithSummary("Decides between a person's change and the channel's newer version").Write(typeof(ConflictForm)).UnlessHeldByAnother();
        orders.MapPost("/{id}/hold", HoldAsync).WithName("holdTransaction").WithSummary("Puts it aside until a time, an event, or a system that is open again").Write(typeof(HoldOrderForm)).UnlessHeldByAnother();
        orders.MapPost("/{id}/wake", (string id, HttpContext http, IHolds holds, CancellationToken ct) => WithReasonAsync(id, http, required: false, (key, reason) => holds.WakeAsync(http.Tenant(), key, reason, http.Person(), IdempotentWrites.OperationId(http), ct)))
            .WithName("wakeTransaction").WithSummary("Lets a held order go on now").Write(typeof(DecisionForm)).UnlessHeldByAnother();
        orders.MapPost("/{id}/missing-value", MissingAsync).WithName("addMissingValue").WithSummary("Adds the crosswalk entry that it is stuck for; tells what that frees, and lets those orders go").Write(typeof(MissingValueForm)).UnlessHeldByAnother();
        orders.MapPost("/discard", DiscardAsync).WithName("discardTransactions").WithSummary("Ends orders for good, each with its own outcome; it cannot be undone").Write(typeof(DiscardOrdersForm));
        var edits = api.MapGroup("/edits").WithTags("Repair");
        edits.MapGet("", PendingAsync).WithName("listPendingEdits").WithSummary("Changes that wait for a second person, oldest first").WithParameters();
        foreach (var (word, approve) in new[] { ("approve", true), ("refuse", false) })
            edits.MapPost($"/{{id}}/{word}", (string id, HttpContext http, IRepairs repairs, CancellationToken ct) => WithReasonAsync(id, http, required: true, (key, reason) => repairs.DecideAsync(http.Tenant(), key, approve, reason, http.Person(), IdempotentWrites.OperationId(http), ct)))
                .WithName($"{word}Edit").WithSummary(approve ? "Agrees to a proposed change and lets the order go on; not by whoever proposed it" : "Drops a proposed change").Write(typeof(DecisionForm));
        api.MapGet("/holds", HoldsAsync).WithTags("Repair").WithName("listHolds").WithSummary("Orders put aside, oldest first, at most 200").WithParameters();
    }

    public static Person Person(this HttpContext http) => new(http.CallerId(), http.CallerName(), [.. PortalRoles.All.Where(http.User.IsInRole)]);

    private static RouteHandlerBuilder Write(this RouteHandlerBuilder endpoint, Type body) => endpoint.WithParameters().RequireAuthorization(policy => policy.RequireRole(PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin))
        .ProducesProblem(409).ProducesProblem(422).WithMetadata(new JsonBody(body, Required: true), new IdempotentWrite(Required: true));

    private static async Task<Results<Ok<IReadOnlyList<EditRecord>>, ProblemHttpResult>> EditsAsync(string id, HttpContext http, IRepairs repairs, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return Guid.TryParse(id, out var key) && await repairs.FindAsync(http.Tenant(), key, http.Person(), ct) is { } view ? TypedResults.Ok<IReadOnlyList<EditRecord>>([.. view.Edits.Select(EditRecord.Of)]) : ApiProblem.NotFound("transaction");
    }

    private static async Task<Results<Ok<IReadOnlyList<EditRecord>>, ProblemHttpResult>> PendingAsync(HttpContext http, IRepairs repairs, CancellationToken ct) =>
        new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors ? ApiProblem.Invalid(errors) : TypedResults.Ok<IReadOnlyList<EditRecord>>([.. (await repairs.PendingAsync(http.Tenant(), http.Person(), ct)).Select(EditRecord.Of)]);

    private static async Task<Results<Ok<HoldAnswer>, ProblemHttpResult>> HoldsAsync(HttpContext http, IHolds holds, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var list = await holds.ListAsync(http.Tenant(), ct);
        return TypedResults.Ok(new HoldAnswer([.. list.Items.Select(HoldRecord.Of)], list.Total, list.NextLook));
    }

    private static async Task<Results<Ok<EditAnswer>, Ok<CommandEnd>, Accepted<CommandEnd>, ProblemHttpResult>> EditAsync(string id, HttpContext http, IRepairs repairs, CancellationToken ct)
    {
        var (key, body, problem) = await ReadAsync<EditForm>(id, http);
        if (problem is not null)
            return problem;
        var changes = (body!.Changes ?? []).Select(c => new FieldChange(c.Path ?? "", c.Value)).ToList();
        if (body.DryRun == true)
            return await repairs.TryAsync(http.Tenant(), key, changes, http.Person(), ct) is { } trial ? TypedResults.Ok(EditAnswer.Of(trial)) : ApiProblem.NotFound("transaction");
        var outcome = await repairs.EditAsync(http.Tenant(), key, new(changes, body.Reason ?? "", (body.Note ?? "").Trim()), http.Person(), IdempotentWrites.OperationId(http), ct);
        return outcome switch
        {
            { Code: "proposed" } => TypedResults.Accepted((string?)null, new CommandEnd(outcome.Code, outcome.Message)),
            { Accepted: true } => TypedResults.Ok(new CommandEnd(outcome.Code, outcome.Message)),
            _ => Refused("edit", outcome),
        };
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> SettleAsync(string id, HttpContext http, IRepairs repairs, CancellationToken ct)
    {
        var (key, body, problem) = await ReadAsync<ConflictForm>(id, http);
        if (problem is not null)
            return problem;
        if (body!.KeepOurs is not { } ours)
            return ApiProblem.Invalid([new("edit.keep_ours", "keepOurs", "Allowed: true (the change counts) or false (what the channel sent counts).")]);
        return End("edit", await repairs.SettleAsync(http.Tenant(), key, ours, (body.Reason ?? "").Trim(), http.Person(), IdempotentWrites.OperationId(http), ct));
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> HoldAsync(string id, HttpContext http, IHolds holds, CancellationToken ct)
    {
        var (key, body, problem) = await ReadAsync<HoldOrderForm>(id, http);
        if (problem is not null)
            return problem;
        HoldCondition? condition = body switch
        {
            { Event: null, System: null, Figure: { } figure } => figure.Condition(body.Until),
            { Figure: not null } => null,
            { Until: { } until, Event: null, System: null } => HoldCondition.At(until),
            { Until: null, Event: { } name, System: null } => HoldCondition.OnEvent(name),
            { Until: null, Event: null, System: { } system } => HoldCondition.OnSystem(system),
            _ => null,
        };
        if (condition is null)
            return ApiProblem.Invalid([new("hold.condition", "until", "Say what it waits for: one of until, event, system and figure; a figure is at-least, at-most or equals a value.")]);
        return End("hold", await holds.HoldAsync(http.Tenant(), key, condition, (body!.Reason ?? "").Trim(), http.Person(), IdempotentWrites.OperationId(http), ct));
    }

    private static async Task<Results<Ok<MissingValueAnswer>, Accepted<MissingValueAnswer>, ProblemHttpResult>> MissingAsync(string id, HttpContext http, ICrosswalkFixes fixes, IBulkReplays replays, CancellationToken ct)
    {
        var (key, body, problem) = await ReadAsync<MissingValueForm>(id, http);
        if (problem is not null)
            return problem;
        if (await fixes.OfAsync(http.Tenant(), key, ct) is not { } missing)
            return ApiProblem.Of(409, "repair.nothing_missing", "Nothing to add", "The order is not stuck for a value that a crosswalk could hold.");
        var answer = (body!.Answer ?? "").Trim();
        var preview = await fixes.PreviewAsync(http.Tenant(), missing, answer, http.Person(), ct);
        var found = new MissingValueAnswer("dry-run", missing.Table, missing.Value, missing.Connection, preview.Frees, preview.Changes, preview.NeedsSecondPerson, [.. missing.Suggestions.Select(s => s.Code)], null, preview.Problem ?? RepairPresentation.Effect(preview));
        if (body.DryRun == true)
            return TypedResults.Ok(found);
        if (preview.Problem is { } wrong)
            return ApiProblem.Of(422, "repair.answer", "Not saved", wrong);
        var outcome = await fixes.SaveAsync(http.Tenant(), missing, answer, body.Reason is { Length: > 0 } reason ? reason.Trim() : $"Missing for {RepairPresentation.Orders(missing.Frees)} that were stuck", http.Person(), ct);
        if (outcome is CrosswalkOutcome.Proposed)
            return TypedResults.Accepted((string?)null, found with { State = "proposed", Message = CrosswalksPresentation.Said(outcome) });
        if (outcome is not (CrosswalkOutcome.Applied or CrosswalkOutcome.Unchanged))
            return ApiProblem.Of(409, "repair.not_saved", "Not saved", CrosswalksPresentation.Said(outcome));
        if (body.Release == false)
            return TypedResults.Ok(found with { State = "saved", Message = CrosswalksPresentation.Said(outcome) });
        var replay = IdempotentWrites.OperationId(http);
        var request = new BulkReplayRequest(new(TransactionState.Stuck, null, null, null) { Messages = missing.Messages }, null, false, PerSecond, missing.Frees > Canary ? Canary : 0, $"{missing.Value} has an entry in the crosswalk {missing.Table} now") { First = key };
        var started = await replays.StartAsync(http.Tenant(), replay, request, http.CallerName(), ct);
        return TypedResults.Ok(found with { State = "saved", Replay = started.Accepted ? replay : null, Message = $"{CrosswalksPresentation.Said(outcome)} {started.Message}" });
    }

    private static async Task<Results<Ok<IReadOnlyList<DiscardedItem>>, ProblemHttpResult>> DiscardAsync(HttpContext http, IRepairs repairs, CancellationToken ct)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<DiscardOrdersForm>(http.Request, null);
        if (error is not null || errors.Count > 0)
            return ApiProblem.Invalid(error is null ? errors : [.. errors, error]);
        var outcomes = await repairs.DiscardAsync(http.Tenant(), body!.Ids ?? [], (body.Reason ?? "").Trim(), body.Confirm, http.Person(), IdempotentWrites.OperationId(http), ct);
        return outcomes[0].Outcome is { Accepted: false, Code: "size" or "reason_missing" or "confirm" } refused
            ? ApiProblem.Invalid([new($"discard.{refused.Code}", refused.Code switch { "size" => "ids", "confirm" => "confirm", _ => "reason" }, refused.Message)])
            : TypedResults.Ok<IReadOnlyList<DiscardedItem>>([.. outcomes.Select(o => new DiscardedItem(o.Id, o.Outcome.Accepted, o.Outcome.Code, o.Outcome.Message))]);
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> WithReasonAsync(string id, HttpContext http, bool required, Func<Guid, string, Task<CommandOutcome>> command)
    {
        var (key, body, problem) = await ReadAsync<DecisionForm>(id, http);
        if (problem is not null)
            return problem;
        var reason = (body!.Reason ?? "").Trim();
        return reason.Length > IRepairs.LongestText || reason.Any(char.IsControl) || (required && reason.Length == 0)
            ? ApiProblem.Invalid([new("edit.reason", "reason", $"Allowed: 1 to {IRepairs.LongestText} characters on one line.")])
            : End("edit", await command(key, reason));
    }

    private static async Task<(Guid Key, T? Body, ProblemHttpResult? Problem)> ReadAsync<T>(string id, HttpContext http)
        where T : class
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<T>(http.Request, null);
        if (error is not null)
            errors.Add(error);
        if (errors.Count > 0)
            return (default, null, ApiProblem.Invalid(errors));
        return Guid.TryParse(id, out var key) ? (key, body, null) : (default, null, ApiProblem.NotFound("transaction"));
    }

    private static Results<Ok<CommandEnd>, ProblemHttpResult> End(string area, CommandOutcome outcome) => outcome.Accepted ? TypedResults.Ok(new CommandEnd(outcome.Code, outcome.Message)) : Refused(area, outcome);

    /// <summary>What was asked wrongly is a 400 or 422, what somebody else made impossible a 409.</summary>
    private static ProblemHttpResult Refused(string area, CommandOutcome outcome) => outcome.Code switch
    {
        "not_found" => ApiProblem.NotFound("transaction"),
        "reason_missing" or "reason" or "note" => ApiProblem.Invalid([new($"{area}.{outcome.Code}", outcome.Code == "note" ? "note" : "reason", outcome.Message)]),
        "condition" or "invalid" or "unchanged" => ApiProblem.Of(422, $"{area}.{outcome.Code}", "Nothing was sent", outcome.Message),
        "role" or "own_change" => ApiProblem.Of(403, $"{area}.{outcome.Code}", "Not allowed", outcome.Message),
        _ => ApiProblem.Of(409, $"{area}.{outcome.Code}", "Nothing was changed", outcome.Message),
    };
}
