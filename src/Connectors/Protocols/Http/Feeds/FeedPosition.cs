using System.Globalization;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Http.Feeds;

/// <summary>
/// Where a feed stands: changes after a time, and while a walk over several pages lasts, its token and until when it
/// was complete. Written as <c>after</c> or <c>after|until|token</c>.
/// </summary>
public sealed record FeedPosition(DateTimeOffset After, DateTimeOffset? Until, string? Token)
{
    public static FeedPosition Start(DateTimeOffset after) => new(after, null, null);

    /// <summary>Null when there is none yet, or it is not readable: then the feed begins anew.</summary>
    public static FeedPosition? Read(string? cursor)
    {
        var parts = (cursor ?? "").Split('|', 3);
        if (Parse(parts[0]) is not { } after)
            return null;
        return parts is [_, var until, { Length: > 0 } token] && Parse(until) is { } end ? new(after, end, token) : Start(after);
    }

    /// <param name="token">Null on the last page.</param>
    /// <param name="told">Until when the answer says that it is complete.</param>
    /// <param name="now">When it was asked; counts where the answer says nothing, or a later time.</param>
    /// <param name="overlap">A document shows up in the list a little after its own time of change; the next walk begins this much earlier.</param>
    public FeedPosition Next(string? token, DateTimeOffset? told, DateTimeOffset now, TimeSpan overlap)
    {
        // The first page's time counts: what changed while the pages were read belongs to the next walk.
        var until = Until ?? (told < now ? told.Value : now);
        if (token is not null)
            return this with { Until = until, Token = token };
        var after = until - overlap;
        return Start(after > After ? after : After);
    }

    public override string ToString() => Token is null ? Write(After) : $"{Write(After)}|{Write(Until ?? After)}|{Token}";

    private static string Write(DateTimeOffset instant) => instant.ToUniversalTime().ToString(SourceValue.InstantFormat, CultureInfo.InvariantCulture);

    private static DateTimeOffset? Parse(string text) =>
        DateTimeOffset.TryParseExact(text, SourceValue.InstantFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var read) ? read : null;
}
