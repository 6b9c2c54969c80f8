using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Ownership;

/// <summary>Take an order, give it back, hand it on, say something about it; one or a thousand.</summary>
internal static class ClaimsApi
{
    public static void MapClaims(this RouteGroupBuilder api)
    {
        var group = api.MapGroup("/transactions").WithTags("Ownership");
        group.MapPost("/{id}/claim", ClaimAsync).WithName("claimTransaction").WithSummary("Takes an order for 30 minutes; of two who do so at once one is told who has it").Write(typeof(ClaimBody), required: false);
        group.MapPost("/{id}/release", ReleaseAsync).WithName("releaseTransaction").WithSummary("Gives it back to the queue").Write(null, required: false);
        group.MapPost("/{id}/assign", AssignAsync).WithName("assignTransaction").WithSummary("Gives it to a person or a team, with a note").Write(typeof(AssignBody));
        group.MapPost("/{id}/comment", CommentAsync).WithName("commentTransaction").WithSummary("A comment that the order keeps").Write(typeof(CommentBody));
        group.MapPost("/claim", ClaimManyAsync).WithName("claimTransactions").WithSummary("Takes up to 1,000 orders, each by itself").Write(typeof(ClaimManyBody));
        group.MapPost("/assign", AssignManyAsync).WithName("assignTransactions").WithSummary("Gives up to 1,000 orders to a person or a team, each by itself").Write(typeof(AssignManyBody));
    }

    private static void Write(this RouteHandlerBuilder endpoint, Type? body, bool required = true)
    {
        endpoint.WithParameters().RequireAuthorization(policy => policy.RequireRole(PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin)).ProducesProblem(409).ProducesProblem(422).WithMetadata(new IdempotentWrite(Required: true));
        if (body is not null)
            endpoint.WithMetadata(new JsonBody(body, required));
    }

    private static Task<Results<Ok<ClaimAnswer>, ProblemHttpResult>> ClaimAsync(string id, HttpContext http, IClaims claims, CancellationToken ct) =>
        OneAsync(id, http, new ClaimBody(null), b => b.TakeOver, IClaims.LongestNote, (key, body, text) => claims.ClaimAsync(http.Tenant(), key, http.User.Person(), text, IdempotentWrites.OperationId(http), ct));

    private static Task<Results<Ok<ClaimAnswer>, ProblemHttpResult>> ReleaseAsync(string id, HttpContext http, IClaims claims, CancellationToken ct) =>
        OneAsync(id, http, new ClaimBody(null), _ => null, 0, (key, _, _) => claims.ReleaseAsync(http.Tenant(), key, http.User.Person(), IdempotentWrites.OperationId(http), ct));

    private static Task<Results<Ok<ClaimAnswer>, ProblemHttpResult>> AssignAsync(string id, HttpContext http, IClaims claims, CancellationToken ct) =>
        OneAsync<AssignBody>(id, http, null, b => b.Note, IClaims.LongestNote, (key, body, text) => claims.AssignAsync(http.Tenant(), key, new(body.Person, body.Team), http.User.Person(), text, IdempotentWrites.OperationId(http), ct));

    private static Task<Results<Ok<ClaimAnswer>, ProblemHttpResult>> CommentAsync(string id, HttpContext http, IClaims claims, CancellationToken ct) =>
        OneAsync<CommentBody>(id, http, null, b => b.Text, IClaims.LongestComment, (key, _, text) => claims.CommentAsync(http.Tenant(), key, http.User.Person(), text, IdempotentWrites.OperationId(http), ct));

    private static async Task<Results<Ok<ClaimManyAnswer>, ProblemHttpResult>> ClaimManyAsync(HttpContext http, IClaims claims, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<ClaimManyBody>(http.Request, null);
        return (error ?? Selection(body!.Transactions)) is { } wrong ? ApiProblem.Invalid([wrong])
            : Many(await claims.ClaimManyAsync(http.Tenant(), body!.Transactions!, http.User.Person(), IdempotentWrites.OperationId(http), ct));
    }

    private static async Task<Results<Ok<ClaimManyAnswer>, ProblemHttpResult>> AssignManyAsync(HttpContext http, IClaims claims, CancellationToken ct)
    {
        var (body, error) = await ApiBody.ReadAsync<AssignManyBody>(http.Request, null);
        if ((error ?? Selection(body!.Transactions) ?? OneLine(body.Note, IClaims.LongestNote)) is { } wrong)
            return ApiProblem.Invalid([wrong]);
        return Many(await claims.AssignManyAsync(http.Tenant(), body!.Transactions!, new(body.Person, body.Team), http.User.Person(), (body.Note ?? "").Trim(), IdempotentWrites.OperationId(http), ct));
    }

    private static async Task<Results<Ok<ClaimAnswer>, ProblemHttpResult>> OneAsync<T>(string id, HttpContext http, T? empty, Func<T, string?> textOf, int longest, Func<Guid, T, string, Task<ClaimOutcome>> command)
        where T : class
    {
        var (body, error) = await ApiBody.ReadAsync(http.Request, empty);
        if ((error ?? OneLine(textOf(body!), longest)) is { } wrong)
            return ApiProblem.Invalid([wrong]);
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("transaction");
        return await command(key, body!, (textOf(body!) ?? "").Trim()) switch
        {
            { Accepted: true } done => TypedResults.Ok(ClaimAnswer.Of(done)),
            { Code: "not_found" } => ApiProblem.NotFound("transaction"),
            { Code: "not_allowed" } refused => ApiProblem.Of(403, "claim.not_allowed", "That right is missing", refused.Message),
            { Code: "reason_missing" or "person_unknown" or "team_unknown" } refused => ApiProblem.Invalid([new($"claim.{refused.Code}", refused.Code switch { "person_unknown" => "person", "team_unknown" => "team", _ => "note" }, refused.Message)]),
            var refused => ApiProblem.Of(409, $"claim.{refused.Code}", "Not now", refused.Message),
        };
    }

    private static ApiError? OneLine(string? text, int longest) =>
        text is { } said && (said.Trim().Length > longest || said.Any(char.IsControl)) ? new("claim.text", "", $"Allowed: at most {longest} characters on one line.") : null;

    private static ApiError? Selection(IReadOnlyList<Guid>? ids) =>
        ids is { Count: >= 1 and <= IClaims.MostAtOnce } ? null : new("claim.transactions", "transactions", $"Allowed: 1 to {IClaims.MostAtOnce} ids of transactions.");

    private static Ok<ClaimManyAnswer> Many(IReadOnlyList<BulkClaimItem> items) => TypedResults.Ok(new ClaimManyAnswer(
        items.Count(i => i.Outcome.Accepted), items.Count(i => !i.Outcome.Accepted), [.. items.Select(i => new ClaimManyItem(i.TransactionId, i.Outcome.Accepted, i.Outcome.Code, i.Outcome.Message, i.Outcome.Holder?.Name))]));
}
