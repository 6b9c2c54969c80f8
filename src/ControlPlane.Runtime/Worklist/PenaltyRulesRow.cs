using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Worklist;

/// <summary>A document of penalty rules in one version; the newest of each name is in force.</summary>
public sealed class PenaltyRulesRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    public int Version { get; set; }

    /// <summary>SHA-256 of the document, hex.</summary>
    public string Digest { get; set; } = "";

    public string Document { get; set; } = "";

    public long CreatedAt { get; set; }

    public string CreatedBy { get; set; } = "";

    public string Reason { get; set; } = "";
}
