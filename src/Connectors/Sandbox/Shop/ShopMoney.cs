using System.Globalization;
using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Shop;

/// <summary>Amounts as Shopify writes them: decimal text with a point, beside the currency.</summary>
internal static class ShopMoney
{
    public const string Currency = "EUR";

    public static string Text(long minor) => (minor / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>REST: <c>{"shop_money":{"amount":…,"currency_code":…},"presentment_money":…}</c>.</summary>
    public static JsonObject Set(long minor) => new() { ["shop_money"] = Rest(minor), ["presentment_money"] = Rest(minor) };

    private static JsonObject Rest(long minor) => new() { ["amount"] = Text(minor), ["currency_code"] = Currency };
}

/// <summary>Times as Shopify writes them: the REST API in the shop's zone with an offset, GraphQL in UTC; both to the second.</summary>
internal static class ShopTime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.TryFindSystemTimeZoneById("Europe/Berlin", out var zone) ? zone : TimeZoneInfo.Utc;

    public static string Rest(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Zone).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);

    public static string GraphQl(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The <c>X-Shopify-Triggered-At</c> header carries fractions.</summary>
    public static string Header(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'00Z'", CultureInfo.InvariantCulture);
}
