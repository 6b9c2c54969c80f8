using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Home;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Home;

public sealed partial class HomePage
{
    [PersistentState] public HomeView? Prerendered { get; set; }

    protected override HomeView? Carried { get => Prerendered; set => Prerendered = value; }

    [Inject] private HomeQueries Queries { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    protected override Task<HomeView> ReadAsync(CancellationToken ct) => Queries.ReadAsync(Tenant, Viewer.DayStart(), ct);

    protected override DateTimeOffset ReadAt(HomeView value) => value.ReadAt;

    protected override void OnInitialized() => Viewer.Changed += OnZoneChanged;

    private void OnZoneChanged() => _ = InvokeAsync(RefreshAsync);

    protected override void Dispose(bool disposing)
    {
        Viewer.Changed -= OnZoneChanged;
        base.Dispose(disposing);
    }
}
