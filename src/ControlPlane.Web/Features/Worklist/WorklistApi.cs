using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Api.Transactions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Worklist;

/// <summary>The worklist for scripts: the same order, the same filters.</summary>
internal static class WorklistApi
{
    private const string Us = "us";

    /// <summary>For the description of the API; the export has the same.</summary>
    public static readonly IReadOnlyList<(string Name, string Meaning)> Filters =
    [
        ("q", "Any number that anyone holds"), ("channel", "Key of the channel's connection"), ("party", "Whose move it is: us, or a system role such as erp"), ("system", "Key of the connection at which it stands"),
        ("case", "Id of an exception case"), ("code", "Fault code"), ("owner", "Key of a team; nobody = unclaimed; me = in your hands"), ("due", "overdue, 4h, today (UTC)"), ("least", "Total at least, like 250 EUR"),
        ("kind", "order, return, settlement"),
    ];

    public static void MapWorklist(this RouteGroupBuilder api) =>
        api.MapGet("/worklist", ListAsync).WithTags("Worklist").WithName("listWorklist").WithSummary("What needs somebody, most urgent first: money at risk, probability of the penalty, time left").WithParameters(
            [.. Filters, Parameters.Limit, Parameters.Cursor]);

    private static async Task<Results<Ok<Page<WorkListItem>>, ProblemHttpResult>> ListAsync(HttpContext http, IWorklist worklist, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var filter = Filter(query);
        var limit = query.Limit();
        var cursor = query.Cursor<WorkCursor>(text => WorkCursor.TryParse(text, out var at) && at.Further ? at : null);
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var page = await worklist.ListAsync(http.Tenant(), filter.For(http.User.Identity?.Name), cursor, limit, ct);
        var now = clock.GetUtcNow();
        return TypedResults.Ok(Paging.Answer(http, [.. page.Items.Select(i => Item(i, now))], page.Further?.ToString()));
    }

    public static WorkFilter Filter(ApiQuery query)
    {
        var parties = One(query, "party", [Us, .. Enum.GetValues<SystemRole>().Select(r => r.Word())]);
        var due = One(query, "due", [.. Enum.GetValues<WorkDue>().Select(WorklistPresentation.Word)]);
        return new WorkFilter
        {
            Search = query.Text("q"),
            Channel = query.Text("channel", 40),
            Ours = parties == Us,
            Party = SystemRoles.TryParse(parties, out var role) ? role : null,
            System = query.Text("system", 40),
            Case = query.Id("case"),
            Code = query.Text("code", ColumnLengths.Code),
            Owner = query.Text("owner", ColumnLengths.Key),
            Due = due is null ? null : Enum.GetValues<WorkDue>().First(d => WorklistPresentation.Word(d) == due),
            Least = Least(query),
            Kind = One(query, "kind", [.. WorklistAddress.Kinds]),
        };
    }

    private static string? One(ApiQuery query, string name, string[] words)
    {
        var given = query.Choices(name, words, w => w);
        if (given.Count > 1)
            query.Refuse(name, "Allowed: one.");
        return given is [var word] ? word : null;
    }

    private static Money? Least(ApiQuery query)
    {
        if (query.Text("least", 40) is not { } text)
            return null;
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, { Length: 3 } currency] && Money.TryParse(number, currency.ToUpperInvariant(), out var money) && money.MinorUnits >= 0)
            return money;
        query.Refuse("least", "Allowed: an amount with its currency, like 250 EUR.");
        return null;
    }

    private static WorkListItem Item(WorkItem item, DateTimeOffset now) =>
        new(item.Rank ?? 0, item.ActBy, item.Cause, item.CaseId, item.Owner, item.Team, item.Stake is { } stake ? Reason(stake) : null, TransactionWording.Item(item.Item, now));

    private static WorkReason Reason(Stake stake) => new(
        stake.Rule.Id, stake.Rule.Title, stake.Loss is { } loss ? new(loss.ToDecimalText(), loss.Currency) : null, stake.Rule.Probability, stake.Deadline, stake.Rule.Limit, stake.Rule.ValidFrom, stake.Rule.Source);
}
