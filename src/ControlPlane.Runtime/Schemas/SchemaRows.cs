using ControlPlane.Domain.Schemas.Compatibility;
using ControlPlane.Domain.Schemas.Drift;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Schemas;

public enum SchemaState : short
{
    /// <summary>Being written; nobody is checked against it.</summary>
    Draft = 1,

    Active = 2,

    /// <summary>Still in use, and to be gone by a date.</summary>
    Deprecated = 3,

    Retired = 4,
}

public enum SchemaUse : short
{
    /// <summary>Only kept and compared.</summary>
    None = 0,

    /// <summary>Documents are checked, what breaks it is counted, and nothing else happens.</summary>
    Observe = 1,

    /// <summary>A document that breaks it is refused.</summary>
    Enforce = 2,
}

/// <summary>What a family of schema versions is about: a canonical document, or what a connector's topic brings.</summary>
public sealed class SchemaSubjectRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary><c>canonical/order</c>, or connector and topic: <c>woocommerce/order.created</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>Null for canonical ones.</summary>
    public string? Connector { get; set; }

    public string? Topic { get; set; }

    public string Title { get; set; } = "";

    public string Owner { get; set; } = "";

    public CompatibilityMode Mode { get; set; }

    public SchemaUse Use { get; set; }

    /// <summary>Documents that were looked at since <see cref="Use"/> was set to observe.</summary>
    public long Checked { get; set; }

    /// <summary>Of those, how many broke the active version.</summary>
    public long Broken { get; set; }

    /// <summary>The newest message that broke it.</summary>
    public Guid? BrokenMessage { get; set; }

    /// <summary>Where and how.</summary>
    public string? BrokenBy { get; set; }

    public int Revision { get; set; }
}

/// <summary>One version; its document never changes once it was active.</summary>
public sealed class SchemaVersionRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Subject { get; set; } = "";

    public int Version { get; set; }

    public SchemaState State { get; set; }

    /// <summary>JSON Schema 2020-12.</summary>
    public string Document { get; set; } = "";

    /// <summary>SHA-256 of the document, hex.</summary>
    public string Digest { get; set; } = "";

    /// <summary>From when on nobody should use it; only for deprecated ones.</summary>
    public long? GoneAt { get; set; }

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public string Reason { get; set; } = "";

    public long ChangedAt { get; set; }
}

/// <summary>Who did what with a version, and why.</summary>
public sealed class SchemaEventRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Subject { get; set; } = "";

    public int Version { get; set; }

    /// <summary><c>drafted</c>, <c>activated</c>, <c>deprecated</c>, <c>retired</c>, <c>mode</c>, <c>use</c>.</summary>
    public string Action { get; set; } = "";

    public long At { get; set; }

    public string By { get; set; } = "";

    public string Reason { get; set; } = "";
}

/// <summary>What the documents of one connection and topic look like; see <see cref="ShapeProfile"/>.</summary>
public sealed class ShapeProfileRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Topic { get; set; } = "";

    public byte[] Profile { get; set; } = [];

    /// <summary>Newest message that is part of it.</summary>
    public Guid LastMessage { get; set; }

    public long Documents { get; set; }

    public long UpdatedAt { get; set; }

    /// <summary>Kept by the application: whoever was overtaken writes nothing.</summary>
    public int Revision { get; set; }
}

public enum DriftState : short
{
    Open = 1,

    /// <summary>Somebody knows of it, and it is as it should be.</summary>
    Acknowledged = 2,

    /// <summary>It is not told again.</summary>
    Muted = 3,
}

/// <summary>A change of shape that was found.</summary>
public sealed class DriftFindingRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Topic { get; set; } = "";

    public DriftKind Kind { get; set; }

    /// <summary>JSON Pointer with <c>*</c> for entries of lists.</summary>
    public string Path { get; set; } = "";

    public string Detail { get; set; } = "";

    /// <summary>SHA-256 of connection, topic and the finding's key, hex: one row for one change.</summary>
    public string Digest { get; set; } = "";

    public double Before { get; set; }

    public double Now { get; set; }

    public int Documents { get; set; }

    /// <summary>JSON array of message ids.</summary>
    public string Samples { get; set; } = "[]";

    public long FirstSeenAt { get; set; }

    public long LastSeenAt { get; set; }

    public DriftState State { get; set; }

    public string? By { get; set; }

    public string? Reason { get; set; }
}
