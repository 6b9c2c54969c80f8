namespace ControlPlane.Domain.Transactions;

/// <summary>A number that somebody holds for a transaction. Any of them finds it.</summary>
/// <param name="Kind">One of <see cref="IdentifierKinds"/>, or a connector's own, lower-case with hyphens.</param>
/// <param name="Value">As written by its owner; compared by <see cref="Normalize"/>.</param>
public sealed record Identifier(string Kind, string Value)
{
    public const int LongestValue = 128;

    /// <summary>How values are stored and compared: trimmed, upper-case, without a leading <c>#</c>, cut at 128 characters.</summary>
    public static string Normalize(string value)
    {
        var text = value.AsSpan().Trim();
        if (text.Length > 1 && text[0] == '#')
            text = text[1..];
        if (text.Length > LongestValue)
            text = text[..LongestValue];
        return text.ToString().ToUpperInvariant();
    }
}

public static class IdentifierKinds
{
    public const string OrderNumber = "order-number";
    public const string ChannelOrderId = "channel-order-id";

    /// <summary>Our own reference, unique in the tenant, which ERP and warehouse carry and echo: see <see cref="PublicReference"/>.</summary>
    public const string Reference = "reference";
    public const string ErpOrder = "erp-order";
    public const string ErpShipment = "erp-shipment";
    public const string WmsOrder = "wms-order";
    public const string Shipment = "shipment";
    public const string Tracking = "tracking";
    public const string PurchaseOrder = "purchase-order";
    public const string ChannelFulfilment = "channel-fulfilment";
    public const string CorrelationId = "correlation-id";

    /// <summary>Keyed hash of the lower-case mail address: finds a customer's orders, reveals nothing.</summary>
    public const string EmailHash = "email-hash";
}

public static class PublicReference
{
    /// <summary>Business Central's external document number takes 35 characters; few systems take less.</summary>
    public const int Longest = 35;

    /// <summary>
    /// The reference that ERP and warehouse see: the channel's order number without <c>#</c>, prefixed by the connection so
    /// that two shops' order 1001 stay apart: <c>SHOPIFY-EU-1001</c>. When it would be too long, the number alone is cut
    /// and told apart by six digits of its hash.
    /// </summary>
    public static string For(string connectionKey, string orderNumber)
    {
        var number = Identifier.Normalize(orderNumber);
        var whole = $"{connectionKey.ToUpperInvariant()}-{number}";
        if (whole.Length <= Longest)
            return whole;
        var hash = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(whole));
        return number[..Math.Min(number.Length, Longest - 7)] + "-" + Convert.ToHexString(hash)[..6];
    }
}
