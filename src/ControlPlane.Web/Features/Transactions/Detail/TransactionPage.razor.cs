using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Transactions.Detail;

/// <summary>The whole life of one order; the tab is in the address.</summary>
public sealed partial class TransactionPage
{
    private Guid _asked;

    [Parameter] public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")] public string? Tab { get; set; }

    /// <summary><c>full</c> shows every event of the timeline.</summary>
    [SupplyParameterFromQuery(Name = "detail")] public string? DetailWord { get; set; }

    /// <summary>Of the tab Compare: <c>original</c>, <c>replays</c>, or nothing for what would be sent now.</summary>
    [SupplyParameterFromQuery(Name = "with")] public string? WithWord { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private ITransactionQueries Queries { get; set; } = default!;

    [Inject] private ControlPlane.Runtime.Changes.IOrderChanges Changes { get; set; } = default!;

    [Inject] private ControlPlane.Runtime.Persistence.TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    protected override TransactionView? Carried
    {
        get => Readings.Collect<TransactionView>(Ticket) is { } view && view.Id == Id ? view : null;
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    private string Shown => TransactionPresentation.Tabs.Any(t => t.Tab == Tab) ? Tab! : "timeline";

    protected override void OnInitialized()
    {
        _asked = Id;
        Viewer.Changed += OnZoneChanged;
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == Id)
            return;
        _asked = Id;
        await RefreshAsync();
    }

    /// <summary>An order has hundreds of events: it is read again for itself only.</summary>
    protected override bool Concerns(LiveChange change) => change.More || change.Notes.Any(n => n.TransactionId == Id);

    protected override async Task<TransactionView> ReadAsync(CancellationToken ct)
    {
        var id = Id;
        var detail = await Queries.FindAsync(id, ct);
        return new(id, detail, detail is null ? null : await Queries.LinesAsync(id, ct), Time.GetUtcNow()) { Changes = detail is null ? [] : await Changes.OfAsync(Tenant, id, ct) ?? [] };
    }

    protected override DateTimeOffset ReadAt(TransactionView value) => value.ReadAt;

    /// <summary>The verdict's sentence names times too.</summary>
    private void OnZoneChanged() => _ = InvokeAsync(StateHasChanged);

    protected override void Dispose(bool disposing)
    {
        Viewer.Changed -= OnZoneChanged;
        base.Dispose(disposing);
    }
}
