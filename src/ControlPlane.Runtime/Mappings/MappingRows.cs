using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Mappings;

/// <summary>One immutable version of a connector's document. The newest is in service.</summary>
public sealed class ConnectorVersionRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Counted from 1; the same number as the revision of the document in service.</summary>
    public int Version { get; set; }

    /// <summary>SHA-256 of the document, hex.</summary>
    public string Digest { get; set; } = "";

    public string Document { get; set; } = "";

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public string Reason { get; set; } = "";

    /// <summary>Why new refusals or red tests were right; null when there were none, or nobody had to say.</summary>
    public string? Waiver { get; set; }
}

/// <summary>What a person has written and not published: it survives a reload, and is nobody else's.</summary>
public sealed class ConnectorDraftRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Of the connector; <c>new</c> for one that has no name yet.</summary>
    public string Name { get; set; } = "";

    public string Person { get; set; } = "";

    public string Document { get; set; } = "";

    /// <summary>Version that was in service when the draft was begun; 0 = built in, or none.</summary>
    public int BasedOn { get; set; }

    public long SavedAt { get; set; }
}

/// <summary>A real message, without its personal data, and what has to become of it.</summary>
public sealed class MappingTestRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Connector { get; set; } = "";

    public string Name { get; set; } = "";

    /// <summary>Key of the connection that it came from: its settings count.</summary>
    public string Connection { get; set; } = "";

    public string Topic { get; set; } = "";

    public string? ContentType { get; set; }

    /// <summary>JSON object.</summary>
    public string? Headers { get; set; }

    public byte[] Body { get; set; } = [];

    public bool Polled { get; set; }

    public bool Part { get; set; }

    /// <summary>A mapping may read when a message came: it is the same at each run.</summary>
    public long ReceivedAt { get; set; }

    /// <summary>JSON, as <see cref="MappingExpectation"/> writes it.</summary>
    public string Expected { get; set; } = "";

    /// <summary>The message it was made from; it may be gone.</summary>
    public Guid? MessageId { get; set; }

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public long UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";

    /// <summary>Why it was kept, or why its expected value was renewed last.</summary>
    public string Reason { get; set; } = "";
}
