using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Connections;

/// <summary>What came in, unchanged.</summary>
public sealed class InboundRequest
{
    /// <summary>The part of the address after the connection, or the feed's name for a polled document; empty when none.</summary>
    public string Topic { get; init; } = "";

    public string? ContentType { get; init; }

    /// <summary>Case-insensitive by name.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    public ReadOnlyMemory<byte> Body { get; init; }

    public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>True when we fetched it ourselves: there is no signature to check.</summary>
    public bool Polled { get; init; }

    /// <summary>True when a broker gave it to us: it may come again although we have it, and who put it there was let in by the broker.</summary>
    public bool Queued { get; init; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>Reads what a system sends. Pure: no clock but the request's, no I/O, safe to call from any thread.</summary>
public interface IReceiver
{
    /// <summary>Names of headers without which its documents could not be understood again: they are kept with the document. Never any that proves the sender.</summary>
    IReadOnlyCollection<string> Reads => [];

    /// <summary>Constant-time check over the raw bytes. False for a wrong, missing or expired signature alike.</summary>
    bool Verify(InboundRequest request, Connection connection);

    /// <summary>The sender's id of this delivery, the same when it repeats itself; null when it sends none.</summary>
    string? DeliveryId(InboundRequest request);

    /// <summary>What the document means. Never throws on bad input: that is a <see cref="InboundEvent.Refused"/>.</summary>
    InboundEvent Translate(InboundRequest request, Connection connection);
}

/// <summary>The meaning of a received document.</summary>
public abstract record InboundEvent
{
    /// <summary>
    /// A second key beside the delivery id, made from the business content: the same event by another way (poll after
    /// webhook) or under a new delivery id carries the same key. <c>order/5123/created</c>,
    /// <c>order/5123/updated/2026-11-23T10:00:00Z</c>. Null = only the delivery id and the digest tell repeats apart.
    /// </summary>
    public string? BusinessKey { get; init; }

    /// <summary>An order that is new to us, or known already (then the business key says so).</summary>
    public sealed record OrderReceived(CanonicalOrder Order) : InboundEvent
    {
        /// <summary>The trigger of the flow: <c>order.created</c>.</summary>
        public string Event { get; init; } = "order.created";
    }

    /// <summary>Something about a transaction that exists, or will in a moment (early events are kept).</summary>
    /// <param name="Event">For example <c>warehouse.acknowledged</c>, <c>shipment.confirmed</c>, <c>order.cancelled</c>.</param>
    /// <param name="Correlation">How to find the transaction; tried in order.</param>
    public sealed record Happened(string Event, IReadOnlyList<Identifier> Correlation) : InboundEvent
    {
        public Shipment? Shipment { get; init; }

        /// <summary>Numbers to add to the transaction.</summary>
        public IReadOnlyList<Identifier> Identifiers { get; init; } = [];

        public IReadOnlyDictionary<string, string> Outputs { get; init; } = new Dictionary<string, string>();

        /// <summary>The sender's reason, for the failing kinds; no personal data.</summary>
        public string? Reason { get; init; }

        /// <summary>A sentence for the timeline: "Warehouse accepted the order as WMS-20331".</summary>
        public required string Summary { get; init; }
    }

    /// <summary>The notification names a document that has to be fetched; the feed is polled at once for it.</summary>
    public sealed record FetchNeeded(string Feed, string ExternalId) : InboundEvent;

    /// <summary>Understood, and nothing to do: kept and acknowledged.</summary>
    public sealed record Ignored(string Reason) : InboundEvent;

    /// <summary>Cannot be worked with; at least one refusal.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Refusals) : InboundEvent;
}
