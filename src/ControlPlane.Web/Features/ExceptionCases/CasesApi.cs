using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Engine;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <summary>Exception cases for scripts: the same list, the same decisions.</summary>
internal static class CasesApi
{
    public static void MapCases(this RouteGroupBuilder api)
    {
        var cases = api.MapGroup("/cases").WithTags("Exception cases");
        cases.MapGet("", ListAsync).WithName("listCases").WithSummary("Exception cases: one row a cause, however many orders are stuck for it").WithParameters([.. Filters, Parameters.Cursor]);
        cases.MapGet("/{id}", FindAsync).WithName("getCase").WithSummary("One case: cause, steps, trend, orders, what they have in common, what people did").WithParameters(("after", "next of its orders"));
        cases.MapPost("/{id}/mute", MuteAsync).WithName("muteCase").WithSummary("Nobody has to hear of it until a time; without one it is heard again").Write(typeof(CaseMute));
        cases.MapPost("/{id}/settle", SettleAsync).WithName("settleCase").WithSummary("The cause is mended: what fails from now on has come back").Write(typeof(CaseSettlement));
        cases.MapPost("/{id}/merge", MergeAsync).WithName("mergeCase").WithSummary("From now on one case shows both").Write(typeof(CaseMerge));
        cases.MapPost("/{id}/unmerge", (string id, HttpContext http, ICaseCommands commands, CancellationToken ct) => RunAsync(id, http, (key, by) => commands.UnmergeAsync(http.Tenant(), key, by, ct)))
            .WithName("unmergeCase").WithSummary("The case stands for itself again").Write(null);
        cases.MapPost("/{id}/split", SplitAsync).WithName("splitCase").WithSummary("What fits becomes a case of its own, now and in future").Write(typeof(CaseSplitting));
        cases.MapPost("/{id}/unsplit", (string id, HttpContext http, ICaseCommands commands, CancellationToken ct) => RunAsync(id, http, (key, by) => commands.UnsplitAsync(http.Tenant(), key, by, ct)))
            .WithName("unsplitCase").WithSummary("Takes back the split that made this case").Write(null);
    }

    public static readonly IReadOnlyList<(string Name, string Meaning)> Filters =
    [
        ("q", "In the cause's words, the message, the code or the operation"), ("state", "new, ongoing, escalating, regressed, settled, muted; several parted by commas; left out: those that need somebody"),
        ("system", "Key of the connection at which it stands; us = here"), ("sort", "money (default), stuck, age, recent"),
    ];

    public static CaseFilter Filter(ApiQuery query)
    {
        var phases = query.Choices("state", [.. Enum.GetValues<CasePhase>().Select(p => p.Word())], w => Enum.GetValues<CasePhase>().First(p => p.Word() == w));
        var sorts = query.Choices("sort", [.. CasesPresentation.Sorts.Select(s => s.Word)], w => CasesPresentation.Sorts.First(s => s.Word == w).Sort);
        var (text, system) = (query.Text("q"), query.Text("system", 40));
        return new(phases, system == "us" ? "" : system, text, sorts.FirstOrDefault(CaseSort.Money));
    }

    private static RouteHandlerBuilder Write(this RouteHandlerBuilder endpoint, Type? body)
    {
        endpoint.WithParameters().RequireAuthorization(policy => policy.RequireRole(PortalRoles.Business, PortalRoles.Operator, PortalRoles.Admin)).ProducesProblem(409).ProducesProblem(422).WithMetadata(new IdempotentWrite(Required: false));
        return body is null ? endpoint : endpoint.WithMetadata(new JsonBody(body, Required: true));
    }

    private static async Task<Results<Ok<Page<CaseListItem>>, ProblemHttpResult>> ListAsync(HttpContext http, ICases cases, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var filter = Filter(query);
        var cursor = query.KeyCursor();
        var page = cursor is null ? 1 : int.TryParse(cursor, out var number) && number is > 1 and <= 1000 ? number : 0;
        if (page == 0)
            query.Refuse("cursor", "Allowed: the next of an earlier answer of this list. Leave it out to begin at the start.");
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var list = await cases.ListAsync(http.Tenant(), filter, page, ct);
        return TypedResults.Ok(Paging.Answer(http, [.. list.Items.Select(CaseListItem.Of)], list.Total > page * ICases.PageSize ? Paging.OfKey((page + 1).ToString(System.Globalization.CultureInfo.InvariantCulture)) : null));
    }

    private static async Task<Results<Ok<CaseAnswer>, ProblemHttpResult>> FindAsync(string id, HttpContext http, ICases cases, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var after = query.Id("after");
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return Guid.TryParse(id, out var key) && await cases.FindAsync(http.Tenant(), key, after, ct) is { } detail ? TypedResults.Ok(CaseAnswer.Of(detail)) : ApiProblem.NotFound("case");
    }

    private static Task<Results<Ok<CommandEnd>, ProblemHttpResult>> MuteAsync(string id, HttpContext http, ICaseCommands commands, CancellationToken ct) =>
        WithBodyAsync<CaseMute>(id, http, b => b.Reason, required: false, (key, by, body, reason) => commands.MuteAsync(http.Tenant(), key, body.Until, by, reason, ct));

    private static Task<Results<Ok<CommandEnd>, ProblemHttpResult>> SettleAsync(string id, HttpContext http, ICaseCommands commands, CancellationToken ct) =>
        WithBodyAsync<CaseSettlement>(id, http, b => b.With, required: true, (key, by, _, with) => commands.SettleAsync(http.Tenant(), key, with, by, ct));

    private static Task<Results<Ok<CommandEnd>, ProblemHttpResult>> MergeAsync(string id, HttpContext http, ICaseCommands commands, CancellationToken ct) =>
        WithBodyAsync<CaseMerge>(id, http, b => b.Reason, required: true, (key, by, body, reason) => commands.MergeAsync(http.Tenant(), key, body.Into ?? Guid.Empty, by, reason, ct));

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> SplitAsync(string id, HttpContext http, ICaseCommands commands, CancellationToken ct) =>
        await WithBodyAsync<CaseSplitting>(id, http, b => b.Reason, required: true, (key, by, body, reason) => SplitBys.Parse(body.By) is not { } dimension
            ? Task.FromResult(new CommandOutcome(false, "by", $"Allowed: {SplitBys.Allowed}."))
            : commands.SplitAsync(http.Tenant(), new(key, dimension, (body.Value ?? "").Trim()), by, reason, ct));

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> WithBodyAsync<T>(
        string id, HttpContext http, Func<T, string?> reasonOf, bool required, Func<Guid, string, T, string, Task<CommandOutcome>> command)
        where T : class
    {
        var (body, error) = await ApiBody.ReadAsync<T>(http.Request, null);
        if (error is not null)
            return ApiProblem.Invalid([error]);
        var reason = (reasonOf(body!) ?? "").Trim();
        if (reason.Length > ICaseCommands.LongestReason || reason.Any(char.IsControl) || (required && reason.Length == 0))
            return ApiProblem.Invalid([new("case.reason", "reason", $"Allowed: 1 to {ICaseCommands.LongestReason} characters on one line.")]);
        return await RunAsync(id, http, (key, by) => command(key, by, body!, reason));
    }

    private static async Task<Results<Ok<CommandEnd>, ProblemHttpResult>> RunAsync(string id, HttpContext http, Func<Guid, string, Task<CommandOutcome>> command)
    {
        if (new ApiQuery(http.Request.Query).Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        if (!Guid.TryParse(id, out var key))
            return ApiProblem.NotFound("case");
        return await command(key, http.CallerName()) switch
        {
            { Accepted: true } outcome => TypedResults.Ok(new CommandEnd(outcome.Code, outcome.Message)),
            { Code: "not_found" } => ApiProblem.NotFound("case"),
            { Code: "circle" } outcome => ApiProblem.Of(409, "case.circle", "That does not fit", outcome.Message),
            var outcome => ApiProblem.Invalid([new($"case.{outcome.Code}", outcome.Code == "reason_missing" ? "reason" : outcome.Code, outcome.Message)]),
        };
    }
}
