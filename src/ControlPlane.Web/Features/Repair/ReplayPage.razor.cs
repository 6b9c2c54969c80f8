using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Replays;
using ControlPlane.Web.Live;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Repair;

/// <param name="Row">Null when there is no such replay.</param>
public sealed record ReplayView(Guid Id, BulkReplayItemState? State, Guid? After, BulkReplayRow? Row, BulkReplayItems Items, DateTimeOffset ReadAt);

/// <summary>One replay of many orders: how it goes, and what became of each. State and page are in the address.</summary>
public sealed partial class ReplayPage
{
    private (Guid, string?, string?) _asked;

    [Parameter] public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "after")] public string? After { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private IBulkReplays Replays { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    private Guid? Edge => Guid.TryParse(After, out var id) ? id : null;

    protected override ReplayView? Carried
    {
        get => Readings.Collect<ReplayView>(Ticket) is { } view && view.Id == Id && view.After == Edge && view.State == RepairPresentation.ItemState(State) ? view : null;
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(2);

    protected override void OnInitialized() => _asked = (Id, State, After);

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == (Id, State, After))
            return;
        _asked = (Id, State, After);
        await RefreshAsync();
    }

    protected override async Task<ReplayView> ReadAsync(CancellationToken ct)
    {
        var (id, state, after) = (Id, RepairPresentation.ItemState(State), Edge);
        var row = await Replays.FindAsync(Tenant, id, ct);
        return new(id, state, after, row, row is null ? new([], null) : await Replays.ItemsAsync(Tenant, id, state, after, IBulkReplays.PageSize, ct), Time.GetUtcNow());
    }

    protected override DateTimeOffset ReadAt(ReplayView value) => value.ReadAt;
}
