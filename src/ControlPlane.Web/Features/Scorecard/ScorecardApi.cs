using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Web.Features.Api;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ControlPlane.Web.Features.Scorecard;

/// <summary>The scorecard and its lists for scripts: the same figures, the same orders.</summary>
internal static class ScorecardApi
{
    private static readonly (string, string)[] Looked =
    [
        ("channel", "Key of the channel's connection"), ("brand", "Brand"), ("region", "Region"), ("period", "7d, 30d or 90d; without it each objective is over its own window"),
        ("from", "Begin of the period, 2026-11-01T00:00Z"), ("to", "Its end, exclusive; at most 400 days later"), ("about", "Capability that causes and hours are of: " + string.Join(", ", Capability.All.Select(c => c.Key))),
        ("zone", "IANA name of the zone in which hours of the day are counted; default UTC"),
    ];

    public static void MapScorecard(this RouteGroupBuilder api)
    {
        api.MapGet("/scorecard", ReadAsync).WithTags("Scorecard").WithName("getScorecard").WithSummary("Objectives, budgets, money at risk, marketplaces and causes").WithParameters(Looked);
        api.MapGet("/scorecard/orders", OrdersAsync).WithTags("Scorecard").WithName("listScorecardOrders").WithSummary("The very orders behind a figure of the scorecard").WithParameters(
        [
            ("list", "Required: " + string.Join(", ", ScorecardListWords.All.Select(w => w.Word))), .. Looked, ("party", "Only misses of this party"), ("hour", "Only this hour of the day, 0 to 23"), ("objective", "Only misses of this objective"),
            ("rule", "Id of a marketplace's rule, with channel"),
            ("erp", "With way: key of the ERP that took it, - for none"), ("warehouse", "With way: key of the warehouse that was told, - for none"), ("shipped", "With way: yes or no"), ("end", "With way: " + string.Join(", ", OrderWay.Ends.Select(e => e.Word))), Parameters.Limit, Parameters.Cursor,
        ]);
    }

    private static async Task<Results<Ok<ScorecardAnswer>, ProblemHttpResult>> ReadAsync(HttpContext http, IScorecard scorecard, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        var (address, zone) = Look(query);
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        return TypedResults.Ok(ScorecardAnswer.Of(await scorecard.ReadAsync(http.Tenant(), address.Ask(clock.GetUtcNow(), zone), ct)));
    }

    private static async Task<IResult> OrdersAsync(HttpContext http, IScorecard scorecard, IConnectionRegistry connections, TimeProvider clock, CancellationToken ct)
    {
        var query = new ApiQuery(http.Request.Query);
        Look(query);
        if (query.Text("list", 40) is not { } word || ScorecardListWords.All.All(w => w.Word != word))
            query.Refuse("list", $"Allowed: {string.Join(", ", ScorecardListWords.All.Select(w => w.Word))}.");
        else if (word is "marketplace" or "to-save" && await scorecard.RulesAsync(http.Tenant(), ct) is var rules && (query.Text("channel", 64) is null || rules.All(r => r.Id != query.Text("rule", 64))))
            query.Refuse("rule", $"With this list, name the channel and one of the rules: {string.Join(", ", rules.Select(r => r.Id))}.");
        query.Number("hour", 0, 0, 23);
        if (query.Text("channel", 64) is { } channel && connections.Find(channel) is null)
            query.Refuse("channel", "Allowed: the key of a connection; there is none of this name.");
        if (query.Text("party", 40) is { } party && !ScorecardListWords.IsParty(party))
            query.Refuse("party", $"Allowed: {string.Join(", ", ScorecardListWords.Parties)}, or the role of a system.");
        query.Text("objective", 64);
        query.Text("erp", 64);
        query.Text("warehouse", 64);
        query.Choices("shipped", ["yes", "no"], w => w);
        query.Choices("end", [.. OrderWay.Ends.Select(e => e.Word)], w => w);
        var limit = query.Limit();
        var cursor = query.Text("cursor", 2_000);
        if (cursor is not null && ScorecardListWords.All.FirstOrDefault(w => w.Word == query.Text("list", 40)) is { Word: not null } named && !ScorecardCursor.Fits(named.Kind, cursor))
            query.Refuse("cursor", "Allowed: the next of an earlier answer of this list. Leave it out to begin at the start.");
        if (query.Errors() is { Count: > 0 } errors)
            return ApiProblem.Invalid(errors);
        var ask = ScorecardListWords.Read(Value(query), clock.GetUtcNow(), TimeZoneInfo.Utc);
        var page = await scorecard.OrdersAsync(http.Tenant(), ask, cursor, limit, ct);
        return TypedResults.Ok(Paging.Answer(http, [.. page.Items.Select(o => new ScorecardOrderItem(
            o.Id, o.Number, o.Channel, o.At, o.Due, o.Took is { } took ? (long)took.TotalSeconds : null, o.Party, o.Money is { } m ? new(m.ToDecimalText(), m.Currency) : null, o.Indicator))], page.Next));
    }

    private static (ScorecardAddress Address, TimeZoneInfo Zone) Look(ApiQuery query)
    {
        var zone = TimeZoneInfo.Utc;
        if (query.Text("zone", 64) is { } name && !TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone!))
            query.Refuse("zone", "Allowed: the IANA name of a zone, such as Europe/Berlin.");
        query.Choices("period", ["7d", "30d", "90d"], w => w);
        query.Choices("about", [.. Capability.All.Select(c => c.Key), Capability.Everything], w => w);
        var address = ScorecardAddress.Read(Value(query));
        if ((query.Text("from", 40), query.Text("to", 40)) is not (null, null) && address.From is null)
            query.Refuse("from", "Allowed: from and to together, like 2026-11-01T00:00Z, at most 400 days apart.");
        return (address, zone ?? TimeZoneInfo.Utc);
    }

    private static Func<string, string?> Value(ApiQuery query) => name => query.Text(name, 200);
}

public sealed record MoneyAmount(string Amount, string Currency)
{
    public static IReadOnlyList<MoneyAmount> Of(IEnumerable<Money> sum) => [.. sum.Select(m => new MoneyAmount(m.ToDecimalText(), m.Currency))];
}

/// <param name="TookSeconds">Null where it never came.</param>
public sealed record ScorecardOrderItem(Guid Id, string Number, string Channel, DateTimeOffset At, DateTimeOffset? Due, long? TookSeconds, string Party, MoneyAmount? Money, string? Indicator);

/// <param name="Ratio">Without what was excluded; null without data.</param>
/// <param name="BudgetLeft">1 = all of it, below 0 = overspent; null without data.</param>
public sealed record ScorecardObjective(string Name, string Title, string Standing, decimal? Ratio, decimal? RatioWithEverything, decimal Target, decimal? BudgetLeft, long Missed, long Of, DateTimeOffset From, DateTimeOffset To, DateTimeOffset? EmptyOn);

public sealed record ScorecardCapability(string Key, string Standing, IReadOnlyList<ScorecardObjective> Objectives);

/// <param name="Standing">Of the part by itself; no-data where it is held over something else than is looked at.</param>
public sealed record ScorecardPart(string Objective, decimal Weight, string Standing);

/// <param name="Ratio">Weighted mean of the parts that have data; null without any.</param>
/// <param name="BudgetLeft">Weighted mean: 1 = all of it, below 0 = overspent; null without data.</param>
public sealed record ScorecardComposite(string Name, string Title, string Standing, decimal? Ratio, decimal? BudgetLeft, IReadOnlyList<ScorecardPart> Parts);

public sealed record ScorecardParty(string Party, string Standing, long Missed, bool Connected);

/// <param name="Percent">With one decimal; all causes together are exactly 100.</param>
public sealed record ScorecardCause(string Party, long Missed, decimal Percent);

public sealed record ScorecardRisk(string Part, long Orders, IReadOnlyList<MoneyAmount> Money, string Formula);

public sealed record ScorecardMarketplace(string Rule, string Channel, long Bad, long Of, decimal? Rate, decimal Limit, bool Breached, DateOnly? BreachOn, long OrdersToSave, string Words, string Source, DateOnly ValidFrom);

public sealed record ScorecardAnswer(
    DateTimeOffset ReadAt, DateTimeOffset? CountedUpTo, DateTimeOffset? Watermark, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<ScorecardCapability> Capabilities, IReadOnlyList<ScorecardParty> Parties,
    IReadOnlyList<ScorecardCause> Causes, IReadOnlyList<ScorecardRisk> Risk, IReadOnlyList<MoneyAmount> RiskTotal, IReadOnlyList<ScorecardMarketplace> Marketplaces, IReadOnlyList<ScorecardComposite> Composites)
{
    public static ScorecardAnswer Of(ScorecardView v) => new(
        v.ReadAt, v.CountedUpTo, v.Watermark, v.Period.From, v.Period.To,
        [.. v.Capabilities.Select(c => new ScorecardCapability(c.Capability?.Key ?? "other", Word(c.Standing), [.. c.Objectives.Select(o => new ScorecardObjective(
            o.Published.Objective.Name, o.Published.Objective.Title, Word(o.Standing), o.Both.Adjusted.Ratio, o.Both.Whole.Ratio, o.Published.Objective.Target, o.Both.Adjusted.Left, o.Missed, o.Both.Whole.Events, o.Period.From, o.Period.To, o.EmptyOn))]))],
        [.. v.Parties.Select(p => new ScorecardParty(p.Party, Word(p.Standing), p.Missed, p.Connected))], [.. v.Causes.Select(c => new ScorecardCause(c.Party, c.Missed, c.PerMille / 10m))],
        [.. v.Prices.Select(p => new ScorecardRisk(ScorecardListWord(p.Part), v.Money.Orders(p.Part), MoneyAmount.Of(v.Money.Of(p.Part)), p.Formula))], MoneyAmount.Of(v.Money.Total),
        [.. v.Marketplaces.Select(m => new ScorecardMarketplace(m.Rule.Id, m.Connection, m.Forecast.Bad, m.Forecast.Total, m.Forecast.Rate, m.Rule.Limit, m.Forecast.Breached, m.Forecast.BreachOn, m.ToSave, m.Rule.Words, m.Rule.Source, m.Rule.ValidFrom))],
        [.. v.Composites.Select(c => new ScorecardComposite(
            c.Composite.Name, c.Composite.Title, Word(c.Standing), c.Composed.Ratio, c.Composed.Left, [.. c.Parts.Select(p => new ScorecardPart(p.Part.Objective, p.Part.Weight, Word(p.Line?.Standing ?? ScorecardStanding.NoData)))]))]);

    private static string ScorecardListWord(RiskPart part) => part == RiskPart.Reships ? "reships" : ScorecardListWords.Word(ScorecardPresentation.List(part)!.Value);

    private static string Word(ScorecardStanding standing) => standing switch { ScorecardStanding.Inside => "inside", ScorecardStanding.RunningLow => "running-low", ScorecardStanding.Missed => "missed", _ => "no-data" };
}
