using System.Globalization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Features.Scorecard;

/// <summary>What the page shows, as its address says it. What cannot be read is left out.</summary>
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
            Text(value("channel")), Text(value("brand")), Text(value("region")), Periods.Any(p => p.Key.Length > 0 && p.Key == value("period")) ? value("period") : null, whole ? from : null, whole ? to : null,
            Capability.All.Any(c => c.Key == about) ? about! : Capability.Everything);
    }

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
        (ScorecardListKind.Way, "way"),
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
            All.FirstOrDefault(w => w.Word == word) is { Word: not null } found ? found.Kind : ScorecardListKind.Misses, ScorecardAddress.Read(value).Ask(now, zone), Empty(value("party")),
            int.TryParse(value("hour"), NumberStyles.None, CultureInfo.InvariantCulture, out var hour) && hour < 24 ? hour : null, Empty(value("objective")), Empty(value("rule")),
            new(null, Passed(value("erp")), Passed(value("warehouse")), value("shipped") switch { "yes" => true, "no" => false, _ => null }, OrderWay.Ends.Where(e => e.Word == value("end")).Select(e => (OrderEnd?)e.End).FirstOrDefault()));
    }

    /// <returns>Null = any.</returns>
    public static string? Stop(string? key) => key?.Length == 0 ? None : key;

    private static string? Passed(string? word) => word == None ? "" : Empty(word);

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
