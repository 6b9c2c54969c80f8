using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Alerts;

/// <summary>Alerts, silences and budgets for scripts: the same list, the same decisions.</summary>
internal static class AlertsApi
{
    private static readonly string[] Acting = [PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin];

    public static void MapAlerts(this RouteGroupBuilder api)
    {
        var alerts = api.MapGroup("/alerts").WithTags("Alerts");
        alerts.MapGet("", ListAsync).WithName("listAlerts").WithSummary("Incidents: one a cause, those that fire first").WithParameters(("state", "open (default), over, all"), ("urgency", "page, ticket"), ("objective", "Name of an objective"), Parameters.Limit, Parameters.Cursor);
        alerts.MapGet("/{id}", FindAsync).WithName("getAlert").WithSummary("One incident: cause, windows, budgets, what happened").WithParameters();
        alerts.MapPost("/{id}/acknowledge", AcknowledgeAsync).WithName("acknowledgeAlert").WithSummary("The caller has it: nobody else is woken for it").Write(typeof(AcknowledgeBody), Acting);

        var silences = api.MapGroup("/silences").WithTags("Alerts");
        silences.MapGet("", async (HttpContext http, IAlerts store, CancellationToken ct) => (await store.SilencesAsync(http.Tenant(), ct)).Select(Entry).ToList()).WithName("listSilences").WithSummary("Silences that hold, and those of the last thirty days").WithParameters();
        silences.MapPost("", SilenceAsync).WithName("silenceAlerts").WithSummary("Nobody is told of what it covers, for a time; it is still looked at and shown").Write(typeof(SilenceBody), Acting);
        silences.MapDelete("/{id}", (string id, HttpContext http, IAlerts store, CancellationToken ct) => EndAsync(id, "silence", key => store.EndSilenceAsync(http.Tenant(), key, http.CallerName(), ct)))
            .WithName("endSilence").WithSummary("People are told again").Write(null, Acting);

        var budgets = api.MapGroup("/budgets").WithTags("Alerts");
        budgets.MapGet("", async (HttpContext http, IBudgetGate gate, CancellationToken ct) => Board(await gate.ReadAsync(http.Tenant(), ct))).WithName("listBudgets").WithSummary("How error budgets stand, what they keep from being published, who waived that, notes for executives").WithParameters();
        budgets.MapPost("/waivers", WaiveAsync).WithName("waiveBudget").WithSummary("Lets a connection's mappings be published for a time although a budget is spent").Write(typeof(BudgetWaiverBody), PortalRoles.Admin);
        budgets.MapDelete("/waivers/{id}", (string id, HttpContext http, IBudgetGate gate, CancellationToken ct) => EndAsync(id, "waiver", key => gate.EndWaiverAsync(http.Tenant(), key, http.CallerName(), ct)))
            .WithName("endBudgetWaiver").WithSummary("Budgets hold again").Write(null, PortalRoles.Admin);
    }

    internal static RouteHandlerBuilder Write(this RouteHandlerBuilder endpoint, Type? body, params string[] roles)
    {
        endpoint.WithParameters().RequireAuthorization(policy => policy.RequireRole(roles)).ProducesProblem(409).ProducesProblem(422).WithMetadata(new IdempotentWrite(Required: false));
        return body is null ? endpoint : endpoint.WithMetadata(new JsonBody(body, Required: true));
    }

    private static async Task<Results<Ok<Page<AlertItem>>, ProblemHttpResult>> ListAsync(HttpContext http, IAlerts store, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var states = query.Choices("state", ["open", "over", "all"], w => w);
        var urgencies = query.Choices("urgency", ["page", "ticket"], w => w == "page" ? AlertUrgency.Page : AlertUrgency.Ticket);
        var (objective, limit, cursor) = (query.Text("objective", 64), query.Limit(), query.KeyCursor());
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        bool? open = states.FirstOrDefault("open") switch { "all" => null, "over" => false, _ => true };
        var page = await store.ListAsync(http.Tenant(), new(open, urgencies.Count == 1 ? urgencies[0] : null, objective), cursor, limit, ct);
        return TypedResults.Ok(Paging.Answer(http, page.Items.Select(AlertItem.Of).ToList(), page.Next is { } next ? Paging.OfKey(next) : null));
    }

    private static async Task<Results<Ok<AlertDetailItem>, ProblemHttpResult>> FindAsync(string id, HttpContext http, IAlerts store, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key) || await store.FindAsync(http.Tenant(), key, ct) is not { } found)
            return ApiProblem.NotFound("alert");
        return TypedResults.Ok(new AlertDetailItem(
            AlertItem.Of(found.Incident), [.. found.Incident.Facts.Objectives.Select(o => new AlertObjectiveItem(o.Name, o.Title, AlertWords.Budget(o), o.Pace, o.Spent, o.EmptyAt, o.Windows, o.Parts))],
            [.. found.Events.Select(e => new AlertEventItem(e.At, e.Kind.ToString().ToLowerInvariant(), e.By, e.Text))]));
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> AcknowledgeAsync(string id, HttpContext http, IAlerts store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<AcknowledgeBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        return Guid.TryParse(id, out var key) ? Answer(await store.AcknowledgeAsync(http.Tenant(), key, http.CallerName(), body!.Note ?? "", ct), "alert", "note") : ApiProblem.NotFound("alert");
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> SilenceAsync(HttpContext http, IAlerts store, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<SilenceBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var request = new SilenceRequest(body!.Objective, body.Connection, body.Party, TimeSpan.FromMinutes(body.Minutes ?? 0), body.Reason ?? "");
        return Answer(await store.SilenceAsync(http.Tenant(), IdempotentWrites.OperationId(http), request, http.CallerName(), ct), "silence", "minutes");
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> WaiveAsync(HttpContext http, IBudgetGate gate, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<BudgetWaiverBody>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        return Answer(await gate.WaiveAsync(http.Tenant(), IdempotentWrites.OperationId(http), string.IsNullOrWhiteSpace(body!.Connection) ? null : body.Connection.Trim(), TimeSpan.FromMinutes(body.Minutes ?? 0), body.Reason ?? "", http.CallerName(), ct), "waiver", "minutes");
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> EndAsync(string id, string what, Func<Guid, Task<CommandOutcome>> end) =>
        Guid.TryParse(id, out var key) ? Answer(await end(key), what, "id") : ApiProblem.NotFound(what);

    /// <param name="field">That is told where the code names none.</param>
    private static Results<Ok<CommandEnd>, ProblemHttpResult> Answer(CommandOutcome outcome, string what, string field) => outcome switch
    {
        { Accepted: true } => TypedResults.Ok(new CommandEnd(outcome.Code, outcome.Message)),
        { Code: "not_found" } => ApiProblem.NotFound(what),
        { Code: "resolved" or "taken" or "changed_meanwhile" } => ApiProblem.Of(409, $"{what}.{outcome.Code}", "It is not as it was", outcome.Message),
        _ => ApiProblem.Invalid([new($"{what}.{outcome.Code}", outcome.Code switch { "reason_missing" => "reason", "connection_unknown" => "connection", "party_unknown" => "party", "matches_all" or "objective_unknown" => "objective", _ => field }, outcome.Message)]),
    };

    private static SilenceEntry Entry(SilenceItem i) => new(i.Silence.Id, i.Silence.Objective, i.Silence.Connection, i.Silence.Party, i.Silence.By, i.Silence.Reason, i.Silence.From, i.Silence.Until, i.Holds, i.EndedBy);

    private static BudgetsItem Board(BudgetBoard board) => new([.. board.Lines.Select(l => new BudgetItem(l.Objective, l.Title, l.Connection, l.Spent, l.Measure.ToString().ToLowerInvariant(), l.Since, l.JudgedUpTo))], board.Waivers, board.Notes);
}
