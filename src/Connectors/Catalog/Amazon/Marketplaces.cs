using System.Collections.Frozen;

namespace Connectors.Catalog.Amazon;

/// <summary>
/// The currency of each marketplace: a pending order names none. Ids as in Amazon's list "Marketplace IDs" of the Selling
/// Partner API documentation.
/// </summary>
internal static class Marketplaces
{
    private static readonly FrozenDictionary<string, string> Known = new Dictionary<string, string>
    {
        ["ATVPDKIKX0DER"] = "USD", ["A2EUQ1WTGCTBG2"] = "CAD", ["A1AM78C64UM0Y8"] = "MXN", ["A2Q3Y263D00KWC"] = "BRL",
        ["A1PA6795UKMFR9"] = "EUR", ["A13V1IB3VIYZZH"] = "EUR", ["APJ6JRA9NG5V4"] = "EUR", ["A1RKKUPIHCS9HS"] = "EUR",
        ["A1805IZSGTT6HS"] = "EUR", ["AMEN7PMS3EDWL"] = "EUR", ["A28R8C7NBKEWEA"] = "EUR", ["A1F83G8C2ARO7P"] = "GBP",
        ["A2NODRKZP88ZB9"] = "SEK", ["A1C3SOZRARQ6R3"] = "PLN", ["A33AVAJ2PDY3EV"] = "TRY", ["ARBP9OOSHTCHU"] = "EGP",
        ["A17E79C6D8DWNP"] = "SAR", ["A2VIGQ35RCS4UG"] = "AED", ["A21TJRUUN4KGV"] = "INR", ["AE08WJ6YKNBMC"] = "ZAR",
        ["A19VAU5U5O7RUS"] = "SGD", ["A39IBJ37TRP1C6"] = "AUD", ["A1VC38T7YXB528"] = "JPY",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null when the marketplace is not known here.</summary>
    public static string? Currency(string? marketplaceId) => marketplaceId is null ? null : Known.GetValueOrDefault(marketplaceId);

    /// <summary>
    /// Whether shelf prices of a currency's marketplaces hold the tax: everywhere but in the United States and Canada.
    /// Used where the amounts of an order do not show it themselves.
    /// </summary>
    public static bool PricesIncludeTax(string currency) => currency is not ("USD" or "CAD");
}
