using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ingestion.Deliveries;

public enum DeliveryAnswerState : short
{
    Due = 1,

    /// <summary>The other side has it.</summary>
    Sent = 2,

    /// <summary>Given up; a person has to look.</summary>
    Failed = 3,
}

/// <summary>Something that the sender of a delivery is to be told, such as a 997. Written with the delivery, sent after the commit.</summary>
public sealed class DeliveryAnswerRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    /// <summary>The same for the same delivery, however often it comes: the unique key makes it one answer.</summary>
    public string Key { get; set; } = "";

    /// <summary>The delivery that it answers.</summary>
    public Guid MessageId { get; set; }

    public string Name { get; set; } = "";

    public string ContentType { get; set; } = "";

    public Guid PayloadId { get; set; }

    public DeliveryAnswerState State { get; set; }

    /// <summary>Tries that were begun.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next; while it is being sent, when another node may take over.</summary>
    public long NextAt { get; set; }

    public long CreatedAt { get; set; }

    public long? SentAt { get; set; }

    /// <summary>Of the last failure.</summary>
    public string? Code { get; set; }

    public string? LastFault { get; set; }
}
