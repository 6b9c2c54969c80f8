using System.Globalization;
using System.Text.Json;

namespace Connectors.Catalog.Shopify;

/// <summary>Where the orders feed stands. Within a run it pages by Shopify's cursor; the next run begins before the newest change that was seen.</summary>
/// <param name="Since">Changes at or after it, in UTC.</param>
/// <param name="Page">Shopify's cursor; null at the first page.</param>
/// <param name="Newest">The latest change seen in this run.</param>
/// <param name="Size">Orders a page: fewer where Shopify found a page too costly.</param>
internal sealed record FeedCursor(DateTimeOffset Since, string? Page, DateTimeOffset? Newest, int Size)
{
    public const int MostOrders = 50;

    /// <summary>Shopify's index lags behind its orders, and its clock behind ours.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The first run reaches back this far and no further: older orders were somebody else's, and handling them twice is
    /// worse than asking for them by hand.
    /// </summary>
    public static readonly TimeSpan FirstReach = TimeSpan.FromHours(1);

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static FeedCursor Read(string? text, DateTimeOffset now)
    {
        var first = new FeedCursor(now - FirstReach, null, null, MostOrders);
        if (string.IsNullOrEmpty(text))
            return first;
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            return Instant(root, "since") is { } since
                ? new(since, ShopifyApi.Text(root, "page"), Instant(root, "newest"), Math.Clamp(ShopifyApi.Integer(root, "size") is > 0 and var size ? size : MostOrders, 1, MostOrders))
                : first;
        }
        catch (JsonException)
        {
            return first;
        }
    }

    public FeedCursor After(string page, DateTimeOffset? newest) => this with { Page = page, Newest = newest };

    public FeedCursor NextRun(DateTimeOffset? newest) => this with { Since = newest is { } at && at - Overlap > Since ? at - Overlap : Since, Page = null, Newest = null };

    public string Query => string.Create(CultureInfo.InvariantCulture, $"updated_at:>='{Since.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture)}'");

    public override string ToString()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("since", Since.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
            if (Page is not null)
                writer.WriteString("page", Page);
            if (Newest is { } newest)
                writer.WriteString("newest", newest.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture));
            writer.WriteNumber("size", Size);
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static DateTimeOffset? Instant(JsonElement root, string name) =>
        DateTimeOffset.TryParseExact(ShopifyApi.Text(root, name), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant) ? instant : null;
}
