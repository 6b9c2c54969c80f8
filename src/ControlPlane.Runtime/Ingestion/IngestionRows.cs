using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ingestion;

public enum MessageState : short
{
    /// <summary>Opened a transaction or joined one.</summary>
    Accepted = 1,

    /// <summary>Understood; nothing to do.</summary>
    Ignored = 2,

    /// <summary>Proven sender, unusable document: kept, with the refusals.</summary>
    Refused = 3,

    /// <summary>An event whose transaction is not known yet; matched when it appears.</summary>
    Unmatched = 4,

    /// <summary>A delivery of several documents whose parts are being written; if this was cut short, it is gone on with.</summary>
    Unpacking = 5,

    /// <summary>A delivery whose parts all stand for themselves; see <see cref="MessageRow.ParentId"/>.</summary>
    Unpacked = 6,

    /// <summary>A part that came before, in this delivery or another one: it changed nothing.</summary>
    Duplicate = 7,
}

/// <summary>By which way a message came.</summary>
public enum MessageArrival : short
{
    /// <summary>Received before this was noted.</summary>
    Unknown = 0,

    Webhook = 1,

    /// <summary>We asked for it.</summary>
    Feed = 2,

    Queue = 3,
}

/// <summary>One payload that came in. Its raw bytes are kept unchanged in <see cref="PayloadRow"/>.</summary>
public sealed class MessageRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Topic { get; set; } = "";

    public MessageState State { get; set; }

    public Guid? TransactionId { get; set; }

    public string CorrelationId { get; set; } = "";

    public string? DeliveryId { get; set; }

    public string? BusinessKey { get; set; }

    public long ReceivedAt { get; set; }

    public Guid PayloadId { get; set; }

    /// <summary>JSON object of the headers worth keeping; never credentials.</summary>
    public string? Headers { get; set; }

    /// <summary>Stable code of the first refusal.</summary>
    public string? Code { get; set; }

    /// <summary>JSON array of refusals, or the reason why it was ignored.</summary>
    public string? Detail { get; set; }

    /// <summary>W3C traceparent of the sender, kept for the calls that follow, days later too.</summary>
    public string? TraceParent { get; set; }

    /// <summary>The delivery that this document is a part of; null when it came alone.</summary>
    public Guid? ParentId { get; set; }

    /// <summary>Which part of the delivery, counted from 1; 0 when it came alone.</summary>
    public int Part { get; set; }

    /// <summary>Where it stands in the delivery, as its sender counts: "ST 0002, segments 14 to 31".</summary>
    public string? Place { get; set; }

    public MessageArrival Arrival { get; set; }

    /// <summary>When it happened at the sender, where the document or its headers say so, microseconds UTC.</summary>
    public long? OccurredAt { get; set; }

    /// <summary>Version of the connector's document that translated it; null for a built-in connector.</summary>
    public int? MappingVersion { get; set; }
}

/// <summary>What has been seen: by delivery id, and by business key for ever. The unique key decides races.</summary>
public sealed class InboxKeyRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    /// <summary><c>d:</c> + delivery id, <c>b:</c> + business key, <c>h:</c> + digest where there is neither; <c>r:</c> + digest of what was refused; <c>p:</c> + delivery and number of a part.</summary>
    public string Key { get; set; } = "";

    public Guid MessageId { get; set; }

    public long SeenAt { get; set; }
}

/// <summary>A body, kept once, apart from the rows that speak of it, and expiring by policy apart from them.</summary>
public sealed class PayloadRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>SHA-256 of the raw bytes.</summary>
    public byte[] Digest { get; set; } = [];

    public PayloadEncoding Encoding { get; set; }

    public byte[] Content { get; set; } = [];

    /// <summary>Length of the raw bytes.</summary>
    public int Length { get; set; }

    public string? ContentType { get; set; }

    public long CreatedAt { get; set; }

    /// <summary>When the content is due to be scrubbed; null = by the general policy.</summary>
    public long? ExpiresAt { get; set; }
}

public enum PayloadEncoding : short
{
    Plain = 0,
    Brotli = 1,
}

/// <summary>Something that happened to a transaction, kept until a wait consumes it; early ones too.</summary>
public sealed class SignalRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Event { get; set; } = "";

    /// <summary>Null until the transaction is known.</summary>
    public Guid? TransactionId { get; set; }

    /// <summary>Normalised value by which the transaction will be found; the first of the sender's.</summary>
    public string CorrelationValue { get; set; } = "";

    public Guid? PayloadId { get; set; }

    /// <summary>JSON of the <c>InboundEvent.Happened</c>.</summary>
    public string Body { get; set; } = "";

    public long ReceivedAt { get; set; }

    public long? ConsumedAt { get; set; }
}

/// <summary>How far a feed was read; written in the same database transaction as what it brought.</summary>
public sealed class FeedCursorRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Feed { get; set; } = "";

    public string? Cursor { get; set; }

    public long PolledAt { get; set; }

    public long NextAt { get; set; }

    public string? LastFault { get; set; }
}
