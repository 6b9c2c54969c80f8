using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>One immutable state of the installation's own entries of the catalogue of causes. The newest is in service. Times in microseconds UTC.</summary>
public sealed class CauseVersionRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Counted from 1.</summary>
    public int Version { get; set; }

    /// <summary>SHA-256 of the document, hex.</summary>
    public string Digest { get; set; } = "";

    /// <summary>YAML of <c>kind: CauseCatalogue</c>.</summary>
    public string Document { get; set; } = "";

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public string Reason { get; set; } = "";

    /// <summary>A sentence without its subject: "changed customer-blocked".</summary>
    public string Text { get; set; } = "";
}
