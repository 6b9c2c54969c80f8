using System.Globalization;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Operations;

/// <summary>
/// Which time is looked at, in whole minutes, or in whole hours where it is long or old: the borders that are shown and linked to are those
/// that were counted. A pure reading of what an address says.
/// </summary>
/// <param name="Word">One of <see cref="Words"/>; null for from and to.</param>
/// <param name="From">Included.</param>
/// <param name="To">Not included; up to a step after now, as long as the last one goes on.</param>
/// <param name="Step">Of the series.</param>
/// <param name="Hourly">True when it is counted by the hour.</param>
public sealed record OperationRange(string? Word, DateTimeOffset From, DateTimeOffset To, TimeSpan Step, bool Hourly)
{
    public const string Default = "6h";

    /// <summary>Longer than that, points could not be told apart and months of minutes would be read.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    /// <summary>Minutes are kept as long; what is older is known by the hour.</summary>
    public static readonly TimeSpan MinutesKept = TimeSpan.FromDays(8);

    private static readonly Dictionary<string, TimeSpan> Spans = new(StringComparer.OrdinalIgnoreCase)
    {
        ["1h"] = TimeSpan.FromHours(1), ["6h"] = TimeSpan.FromHours(6), ["24h"] = TimeSpan.FromHours(24), ["7d"] = TimeSpan.FromDays(7), ["30d"] = TimeSpan.FromDays(30),
    };

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12), TimeSpan.FromDays(1), TimeSpan.FromDays(7),
    ];

    public static IReadOnlyList<string> Words { get; } = [.. Spans.Keys];

    /// <summary>What is allowed, for whoever wrote something else.</summary>
    public static string Allowed => $"Allowed: range = {string.Join(", ", Words)}; or from and to, instants with their offset like 2026-11-23T10:00:00Z, from before to, at most 400 days.";

    /// <summary>How many points the series has.</summary>
    public int Points => (int)Math.Ceiling((To - From) / Step);

    /// <returns>Null with the field that is wrong and what is allowed there.</returns>
    public static OperationRange? Read(string? range, string? from, string? to, DateTimeOffset now, out string field, out string problem)
    {
        (field, problem) = ("", "");
        if (string.IsNullOrWhiteSpace(from) && string.IsNullOrWhiteSpace(to))
        {
            if (string.IsNullOrWhiteSpace(range))
                range = Default;
            if (Spans.ContainsKey(range))
                return Of(range, now);
            (field, problem) = ("range", $"There is no range of this name. {Allowed}");
            return null;
        }

        if (!string.IsNullOrWhiteSpace(range))
            (field, problem) = ("range", $"Either a range or from and to. {Allowed}");
        else if (Instant(from) is not { } begin)
            (field, problem) = ("from", $"This is no instant with an offset. {Allowed}");
        else if (Instant(to) is not { } end)
            (field, problem) = ("to", $"This is no instant with an offset. {Allowed}");
        else if (end <= begin || end - begin > Longest || begin > now)
            (field, problem) = (begin > now ? "from" : "to", $"{(begin > now ? "This has not begun yet." : end <= begin ? "It ends before it begins." : "This is too long.")} {Allowed}");
        else
            return Aligned(null, begin, end, now);
        return null;
    }

    /// <param name="word">One of <see cref="Words"/>.</param>
    public static OperationRange Of(string word, DateTimeOffset now) => Aligned(word, now - Spans[word], now, now);

    private static OperationRange Aligned(string? word, DateTimeOffset from, DateTimeOffset to, DateTimeOffset now)
    {
        var step = Array.Find(Steps, s => (to - from) / s <= 180);
        if (step == default)
            step = Steps[^1];
        var hourly = step >= TimeSpan.FromHours(1) || from < now - MinutesKept;
        var unit = hourly ? TimeSpan.FromHours(1) : TimeSpan.FromMinutes(1);
        if (step < unit)
            step = unit;
        // A rolling range begins at a border of its steps, so that points stay where they are while time goes on.
        var border = word is null ? unit : step;
        return new(word?.ToLowerInvariant(), Floor(from, border), Ceiling(to, unit), step, hourly);
    }

    private static DateTimeOffset? Instant(string? text) =>
        // "+" arrives as a space from clients that do not escape it. Without an offset nobody knows which hour is meant.
        text is not null && (text.EndsWith('Z') || text.Length > 6 && text[^3] == ':' && text[^6] is '+' or '-' or ' ')
        && DateTimeOffset.TryParseExact(text.Trim().Replace(' ', '+'), ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var at)
        && at.Year is >= 2000 and < 2200 ? at : null;

    private static DateTimeOffset Floor(DateTimeOffset at, TimeSpan step) => Domain.Shared.Instant.FromMicroseconds(OperationTally.FloorTo(at.ToMicroseconds(), (long)step.TotalMicroseconds));

    private static DateTimeOffset Ceiling(DateTimeOffset at, TimeSpan step) => Floor(at + step - TimeSpan.FromMicroseconds(1), step);
}
