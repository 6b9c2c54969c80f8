using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Features.Transactions.Detail;

/// <summary>What each number is, in people's words, and in the order in which people ask for them.</summary>
public static class IdentifierWords
{
    private static readonly IReadOnlyList<(string Kind, string Word)> _known =
    [
        (IdentifierKinds.OrderNumber, "Order number"),
        (IdentifierKinds.Reference, "Our reference"),
        (IdentifierKinds.PurchaseOrder, "Purchase order"),
        (IdentifierKinds.ChannelOrderId, "Channel's order id"),
        (IdentifierKinds.ErpOrder, "ERP order"),
        (IdentifierKinds.WmsOrder, "Warehouse order"),
        (IdentifierKinds.Shipment, "Shipment"),
        (IdentifierKinds.Tracking, "Tracking number"),
        (IdentifierKinds.ErpShipment, "ERP shipment"),
        (IdentifierKinds.ChannelFulfilment, "Channel's fulfilment"),
        (IdentifierKinds.CorrelationId, "Correlation id"),
        (IdentifierKinds.EmailHash, "Hash of the mail address"),
    ];

    /// <summary>A kind that a flow of the user's own names speaks for itself.</summary>
    public static string Of(string kind) => _known.FirstOrDefault(k => k.Kind == kind).Word
        ?? (kind.Length == 0 ? "Number" : char.ToUpperInvariant(kind[0]) + kind[1..].Replace('-', ' '));

    /// <summary>Those of a user's flow stand before the correlation id and the hash, which only machines ask for.</summary>
    public static IEnumerable<IdentifierItem> Sorted(IEnumerable<IdentifierItem> numbers) => numbers.OrderBy(n => Place(n.Kind)).ThenBy(n => n.Kind, StringComparer.Ordinal).ThenBy(n => n.Value, StringComparer.Ordinal);

    private static int Place(string kind)
    {
        for (var i = 0; i < _known.Count; i++)
            if (_known[i].Kind == kind)
                return i < _known.Count - 2 ? i : i + 1;
        return _known.Count - 2;
    }
}
