using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.Scorecard;

/// <summary>What the page shows, as its address says it. What cannot be read is left out, and <see cref="Problem"/> says so.</summary>
/// <param name="Period"><c>7d</c>, <c>30d</c>, <c>90d</c>; null = each objective over its own window.</param>
public sealed record ScorecardAddress(string? Channel, string? Brand, string? Region, string? Period, DateTimeOffset? From, DateTimeOffset? To, string About)
{
    public static readonly IReadOnlyList<(string Key, string Title)> Periods = [("", "Own windows"), ("7d", "Last 7 days"), ("30d", "Last 30 days"), ("90d", "Last 90 days")];

    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    public static ScorecardAddress Read(Func<string, string?> value)
    {
        var (from, to) = (Instant(value("from")), Instant(value("to")));
        var whole = from < to && to - from <= Longest;
        var about = value("about");
        return new(
            Text(value("channel")), Text(value("brand")), Text(value("region")), PeriodOf(value("period")), whole ? from : null, whole ? to : null,
            Capability.All.Any(c => c.Key == about) ? about! : Capability.Everything);
    }

    /// <summary>What of an address is not understood, and what is shown instead, for people; null = all of it is understood.</summary>
    public static string? Problem(Func<string, string?> value)
    {
        var problems = new List<string>();
        if (Given(value("period")) is { } period && PeriodOf(period) is null)
            problems.Add($"There is no period “{period}”: 7d, 30d and 90d are. Each objective is shown over its own window.");
        if ((Given(value("from")), Given(value("to"))) is not (null, null) && Read(value).From is null)
            problems.Add("From and to are read together, like 2026-11-01T00:00Z, the end after the begin and at most 400 days later. They are left out.");
        if (Given(value("about")) is { } about && about != Capability.Everything && Capability.All.All(c => c.Key != about))
            problems.Add($"There is no capability “{about}”. All are shown.");
        return problems.Count == 0 ? null : string.Join(' ', problems);
    }

    /// <summary>What was typed, short enough to be said again; null where nothing was.</summary>
    internal static string? Given(string? text) => text?.Trim() switch { null or "" => null, { Length: > 40 } much => much[..40] + "…", var some => some };

    public ScorecardAsk Ask(DateTimeOffset now, TimeZoneInfo zone) => new(new ObjectiveScope(Channel, Brand, Region), Stretch(now), About, zone);

    public string Href(ScorecardAddress? other = null) => PageUrls.ScorecardPage((other ?? this).Query());

    public IEnumerable<(string, string?)> Query() =>
        [("channel", Channel), ("brand", Brand), ("region", Region), ("period", From is null ? Period : null), ("from", Text(From)), ("to", Text(To)), ("about", About == Capability.Everything ? null : About)];

    /// <summary>A list of exactly the orders behind a figure: its stretch is fixed in the address.</summary>
    public string List(string list, ObjectivePeriod period, params (string Name, string? Value)[] more)
    {
        List<(string Name, string? Value)> query = [("list", list), ("channel", Channel), ("brand", Brand), ("region", Region), ("from", Text(period.From)), ("to", Text(period.To))];
        query.RemoveAll(q => more.Any(m => m.Name == q.Name));
        return PageUrls.ScorecardOrders([.. query, .. more]);
    }

    /// <summary>The orders of a band. Ways are not told apart by brand and region, so neither is their list.</summary>
    public string Way(OrderWay way, ObjectivePeriod period) => List("way", period,
        ("brand", null), ("region", null), ("channel", way.Channel ?? Channel), ("erp", ScorecardListWords.Stop(way.Erp)), ("warehouse", ScorecardListWords.Stop(way.Warehouse)),
        ("shipped", way.Shipped switch { true => "yes", false => "no", _ => null }), ("end", way.End is { } end ? OrderWay.Ends.First(e => e.End == end).Word : null));

    public static string? Text(DateTimeOffset? at) => at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture);

    private static string? PeriodOf(string? text) => Periods.Where(p => p.Key.Length > 0 && p.Key.Equals(text, StringComparison.OrdinalIgnoreCase)).Select(p => p.Key).FirstOrDefault();

    private static string? Text(string? text) => string.IsNullOrWhiteSpace(text) || text.Length > 128 ? null : text;

    private static DateTimeOffset? Instant(string? text) =>
        DateTimeOffset.TryParseExact(text, ["yyyy-MM-dd'T'HH:mm'Z'", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private ObjectivePeriod? Stretch(DateTimeOffset now)
    {
        if (From is { } from && To is { } to)
            return new(from, to);
        if (Period is null)
            return null;
        var end = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero).AddHours(1);
        return new(end.AddDays(-int.Parse(Period[..^1], CultureInfo.InvariantCulture)), end);
    }
}

/// <summary>Lists behind figures, by the word in their address.</summary>
public static class ScorecardListWords
{
    public static readonly IReadOnlyList<(ScorecardListKind Kind, string Word)> All =
    [
        (ScorecardListKind.Misses, "misses"), (ScorecardListKind.PastDeadline, "past-deadline"), (ScorecardListKind.Penalties, "penalties"), (ScorecardListKind.Triage, "triage"),
        (ScorecardListKind.MarketplaceBad, "marketplace"), (ScorecardListKind.ToSave, "to-save"),
        (ScorecardListKind.Way, "way"), (ScorecardListKind.Undated, "no-deadline"),
    ];

    /// <summary>How an address says that a stop was not passed; no connection has this key.</summary>
    public const string None = "-";

    public static string Word(ScorecardListKind kind) => All.First(w => w.Kind == kind).Word;

    public static ScorecardListAsk Read(Func<string, string?> value, DateTimeOffset now, TimeZoneInfo zone)
    {
        var word = value("list");
        if (value("zone") is { Length: > 0 } name && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var named))
            zone = named;
        return new(
            All.FirstOrDefault(w => w.Word == word) is { Word: not null } found ? found.Kind : ScorecardListKind.Misses, ScorecardAddress.Read(value).Ask(now, zone), Empty(value("party")) is { } party && IsParty(party) ? party : null,
            int.TryParse(value("hour"), NumberStyles.None, CultureInfo.InvariantCulture, out var hour) && hour < 24 ? hour : null, Empty(value("objective")), Empty(value("rule")),
            new(null, Passed(value("erp")), Passed(value("warehouse")), value("shipped")?.ToLowerInvariant() switch { "yes" => true, "no" => false, _ => null }, OrderWay.Ends.Where(e => e.Word.Equals(value("end"), StringComparison.OrdinalIgnoreCase)).Select(e => (OrderEnd?)e.End).FirstOrDefault()));
    }

    /// <summary>What of the address of a list is not understood, and what is shown instead; null = all of it is understood.</summary>
    public static string? Problem(Func<string, string?> value)
    {
        var problems = new List<string>();
        if (ScorecardAddress.Given(value("list")) is { } list && All.All(w => w.Word != list))
            problems.Add($"There is no list “{list}”: {Words(All.Select(w => w.Word))} are. The misses are shown.");
        if (ScorecardAddress.Problem(value) is { } address)
            problems.Add(address);
        if (ScorecardAddress.Given(value("zone")) is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            problems.Add($"There is no time zone “{zone}”. Yours is used.");
        if (ScorecardAddress.Given(value("party")) is { } party && !IsParty(party))
            problems.Add($"There is no party “{party}”: {Words(Parties)} are. All are shown.");
        if (ScorecardAddress.Given(value("hour")) is { } hour && !(int.TryParse(hour, NumberStyles.None, CultureInfo.InvariantCulture, out var of) && of < 24))
            problems.Add($"“{hour}” is no hour of the day: 0 to 23 are. All are shown.");
        if (ScorecardAddress.Given(value("shipped")) is { } shipped && shipped.ToLowerInvariant() is not ("yes" or "no"))
            problems.Add($"Shipped is yes or no, and not “{shipped}”. Both are shown.");
        if (ScorecardAddress.Given(value("end")) is { } end && !OrderWay.Ends.Any(e => e.Word.Equals(end, StringComparison.OrdinalIgnoreCase)))
            problems.Add($"Orders do not end as “{end}”: {Words(OrderWay.Ends.Select(e => e.Word))} are known. All are shown.");
        return problems.Count == 0 ? null : string.Join(' ', problems);
    }

    /// <summary>A group of systems, or a role of one.</summary>
    public static bool IsParty(string word) => Parties.Contains(word) || (SystemRoles.TryParse(word, out var role) && role.Word() == word);

    /// <summary>Groups, as addresses name them.</summary>
    public static IReadOnlyList<string> Parties { get; } = [.. PartyGroup.All.Select(g => g.Key), PartyGroup.Unknown];

    /// <returns>Null = any.</returns>
    public static string? Stop(string? key) => key?.Length == 0 ? None : key;

    private static string Words(IEnumerable<string> words) => string.Join(", ", words);

    private static string? Passed(string? word) => word == None ? "" : Empty(word);

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
