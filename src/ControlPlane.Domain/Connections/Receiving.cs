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

    /// <summary>True for a document of a delivery that was unpacked: it is JSON, <see cref="Topic"/> says what it is, and its sender was proven with the delivery.</summary>
    public bool Part { get; init; }

    public string? Header(string name) => Headers.GetValueOrDefault(name);
}

/// <summary>Reads what a system sends. Pure: no clock but the request's, no I/O, safe to call from any thread.</summary>
public interface IReceiver
{
    /// <summary>Names of headers without which its documents could not be understood again: they are kept with the document. Never any that proves the sender.</summary>
    IReadOnlyCollection<string> Reads => [];

    /// <summary>Media types of a webhook that it can read beside JSON, such as <c>application/xml</c>; <c>*/*</c> stands for any.</summary>
    IReadOnlyCollection<string> MediaTypes => [];

    /// <summary>Version of the published document that says what documents mean; null where that is built in.</summary>
    int? MappingVersion => null;

    /// <summary>Constant-time check over the raw bytes. False for a wrong, missing or expired signature alike.</summary>
    bool Verify(InboundRequest request, Connection connection);

    /// <summary>What the sender signed this delivery with, where that is asked of the sender itself; null where the connection's secrets are all that is needed. Nothing is believed by it yet.</summary>
    SenderKey? KeyOf(InboundRequest request) => null;

    /// <summary>Name of the secret that the sender itself chooses when it is subscribed to, so that it is kept from there; null where none is.</summary>
    string? SubscriptionSecret => null;

    /// <summary>The sender's id of this delivery, the same when it repeats itself; null when it sends none.</summary>
    string? DeliveryId(InboundRequest request);

    /// <summary>What the sender calls this kind of document, as it is kept and shown: many write it in a header or in the document, and not in the address. Empty when it says nothing. Never throws on bad input.</summary>
    string TopicOf(InboundRequest request) => request.Topic;

    /// <summary>
    /// What a sender is answered that asks, before it sends anything, whether the address is ours: a JSON object. Null when it asks nothing
    /// that is known here, or what the answer needs is missing.
    /// </summary>
    /// <param name="query">A parameter of its question by name; null when it is not there.</param>
    /// <param name="endpoint">The address as the sender was given it.</param>
    string? Challenge(Func<string, string?> query, Connection connection, Uri endpoint) => null;

    /// <summary>
    /// The documents within one delivery: an interchange, a file, a batch. Null when it is one document, which is translated as it came.
    /// Never throws on bad input: what cannot be unpacked at all has refusals of its own.
    /// </summary>
    Unpacked? Unpack(InboundRequest request, Connection connection) => null;

    /// <summary>What the document means. Never throws on bad input: that is a <see cref="InboundEvent.Refused"/>.</summary>
    InboundEvent Translate(InboundRequest request, Connection connection);
}

/// <summary>A public key of the sender's, which is asked for by its id.</summary>
/// <param name="Id">As the delivery names it: anybody may have written it.</param>
/// <param name="Secret">The secret of the connection in whose place the key stands.</param>
/// <param name="Request">Makes the question, which changes nothing.</param>
/// <param name="Read">The key in PEM out of the answer; null when there is none.</param>
public sealed record SenderKey(string Id, string Secret, Func<ExchangeRequest> Request, Func<ExchangeAnswer, string?> Read);

/// <summary>
/// What one delivery holds. The delivery is kept as it came; each document is kept, recognised and translated for itself, so that a bad
/// one keeps none of the others from being worked with.
/// </summary>
/// <param name="Summary">For people: "Interchange 000000905 from ACME, 3 transaction sets".</param>
public sealed record Unpacked(string Summary, IReadOnlyList<InboundPart> Parts)
{
    /// <summary>Why the delivery as a whole cannot be read; then there may be no parts.</summary>
    public IReadOnlyList<Refusal> Refusals { get; init; } = [];

    /// <summary>What the sender expects to be told about the delivery, such as a 997; sent after the commit, once.</summary>
    public IReadOnlyList<DeliveryAnswer> Answers { get; init; } = [];
}

/// <summary>One document of a delivery.</summary>
/// <param name="Place">Where it stands, as its sender counts: "ST 0002, segments 14 to 31", "line 7".</param>
/// <param name="Request">As <see cref="IReceiver.Translate"/> takes it; its body is what can be read of the document alone.</param>
/// <param name="Refusals">What makes it unusable before it is even translated; then it is kept and shown.</param>
public sealed record InboundPart(string Place, InboundRequest Request, IReadOnlyList<Refusal> Refusals);

/// <summary>Something that is told to the sender of a delivery, and belongs to no transaction.</summary>
/// <param name="Key">The same for the same delivery: it is sent once, however often the delivery comes.</param>
/// <param name="Name">For people and file names: <c>997-000000905</c>.</param>
public sealed record DeliveryAnswer(string Key, string Name, string ContentType, ReadOnlyMemory<byte> Content);

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

        /// <summary>The order as the channel has it now, where the event brings it; null = it only tells that something changed.</summary>
        public CanonicalOrder? Order { get; init; }

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
    public sealed record Ignored(string Reason) : InboundEvent
    {
        /// <summary>
        /// Set where its sender means something by it that is not carried out here, such as a stock report: then people see it as that.
        /// Stable: <c>stock.not_carried_out</c>. Null = there is nothing to carry out.
        /// </summary>
        public string? Code { get; init; }
    }

    /// <summary>Cannot be worked with; at least one refusal.</summary>
    public sealed record Refused(IReadOnlyList<Refusal> Refusals) : InboundEvent;
}
