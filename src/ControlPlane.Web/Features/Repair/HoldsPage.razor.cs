using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Repair;

/// <param name="Pending">Changes that wait for a second person.</param>
public sealed record HoldsView(HoldList List, IReadOnlyList<EditItem> Pending);

/// <summary>What waits for what, since when and by whom; and what waits for a second person.</summary>
public sealed partial class HoldsPage
{
    private string? _said;
    private bool _busy, _focus;
    private ElementReference _status;

    [PersistentState] public string? Ticket { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private IHolds Holds { get; set; } = default!;

    [Inject] private IRepairs Repairs { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    protected override HoldsView? Carried
    {
        get => Readings.Collect<HoldsView>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(2);

    private string? Answer => Source.Value is not { } view ? null
        : (view.List.Total == 0 ? "No order is put aside." : $"{RepairPresentation.Orders(view.List.Total)} {(view.List.Total == 1 ? "is" : "are")} put aside; nothing of {(view.List.Total == 1 ? "it" : "them")} is sent.")
          + (view.Pending.Count == 0 ? "" : view.Pending.Count == 1 ? " One change waits for a second person." : $" {MoneyFormat.Count(view.Pending.Count)} changes wait for a second person.");

    protected override async Task<HoldsView> ReadAsync(CancellationToken ct) =>
        new(await Holds.ListAsync(Tenant, ct), await Repairs.PendingAsync(Tenant, RepairPresentation.Person(Who is null ? null : (await Who).User), ct));

    protected override DateTimeOffset ReadAt(HoldsView value) => value.List.ReadAt;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_focus)
            return;
        _focus = false;
        await _status.MoveToAsync();
    }

    private async Task WakeAsync(HoldItem hold)
    {
        _busy = true;
        _said = (await Holds.WakeAsync(Tenant, hold.TransactionId, "", RepairPresentation.Person(Who is null ? null : (await Who).User), EntityId.New(Time), CancellationToken.None)).Message;
        _busy = false;
        await RefreshAsync();
        // The row went, and its button with it.
        _focus = true;
    }
}
