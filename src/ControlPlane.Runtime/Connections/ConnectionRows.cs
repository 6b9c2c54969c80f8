using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Connections;

/// <summary>A configured connection, as its YAML document says. Secrets are references, never values.</summary>
public sealed class ConnectionRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Key { get; set; } = "";

    public string Connector { get; set; } = "";

    public SystemRole Role { get; set; }

    public string DisplayName { get; set; } = "";

    public string Document { get; set; } = "";

    public int Revision { get; set; }

    public bool Enabled { get; set; } = true;

    public long UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";
}

/// <summary>A connector that a user wrote, as its YAML document says.</summary>
public sealed class ConnectorDocumentRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Name { get; set; } = "";

    public string Document { get; set; } = "";

    public int Revision { get; set; }

    public long UpdatedAt { get; set; }

    public string UpdatedBy { get; set; } = "";
}
