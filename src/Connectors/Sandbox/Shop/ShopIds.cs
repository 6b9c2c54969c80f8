using System.Globalization;
using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Shop;

/// <summary>Ids as Shopify makes them: numbers in the REST documents, <c>gid://shopify/Kind/number</c> in GraphQL.</summary>
internal static class ShopIds
{
    private const string Prefix = "gid://shopify/";

    public static string Gid(string kind, long id) => $"{Prefix}{kind}/{id.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Reads a gid of the wanted kind; a bare number is refused, as Shopify does.</summary>
    public static bool TryRead(string? gid, string kind, out long id)
    {
        id = 0;
        var head = $"{Prefix}{kind}/";
        return gid is not null
            && gid.StartsWith(head, StringComparison.Ordinal)
            && long.TryParse(gid.AsSpan(head.Length), NumberStyles.None, CultureInfo.InvariantCulture, out id);
    }

    public static long Product(Product product) => 8_100_000_000_000 + product.Number;

    public static long Variant(Product product) => 45_200_000_000_000 + product.Number;

    public static long Customer(Person person) => 7_300_000_000_000 + person.Number;
}
