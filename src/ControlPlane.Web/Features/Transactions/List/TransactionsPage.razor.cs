using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>
/// The list. Its address is its state. Rows in view are updated in place; new ones wait behind a button, so that nothing
/// moves under the pointer.
/// </summary>
public sealed partial class TransactionsPage
{
    private const int Rows = 40;

    /// <summary>Beyond it the button says "99+": nobody counts on.</summary>
    private const int MostNew = 100;

    private readonly ChangeMarks _marks = new();
    private TransactionsAddress _asked = new(TransactionFilter.None, null, [], []);
    private string _key = "";
    private string? _readKey;
    private bool _anew;
    private ITimer? _fade;

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private ITransactionQueries Queries { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    /// <summary>The rows of the prerendered page are those of this address: it comes with the same request.</summary>
    protected override TransactionsView? Carried
    {
        get
        {
            var view = Readings.Collect<TransactionsView>(Ticket);
            _readKey = view is null ? null : _key;
            return view;
        }

        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>A list under load changes with every order: once a second is as fast as anybody reads.</summary>
    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(1);

    protected override void OnInitialized()
    {
        Understand();
        _fade = Time.CreateTimer(_ => _ = InvokeAsync(StateHasChanged), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Viewer.Changed += OnZoneChanged;
    }

    protected override async Task OnParametersSetAsync()
    {
        var before = _key;
        Understand();
        if (before == _key)
            return;
        _marks.Clear();
        await RefreshAsync();
    }

    protected override DateTimeOffset ReadAt(TransactionsView value) => value.ReadAt;

    protected override bool Concerns(LiveChange change) => Source.Value is not { } shown || _readKey != _key || ChangeRelevance.Concerns(change, _asked.Filter, shown.Page);

    protected override async Task<TransactionsView> ReadAsync(CancellationToken ct)
    {
        // Another filter may be chosen while this is read: then what was read belongs to the one from before.
        var (asked, key) = (_asked, _key);
        if (!_anew && _readKey == key && Source.Value is { Page.Items.Count: > 0 } shown)
            return await FollowAsync(shown, asked, ct);
        _anew = false;
        var page = await Queries.ListAsync(asked.Filter, asked.At, Rows, ct);
        if (asked.At is { Older: false } && page.Newer is null)
            // Back at the newest, where a cursor gives only what lies between: the whole first page is wanted.
            page = await Queries.ListAsync(asked.Filter, null, Rows, ct);
        var view = new TransactionsView(page, await ListSummary.ReadAsync(Queries, asked.Filter, page, ct), 0, Time.GetUtcNow());
        _readKey = key;
        return view;
    }

    /// <summary>The same rows in the same places, with what became of them; and how many newer ones wait.</summary>
    private async Task<TransactionsView> FollowAsync(TransactionsView shown, TransactionsAddress asked, CancellationToken ct)
    {
        var page = await Queries.ListAsync(asked.Filter, shown.Page.Newer is null ? null : asked.At, Rows, ct);
        var known = shown.Page.Items.Select(i => i.Id).ToHashSet();
        var now = page.Items.ToDictionary(i => i.Id);
        // What fits the filters no more stays where it is, as it is now, until somebody asks for the page anew.
        foreach (var item in await Queries.ReadAsync([.. known.Where(id => !now.ContainsKey(id))], ct))
            now[item.Id] = item;
        var unseen = page.Items.Count(i => !known.Contains(i.Id));
        if (unseen == Rows && shown.Page.Newer is null)
            unseen = await Queries.CountNewerAsync(asked.Filter, shown.Page.Items[0].Id, MostNew, ct);
        var time = Time.GetUtcNow();
        if (_marks.Mark(shown.Page.Items.Where(i => now.TryGetValue(i.Id, out var item) && item.Revision != i.Revision).Select(i => i.Id), time))
            _fade?.Change(ChangeMarks.Shown, Timeout.InfiniteTimeSpan);
        return shown with
        {
            Page = shown.Page with { Items = [.. shown.Page.Items.Select(i => now.GetValueOrDefault(i.Id, i))] },
            Summary = await ListSummary.ReadAsync(Queries, asked.Filter, page, ct),
            New = unseen,
            ReadAt = time,
        };
    }

    private async Task ShowNewAsync()
    {
        _anew = true;
        // The first page has an address of its own; a page further down stays where it is.
        if (At is not null && Source.Value?.Page.Newer is null)
            Go();
        else
            await RefreshAsync();
    }

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
