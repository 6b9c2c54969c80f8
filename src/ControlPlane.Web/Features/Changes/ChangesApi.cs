using ControlPlane.Runtime.Changes;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Engine;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Features.Repair;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Changes;

/// <param name="State"><c>requested</c>, <c>accepted</c>, <c>too-late</c>, <c>refused</c>, <c>not-offered</c>, <c>not-told</c>, <c>kept</c>, <c>by-hand</c> or <c>moved</c>.</param>
/// <param name="Version">Of the order as the system was told it; 0 = never.</param>
public sealed record ChangedSystemRecord(string Connection, string State, string Message, int Version, DateTimeOffset At);

/// <param name="Kind"><c>cancellation</c> or <c>content</c>.</param>
/// <param name="State"><c>requested</c>, <c>needs-person</c>, <c>done</c>, <c>too-late</c>, <c>declined</c> or <c>outdated</c>.</param>
/// <param name="Return">The transaction of the return that was begun because it came too late.</param>
public sealed record ChangeRecord(
    Guid Id, int Number, string Kind, string State, string Summary, string Outcome, IReadOnlyList<string> Differences, IReadOnlyList<ChangedSystemRecord> Systems, int BaseVersion, DateTimeOffset RequestedAt, DateTimeOffset? EndedAt, Guid? Return)
{
    public static ChangeRecord Of(ChangeItem c) => new(
        c.Id, c.Number, c.Kind.ToString().ToLowerInvariant(), ChangesPresentation.Word(c.State), c.Summary, c.Outcome, c.Differences,
        [.. c.Systems.Select(s => new ChangedSystemRecord(s.Connection, ChangesPresentation.Word(s.Answer), s.Message, s.Version, s.At))], c.BaseVersion, c.RequestedAt, c.EndedAt, c.ReturnId);
}

/// <param name="Outcome"><c>done</c>: I did it there; <c>too-late</c>: whoever ships says so, a return is begun; <c>run-on</c>: the order stays as it was.</param>
/// <param name="Reason">1 to 300 characters.</param>
public sealed record SettleChangeForm(string? Outcome, string? Reason);

/// <summary>Changes and cancellations of the channel, by script. The same rights as in the portal.</summary>
internal static class ChangesApi
{
    private static readonly Dictionary<string, ChangeSettlement> Outcomes = new(StringComparer.Ordinal) { ["done"] = ChangeSettlement.Done, ["too-late"] = ChangeSettlement.TooLate, ["run-on"] = ChangeSettlement.RunOn };

    public static void MapChanges(this RouteGroupBuilder api)
    {
        var orders = api.MapGroup("/transactions").WithTags("Changes");
        orders.MapGet("/{id}/changes", ListAsync).WithName("listChanges").WithSummary("What the channel changed after the order began, with the state of each system, newest first").WithParameters();
        orders.MapPost("/{id}/settle-change", SettleAsync).WithName("settleChange").WithSummary("Says what became of a change that no system took by itself; the order goes on").WithParameters()
            .RequireAuthorization(policy => policy.RequireRole(PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin)).ProducesProblem(409).WithMetadata(new JsonBody(typeof(SettleChangeForm), Required: true), new IdempotentWrite(Required: true)).UnlessHeldByAnother();
    }

    private static async Task<Results<Ok<IReadOnlyList<ChangeRecord>>, ProblemHttpResult>> ListAsync(string id, HttpContext http, IOrderChanges changes, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return Guid.TryParse(id, out var key) && await changes.OfAsync(http.Tenant(), key, ct) is { } items ? TypedResults.Ok<IReadOnlyList<ChangeRecord>>([.. items.Select(ChangeRecord.Of)]) : ApiProblem.NotFound("transaction");
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> SettleAsync(string id, HttpContext http, IOrderChanges changes, CancellationToken ct)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<SettleChangeForm>(http.Request, null);
        if (error is not null)
            errors.Add(error);
        else if (!Outcomes.ContainsKey(body!.Outcome ?? ""))
            errors.Add(new("change.outcome", "outcome", $"Allowed: {string.Join(", ", Outcomes.Keys)}."));
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("transaction");
        return await changes.SettleAsync(http.Tenant(), key, Outcomes[body!.Outcome!], (body.Reason ?? "").Trim(), http.Person(), IdempotentWrites.OperationId(http), ct) switch
        {
            { Accepted: true } done => TypedResults.Ok(new CommandEnd(done.Code, done.Message)),
            { Code: "not_found" } => ApiProblem.NotFound("transaction"),
            { Code: "reason_missing" } missing => ApiProblem.Invalid([new("change.reason_missing", "reason", missing.Message)]),
            var refused => ApiProblem.Of(409, $"change.{refused.Code}", "Nothing was changed", refused.Message),
        };
    }
}
