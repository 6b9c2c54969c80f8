using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Connections;

public sealed partial class ConnectionsPage
{
    [PersistentState] public ConnectionsView? Prerendered { get; set; }

    protected override ConnectionsView? Carried { get => Prerendered; set => Prerendered = value; }

    [Inject] private ConnectionQueries Queries { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    protected override Task<ConnectionsView> ReadAsync(CancellationToken ct) => Queries.ReadAsync(Tenant, ct);

    protected override DateTimeOffset ReadAt(ConnectionsView value) => value.ReadAt;
}
