using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Connectors.Sandbox.Shop.GraphQl;

namespace Connectors.Sandbox.Shop;

/// <summary>The <c>orders</c> query: Shopify's search syntax as far as pollers use it, sorting, and paging by key.</summary>
internal static partial class ShopOrderSearch
{
    public static GraphQlPage Page(ShopSession session, JsonObject args)
    {
        var sort = SortValue(args.Text("sortKey") ?? "PROCESSED_AT");
        var fits = Filter(args.Text("query") ?? "", session.SearchWarnings);
        var backwards = args.Flag("reverse");
        var found = session.Shop.Orders.Where(fits);
        var sorted = backwards ? found.OrderByDescending(sort).ThenByDescending(o => o.Id) : found.OrderBy(sort).ThenBy(o => o.Id);
        IEnumerable<ShopOrder> rest = sorted;
        if (args.Text("after") is { } cursor)
        {
            if (!GraphQlCursor.Read(cursor, out var id, out var value))
                throw GraphQlCursor.Invalid();
            // By key, not by place: orders that move within the list while it is read are neither lost nor seen twice.
            rest = sorted.Where(o => (sort(o), o.Id).CompareTo((value, id)) is var c && (backwards ? c < 0 : c > 0));
        }

        var first = args.Int("first") ?? 0;
        var page = rest.Take(first + 1).ToList();
        var edges = page.Take(first).Select(o => new GraphQlEdge(GraphQlCursor.Write(o.Id, sort(o)), o)).ToList();
        return new(edges, page.Count > first, args["after"] is not null);
    }

    private static Func<ShopOrder, long> SortValue(string key) => key switch
    {
        "UPDATED_AT" => o => o.UpdatedAt.ToUnixTimeSeconds(),
        "CREATED_AT" or "PROCESSED_AT" => o => o.CreatedAt.ToUnixTimeSeconds(),
        "ID" => o => o.Id,
        "ORDER_NUMBER" => o => o.Number,
        _ => throw new GraphQlRunException($"Argument 'sortKey' on Field 'orders' has an invalid value ({key}). Expected type 'OrderSortKeys'."),
    };

    private static Func<ShopOrder, bool> Filter(string query, JsonArray warnings)
    {
        var terms = new List<Func<ShopOrder, bool>>();
        foreach (Match match in Term().Matches(query))
        {
            var field = match.Groups["field"].Value;
            var comparison = match.Groups["comparison"].Value;
            var value = match.Groups["value"].Value.Trim('"', '\'');
            Func<ShopOrder, bool>? term = field switch
            {
                "updated_at" => Time(o => o.UpdatedAt, comparison, value),
                "created_at" or "processed_at" => Time(o => o.CreatedAt, comparison, value),
                "name" => o => o.Name == value || o.Name == "#" + value,
                "id" => o => o.Id.ToString(CultureInfo.InvariantCulture) == value,
                "status" => value switch { "open" => o => o.ClosedAt is null, "closed" => o => o.ClosedAt is not null, _ => _ => true },
                "fulfillment_status" => o => string.Equals(o.FulfillmentStatus, value, StringComparison.OrdinalIgnoreCase),
                _ => null,
            };
            if (term is not null)
                terms.Add(term);
            else
                warnings.Add((JsonNode)Warning(query, field));
        }

        return o => terms.TrueForAll(t => t(o));
    }

    private static Func<ShopOrder, bool>? Time(Func<ShopOrder, DateTimeOffset> read, string comparison, string value)
    {
        if (!DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var limit))
            return null;
        // Whole seconds: "later than" misses what happened in the same second, there as here.
        var seconds = limit.ToUnixTimeSeconds();
        return comparison switch
        {
            ">=" => o => read(o).ToUnixTimeSeconds() >= seconds,
            ">" => o => read(o).ToUnixTimeSeconds() > seconds,
            "<=" => o => read(o).ToUnixTimeSeconds() <= seconds,
            "<" => o => read(o).ToUnixTimeSeconds() < seconds,
            _ => o => read(o).ToUnixTimeSeconds() == seconds,
        };
    }

    /// <summary>Shopify drops a term that it does not know and says so on the side.</summary>
    private static JsonObject Warning(string query, string field) => new()
    {
        ["path"] = new JsonArray("orders"),
        ["query"] = query,
        ["warnings"] = new JsonArray(new JsonObject { ["field"] = field, ["message"] = "Invalid search field for this query.", ["code"] = "invalid_field" }),
    };

    [GeneratedRegex("""(?<field>[a-z_]+):(?<comparison>>=|<=|>|<)?(?<value>"[^"]*"|'[^']*'|[^\s()]+)""")]
    private static partial Regex Term();
}
