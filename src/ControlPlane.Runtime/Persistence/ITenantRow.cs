namespace ControlPlane.Runtime.Persistence;

/// <summary>Every row of ours belongs to a tenant: filtered on each query, checked on each save.</summary>
public interface ITenantRow
{
    int TenantId { get; set; }
}

/// <summary>Whose data a context sees. A circuit, a request or a job gets one at its start and keeps it.</summary>
public sealed record TenantScope(int TenantId)
{
    /// <summary>The tenant of a single-tenant installation.</summary>
    public static readonly TenantScope Default = new(1);
}
