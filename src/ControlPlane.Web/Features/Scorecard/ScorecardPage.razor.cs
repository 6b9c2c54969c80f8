using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace ControlPlane.Web.Features.Scorecard;

/// <summary>Whether the business gets what it was promised, on one page. What is looked at is in the address.</summary>
public sealed partial class ScorecardPage
{
    private ScorecardAddress? _shown;

    [SupplyParameterFromQuery] public string? Channel { get; set; }

    [SupplyParameterFromQuery] public string? Brand { get; set; }

    [SupplyParameterFromQuery] public string? Region { get; set; }

    [SupplyParameterFromQuery] public string? Period { get; set; }

    [SupplyParameterFromQuery] public string? From { get; set; }

    [SupplyParameterFromQuery] public string? To { get; set; }

    [SupplyParameterFromQuery] public string? About { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private IScorecard Scorecard { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    protected override ScorecardView? Carried
    {
        get => Readings.Collect<ScorecardView>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>Figures are at most ten seconds old; more often nobody reads them.</summary>
    protected override TimeSpan RereadEvery => TimeSpan.FromSeconds(10);

    /// <summary>Sums change with every order: they are read by the clock and not by each change.</summary>
    protected override bool Concerns(LiveChange change) => false;

    private ScorecardAddress Address => ScorecardAddress.Read(Value);

    protected override async Task<ScorecardView> ReadAsync(CancellationToken ct)
    {
        _shown = Address;
        return await Scorecard.ReadAsync(Tenant, _shown.Ask(Viewer.Now, Viewer.Zone), ct);
    }

    protected override DateTimeOffset ReadAt(ScorecardView value) => value.ReadAt;

    protected override void OnInitialized() => Viewer.Changed += OnZoneChanged;

    protected override async Task OnParametersSetAsync()
    {
        await base.OnParametersSetAsync();
        // A filter was chosen: the same page at another address.
        if (_shown is not null && _shown != Address)
            await RefreshAsync();
        _shown ??= Address;
    }

    private string? Value(string name) => name switch
    {
        "channel" => Channel, "brand" => Brand, "region" => Region, "period" => Period, "from" => From, "to" => To, "about" => About, _ => null,
    };

    private string Name(string key) => Connections.Find(key)?.DisplayName ?? key;

    private async Task PrintAsync() => await Js.InvokeVoidAsync("print");

    private void OnZoneChanged() => _ = InvokeAsync(RefreshAsync);

    protected override void Dispose(bool disposing)
    {
        Viewer.Changed -= OnZoneChanged;
        base.Dispose(disposing);
    }
}
