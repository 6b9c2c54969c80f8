using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Transactions.List;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;

namespace ControlPlane.Web.Features.Worklist;

/// <summary>
/// The morning page: one row per order that needs somebody, most urgent first, and beside it the panel of the one that is worked
/// on. Rows in view change where they are; what is new waits behind a button.
/// </summary>
public sealed partial class WorklistPage
{
    /// <summary>Rows in the page, whatever the list holds: with its head fewer than 60.</summary>
    private const int Rows = 40;

    private readonly ChangeMarks _marks = new();
    private readonly WorkChoice _choice = new();
    private WorklistAddress _asked = new(WorkFilter.None, null, [], []);
    private string _key = "";
    private string? _readKey;
    private bool _anew;
    private Guid? _shownOrder;
    private string? _focus;
    private ITimer? _fade;

    [PersistentState] public string? Ticket { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private IWorklist Worklist { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    protected override WorklistView? Carried
    {
        get
        {
            var view = Readings.Collect<WorklistView>(Ticket);
            _readKey = view is null ? null : _key;
            return view;
        }

        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>Fast enough that a failure is here within five seconds, calm enough to be read.</summary>
    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(1);

    private Guid? OpenId => Guid.TryParse(Order, out var id) ? id : null;

    protected override void OnInitialized()
    {
        Understand();
        _shownOrder = OpenId;
        _fade = Time.CreateTimer(_ => _ = InvokeAsync(StateHasChanged), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Viewer.Changed += OnZoneChanged;
    }

    protected override async Task OnParametersSetAsync()
    {
        var before = _key;
        Understand();
        if (OpenId != _shownOrder)
        {
            // Where somebody opened a row the focus goes to what he opened, and back to the row when he closes it.
            _focus = OpenId is not null ? WorkPanel.TitleId : _shownOrder is { } left ? WorkRow.LinkId(left) : null;
            _shownOrder = OpenId;
            if (before == _key && OpenId is { } id && Source.Value?.Find(id) is null)
                await RefreshAsync();
        }

        if (before == _key)
            return;
        _marks.Clear();
        await RefreshAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is not { } id)
            return;
        _focus = null;
        try
        {
            await Js.InvokeVoidAsync("portal.focusOn", id);
        }
        catch (JSDisconnectedException)
        {
            // Nobody looks any more.
        }
    }

    protected override DateTimeOffset ReadAt(WorklistView value) => value.ReadAt;

    protected override bool Concerns(LiveChange change) => Source.Value is not { } shown || _readKey != _key || WorkRelevance.Concerns(change, shown, OpenId);

    protected override async Task<WorklistView> ReadAsync(CancellationToken ct)
    {
        // Another filter may be chosen while this is read: then what was read belongs to the one from before.
        var (asked, key, open) = (_asked, _key, OpenId);
        var shown = !_anew && _readKey == key && Source.Value is { Page.Items.Count: > 0 } before ? before : null;
        _anew = false;
        var filter = asked.Filter.For(Who is null ? null : (await Who).User.Identity?.Name);
        var page = await Worklist.ListAsync(Tenant, filter, asked.At, Rows, ct);
        if (asked.At is { Further: false } && page.Back is null)
            // Back at the top, where a cursor gives only what lies between: the whole first page is wanted.
            page = await Worklist.ListAsync(Tenant, filter, null, Rows, ct);
        var unseen = 0;
        if (shown is not null)
            (page, unseen) = await FollowAsync(shown.Page, page, ct);
        var beside = open is { } id && page.Items.All(i => i.Item.Id != id) ? (await Worklist.ReadAsync(Tenant, [id], ct)).FirstOrDefault() : null;
        var view = new WorklistView(page, await Worklist.SummaryAsync(Tenant, filter, ct), unseen, beside, open, Time.GetUtcNow());
        _readKey = key;
        return view;
    }

    /// <summary>The same rows in the same places, with what became of them; and how many wait to be shown.</summary>
    private async Task<(WorkPage Page, int Unseen)> FollowAsync(WorkPage shown, WorkPage page, CancellationToken ct)
    {
        var known = shown.Items.Select(i => i.Item.Id).ToHashSet();
        var now = page.Items.ToDictionary(i => i.Item.Id);
        // What is freed, or ranks elsewhere now, stays where it is, as it is now, until somebody asks for the page anew.
        foreach (var item in await Worklist.ReadAsync(Tenant, [.. known.Where(id => !now.ContainsKey(id))], ct))
            now[item.Item.Id] = item;
        if (_marks.Mark(shown.Items.Where(i => now.TryGetValue(i.Item.Id, out var item) && item.Item.Revision != i.Item.Revision).Select(i => i.Item.Id), Time.GetUtcNow()))
            _fade?.Change(ChangeMarks.Shown, Timeout.InfiniteTimeSpan);
        var kept = shown with { Items = [.. shown.Items.Select(i => now.GetValueOrDefault(i.Item.Id, i))], Further = page.Further ?? shown.Further };
        return (kept, page.Items.Count(i => !known.Contains(i.Item.Id)));
    }

    private Task ShowNewAsync()
    {
        _anew = true;
        return RefreshAsync();
    }

    /// <summary>The row was acted on: what is shown beside it is old.</summary>
    private Task ChangedAsync() => RefreshAsync();

    private void OnZoneChanged() => _ = InvokeAsync(async () =>
    {
        var before = _key;
        Understand();
        if (before != _key)
            await RefreshAsync();
        StateHasChanged();
    });

    protected override void Dispose(bool disposing)
    {
        Viewer.Changed -= OnZoneChanged;
        _fade?.Dispose();
        base.Dispose(disposing);
    }
}
