using System.Globalization;
using ControlPlane.Domain.Transactions;

namespace Connectors.Catalog.Shopify;

/// <summary>What an order carries beyond the canonical fields: numbers to find it by, and what only Shopify knows.</summary>
internal static class ShopifyExtras
{
    /// <summary>Keys are kinds of identifiers: by each of these the order can be found.</summary>
    public static Dictionary<string, string> References(ShopifyFields order, ShopifyWords words)
    {
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        // REST's order_number is the number in the name, unless the shop formats its names in its own way.
        if (words == ShopifyWords.Rest && order.Key(words.OrderNumber) is { } number && order.Text("name") is { } name && Identifier.Normalize(name) != number)
            references[IdentifierKinds.OrderNumber] = number;
        Add("confirmation-number", order.Key(words.Confirmation));
        Add(IdentifierKinds.PurchaseOrder, order.Key(words.PurchaseOrder));
        Add("source-identifier", order.Key(words.Source));
        Add("channel-reference", order.Key("reference"));
        return references;

        void Add(string kind, string? value)
        {
            if (value is not null)
                references[kind] = value;
        }
    }

    /// <summary>By Shopify's REST names. What buyers write themselves (note, attributes, properties) is only counted: it may be personal.</summary>
    /// <param name="custom">Lines that carry properties.</param>
    public static Dictionary<string, string> Extensions(ShopifyFields order, ShopifyWords words, int custom)
    {
        var extensions = new Dictionary<string, string>(StringComparer.Ordinal);
        Add("tags", order.Texts("tags"));
        Add("source_name", order.Text(words.SourceName));
        Add("financial_status", order.Text(words.Financial)?.ToLowerInvariant());
        Add("payment_gateway_names", order.Texts(words.Gateways));
        Add("cancel_reason", order.Text(words.CancelReason)?.ToLowerInvariant());
        Add("presentment_currency", order.Text(words.Presentment) is { } seen && seen != order.Text(words.Currency) ? seen : null);
        Add("test", order.Flag("test") == true ? "true" : null);
        Add("note", order.Has("note") && order.Text("note") is not null ? "present" : null);
        Add("note_attributes", Counted(order.Count("note_attributes") + order.Count("customAttributes")));
        Add("lines_with_properties", Counted(custom));
        return extensions;

        void Add(string name, string? value)
        {
            if (value is not null)
                extensions[name] = value;
        }

        static string? Counted(int count) => count == 0 ? null : count.ToString(CultureInfo.InvariantCulture);
    }
}
