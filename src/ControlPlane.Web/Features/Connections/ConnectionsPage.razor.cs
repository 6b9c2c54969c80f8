using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Connections;

public sealed partial class ConnectionsPage
{
    [PersistentState] public ConnectionsView? Prerendered { get; set; }

    protected override ConnectionsView? Carried { get => Prerendered; set => Prerendered = value; }

    [Inject] private ConnectionQueries Queries { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    private bool _admin;

    protected override async Task OnParametersSetAsync()
    {
        _admin = Who is not null && (await Who).User.IsInRole(PortalRoles.Admin);
        await base.OnParametersSetAsync();
    }

    protected override Task<ConnectionsView> ReadAsync(CancellationToken ct) => Queries.ReadAsync(Tenant, ct);

    protected override DateTimeOffset ReadAt(ConnectionsView value) => value.ReadAt;
}
