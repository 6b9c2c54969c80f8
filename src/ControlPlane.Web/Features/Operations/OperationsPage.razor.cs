using ControlPlane.Domain.Operations;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Operations;

/// <summary>The five figures that whoever runs retail integration asks for. The time is in the address.</summary>
public sealed partial class OperationsPage
{
    private OperationRange _range = default!;
    private string? _problem;
    private (string?, string?, string?) _asked = ("-", null, null);

    [SupplyParameterFromQuery(Name = "range")] public string? RangeWord { get; set; }

    [SupplyParameterFromQuery(Name = "from")] public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")] public string? To { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private OperationsQueries Queries { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private LiveState Live { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    protected override OperationsView? Carried { get => Readings.Collect<OperationsView>(Ticket); set => Ticket = value is null ? null : Readings.Leave(value); }

    /// <summary>Figures come by themselves every two seconds; a page that is asked again after three of them is never ten seconds old.</summary>
    protected override TimeSpan RereadEvery => TimeSpan.FromSeconds(3);

    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(2);

    protected override void OnInitialized()
    {
        Live.Changed += OnLiveChanged;
        Understand();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == (RangeWord, From, To))
            return;
        Understand();
        await RefreshAsync();
    }

    protected override Task<OperationsView> ReadAsync(CancellationToken ct)
    {
        // A rolling range goes on with the time.
        Understand();
        return Queries.ReadAsync(Tenant, _range, ct);
    }

    protected override DateTimeOffset ReadAt(OperationsView value) => value.ReadAt;

    private void Understand()
    {
        _asked = (RangeWord, From, To);
        (_range, _problem) = OperationsAddress.Read(RangeWord, From, To, Viewer.Now);
    }

    private void OnLiveChanged() => _ = InvokeAsync(StateHasChanged);

    protected override void Dispose(bool disposing)
    {
        Live.Changed -= OnLiveChanged;
        base.Dispose(disposing);
    }
}
