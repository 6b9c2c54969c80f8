using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Flows;

/// <summary>One immutable version of a flow document.</summary>
public sealed class FlowVersionRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    public int Version { get; set; }

    /// <summary>SHA-256 of the document, hex: the same document again makes no new version.</summary>
    public string Digest { get; set; } = "";

    public string Document { get; set; } = "";

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public string Reason { get; set; } = "";
}
