using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Connections.Secrets;

/// <summary>A secret that was entered in the portal or by the API, encrypted with the installation's keys.</summary>
public sealed class SecretRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>As <c>${secret:NAME}</c> names it.</summary>
    public string Name { get; set; } = "";

    public byte[] Protected { get; set; } = [];

    public int Revision { get; set; }

    public long UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";
}
