using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Schemas;

/// <summary>Subjects, and what has changed its shape without telling anybody.</summary>
public sealed partial class SchemasPage
{
    private bool _admin;
    private string _name = "";

    [PersistentState] public SchemaListView? Prerendered { get; set; }

    protected override SchemaListView? Carried { get => Prerendered; set => Prerendered = value; }

    [Inject] private SchemaDesk Desk { get; set; } = default!;

    [Inject] private DriftDesk Drift { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (Who is not null)
        {
            var person = (await Who).User;
            (_admin, _name) = (person.IsInRole(PortalRoles.Admin), person.Identity?.Name ?? "");
        }

        await base.OnParametersSetAsync();
    }

    protected override Task<SchemaListView> ReadAsync(CancellationToken ct) => Desk.ListAsync(Tenant, ct);

    protected override DateTimeOffset ReadAt(SchemaListView value) => value.ReadAt;

    private async Task SettleAsync(DriftItem drift, DriftState state)
    {
        await Drift.SettleAsync(Tenant, drift.Id, state, _name, "settled in the portal", CancellationToken.None);
        await RefreshAsync();
    }
}
