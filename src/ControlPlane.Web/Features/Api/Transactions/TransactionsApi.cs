using ControlPlane.Web.Features.Ownership;
using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Features.Api.Transactions;

/// <summary>Find transactions by any number, read one with its whole story, try a stuck one again.</summary>
internal static class TransactionsApi
{
    private const int LongestReason = 300;

    /// <summary>The word for "whose move is it: ours".</summary>
    private const string Us = "us";

    private static readonly string[] Roles = [.. Enum.GetValues<SystemRole>().Select(r => r.Word())];

    public static readonly IReadOnlyList<(string Name, string Meaning)> Filters =
    [
        ("q", "Any number that anyone holds: order number, ERP document, tracking number, mail address, and what identifier rules find; without an exact match, the beginning of one"),
        ("state", "running, waiting, retrying, stuck, closed, cancelled, superseded; several parted by commas"),
        ("connection", "Key of the channel's connection"), ("stage", "The last stage reached"),
        ("party", "Whose move it is: us, or a system role such as erp"), ("system", "Key of the connection whose move it is"), ("code", "Fault code"),
        ("from", "Received at this instant or later"), ("to", "Received before this instant"),
    ];

    public static void MapTransactions(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/transactions").WithTags("Transactions");
        group.MapGet("", ListAsync).WithName("listTransactions").WithSummary("Transactions, newest first").WithParameters([.. Filters, Parameters.Limit, Parameters.Cursor]);
        group.MapGet("/{id}", FindAsync).WithName("getTransaction").WithSummary("One transaction: stages, verdict with evidence, attempts, identifiers, effects, lines").WithParameters();
        group.MapGet("/{id}/journal", JournalAsync).WithName("getJournal").WithSummary("Everything that happened to it, oldest first").WithParameters(Parameters.Limit, Parameters.Cursor);
        group.MapLineage();
        group.MapPost("/{id}/retry", RetryAsync).WithName("retryTransaction").WithSummary("Goes on at once with the step it is stuck at; what was confirmed is not sent again").WithParameters()
            .RequireAuthorization(policy => policy.RequireRole(PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin))
            .ProducesProblem(409).ProducesProblem(422).WithMetadata(new JsonBody(typeof(RetryRequest), Required: false), new IdempotentWrite(Required: true)).UnlessHeldByAnother();
        group.MapPost("/{id}/replay", ReplayAsync).WithName("replayTransaction").WithSummary("Goes through the flow again from a step; what was confirmed is not sent again unless that is asked for").WithParameters()
            .RequireAuthorization(policy => policy.RequireRole(PortalRoles.Operator, PortalRoles.Admin))
            .ProducesProblem(409).ProducesProblem(422).WithMetadata(new JsonBody(typeof(ReplayBody), Required: false), new IdempotentWrite(Required: true)).UnlessHeldByAnother();
        group.MapPost("/{id}/pass-turn", PassTurnAsync).WithName("passTurn").WithSummary("Lets the orders pass that wait behind it because their order is kept; needs a reason").WithParameters()
            .RequireAuthorization(policy => policy.RequireRole(PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin))
            .ProducesProblem(409).ProducesProblem(422).WithMetadata(new JsonBody(typeof(RetryRequest), Required: true), new IdempotentWrite(Required: true)).UnlessHeldByAnother();
    }

    private static async Task<Results<Ok<Page<TransactionItem>>, ProblemHttpResult>> ListAsync(HttpContext http, TransactionReaders readers, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var filter = Filter(query);
        var limit = query.Limit();
        var cursor = query.Cursor<PageCursor>(text => PageCursor.TryParse(text, out var at) && at.Older ? at : null);
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var page = await readers.For(http.Tenant()).ListAsync(filter, cursor, limit, ct);
        var now = clock.GetUtcNow();
        return TypedResults.Ok(Paging.Answer(http, [.. page.Items.Select(t => TransactionWording.Item(t, now))], page.Older?.ToString()));
    }

    public static TransactionFilter Filter(ApiQuery query)
    {
        var parties = query.Choices("party", [Us, .. Roles], w => w);
        if (parties.Count > 1)
            query.Refuse("party", "Allowed: one.");
        return new()
        {
            Search = query.Text("q"),
            States = query.Choices("state", [.. Enum.GetValues<TransactionState>().Select(s => s.Word())], w => TransactionStates.TryParse(w, out var state) ? state : default),
            Connection = query.Text("connection", 40),
            Stage = query.Text("stage", ColumnLengths.Key),
            Ours = parties is [Us],
            Party = parties is [{ } word] && SystemRoles.TryParse(word, out var role) ? role : null,
            PartyConnection = query.Text("system", 40),
            FaultCode = query.Text("code", ColumnLengths.Code),
            ReceivedFrom = query.Time("from"),
            ReceivedTo = query.Time("to"),
        };
    }

    private static async Task<Results<Ok<TransactionAnswer>, ProblemHttpResult>> FindAsync(string id, HttpContext http, TransactionReaders readers, TimeProvider clock, CancellationToken ct)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var queries = readers.For(http.Tenant());
        if (!Guid.TryParse(id, out var key) || await queries.FindAsync(key, ct) is not { } detail)
            return ApiProblem.NotFound("transaction");
        return TypedResults.Ok(TransactionWording.Answer(detail, await queries.LinesAsync(key, ct), clock.GetUtcNow()));
    }

    private static async Task<Results<Ok<Page<JournalItem>>, ProblemHttpResult>> JournalAsync(string id, HttpContext http, IControlPlaneDb db, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var limit = query.Limit();
        var after = query.Cursor<(long At, int Sequence)>(Place);
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        await using var context = db.CreateContext(http.Tenant());
        if (!Guid.TryParse(id, out var key) || !await context.Transactions.AnyAsync(t => t.Id == key, ct))
            return ApiProblem.NotFound("transaction");
        var rows = context.Journal.AsNoTracking().Where(j => j.TransactionId == key);
        if (after is var (at, sequence))
            rows = rows.Where(j => j.At > at || (j.At == at && j.Sequence > sequence));
        var found = await rows.OrderBy(j => j.At).ThenBy(j => j.Sequence).Take(limit + 1).ToListAsync(ct);
        var items = found.Take(limit).Select(TransactionWording.Journal).ToList();
        var last = found.Count > limit ? found[limit - 1] : null;
        return TypedResults.Ok(Paging.Answer(http, items, last is null ? null : Paging.OfKey(string.Create(CultureInfo.InvariantCulture, $"{last.At}.{last.Sequence}"))));
    }

    private static async Task<Results<Accepted<CommandAnswerItem>, ProblemHttpResult>> RetryAsync(string id, HttpContext http, ITransactionCommands commands, CancellationToken ct)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync(http.Request, empty: new RetryRequest(null));
        if (error is not null)
            errors.Add(error);
        var reason = (body?.Reason ?? "").Trim();
        if (reason.Length > LongestReason || reason.Any(char.IsControl))
            errors.Add(new("transaction.reason", "reason", $"Allowed: at most {LongestReason} characters on one line."));
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("transaction");
        var tenant = http.Tenant();
        var outcome = await commands.RetryNowAsync(tenant.TenantId, key, http.CallerName(), reason, IdempotentWrites.OperationId(http), ct);
        return outcome switch
        {
            { Accepted: true } => TypedResults.Accepted($"{ApiFeature.Root}/transactions/{key:D}", new CommandAnswerItem(outcome.Code, outcome.Message)),
            { Code: "not_found" } => ApiProblem.NotFound("transaction"),
            _ => ApiProblem.Of(409, $"transaction.{outcome.Code}", "It cannot be retried now", outcome.Message),
        };
    }

    private static async Task<Results<Accepted<CommandAnswerItem>, ProblemHttpResult>> ReplayAsync(string id, HttpContext http, ITransactionCommands commands, CancellationToken ct)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync(http.Request, empty: new ReplayBody(null, null, null, null));
        if (error is not null)
            errors.Add(error);
        var reason = (body?.Reason ?? "").Trim();
        if (reason.Length > LongestReason || reason.Any(char.IsControl) || (body?.Reissue == true && reason.Length == 0))
            errors.Add(new("transaction.reason", "reason", $"Allowed: at most {LongestReason} characters on one line; a second sending needs one."));
        if (body?.Version is not (null or "pinned" or "newest"))
            errors.Add(new("transaction.version", "version", "Allowed: pinned, newest."));
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("transaction");
        var request = new ReplayRequest(string.IsNullOrEmpty(body!.From) ? null : body.From, body.Version == "newest", body.Reissue == true);
        var outcome = await commands.ReplayAsync(http.Tenant().TenantId, key, request, http.CallerName(), reason, IdempotentWrites.OperationId(http), ct);
        return outcome switch
        {
            { Accepted: true } => TypedResults.Accepted($"{ApiFeature.Root}/transactions/{key:D}", new CommandAnswerItem(outcome.Code, outcome.Message)),
            { Code: "not_found" } => ApiProblem.NotFound("transaction"),
            { Code: "step_unknown" } => ApiProblem.Invalid([new("transaction.step_unknown", "from", outcome.Message)]),
            _ => ApiProblem.Of(409, $"transaction.{outcome.Code}", "It cannot be replayed now", outcome.Message),
        };
    }

    private static async Task<Results<Accepted<CommandAnswerItem>, ProblemHttpResult>> PassTurnAsync(string id, HttpContext http, ITransactionCommands commands, CancellationToken ct)
    {
        var errors = new ApiQuery(http.Request.Query).Errors().ToList();
        var (body, error) = await ApiBody.ReadAsync<RetryRequest>(http.Request, null);
        if (error is not null)
            errors.Add(error);
        var reason = (body?.Reason ?? "").Trim();
        if (reason.Length is 0 or > LongestReason || reason.Any(char.IsControl))
            errors.Add(new("transaction.reason", "reason", $"Allowed: 1 to {LongestReason} characters on one line. It changes the order in which systems are told."));
        if (errors.Count > 0)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("transaction");
        var outcome = await commands.PassTurnAsync(http.Tenant().TenantId, key, http.CallerName(), reason, IdempotentWrites.OperationId(http), ct);
        return outcome switch
        {
            { Accepted: true } => TypedResults.Accepted($"{ApiFeature.Root}/transactions/{key:D}", new CommandAnswerItem(outcome.Code, outcome.Message)),
            { Code: "not_found" } => ApiProblem.NotFound("transaction"),
            _ => ApiProblem.Of(409, $"transaction.{outcome.Code}", "Nobody can pass now", outcome.Message),
        };
    }

    private static (long, int)? Place(string cursor) =>
        Paging.KeyOf(cursor)?.Split('.') is [var at, var sequence]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var a) && int.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out var s) ? (a, s) : null;
}
