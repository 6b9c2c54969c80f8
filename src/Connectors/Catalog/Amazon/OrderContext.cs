using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using Connectors.Protocols.Http;

namespace Connectors.Catalog.Amazon;

/// <summary>What both versions settle alike, because the order alone does not say it.</summary>
internal static class OrderContext
{
    /// <summary>The confirmation of a shipment has to name it.</summary>
    public static string? Marketplace(string? told, Connection connection) =>
        told ?? (AmazonSettings.Marketplaces(connection) is [var only] ? only : null);

    /// <summary>An order without prices names no currency: that of its marketplace then, or the connection's. Refused where neither is known.</summary>
    public static string Currency(Amounts amounts, string? marketplace, Connection connection, JsonFields order, string field)
    {
        if ((amounts.Currency ?? Marketplaces.Currency(marketplace) ?? connection.Setting("currency")) is { } currency && Currencies.IsKnown(currency))
            return currency;
        order.Refuse("order.currency_missing", field, "The order has no amount and its marketplace is not known here. Set currency in the connection.");
        return "";
    }

    /// <summary>Minutes from UTC that stand behind a time; the instant itself was read before.</summary>
    public static int? Offset(string? time) =>
        time is null ? null
        : time[^1] is 'Z' or 'z' ? 0
        : time.Length > 6 && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? (int)read.Offset.TotalMinutes
        : null;

    public static void Put(this Dictionary<string, string> values, string name, string? value)
    {
        if (value is { Length: > 0 })
            values[name] = value;
    }
}
