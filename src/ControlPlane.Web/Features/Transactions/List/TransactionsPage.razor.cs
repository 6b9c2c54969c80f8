using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>
/// The list. Its address is its state. Rows in view are updated in place; new ones wait behind a button, so that nothing
/// moves under the pointer.
/// </summary>
public sealed partial class TransactionsPage
{
    private const int Rows = 40;

    /// <summary>Long enough to be noticed by somebody who looks elsewhere on the page.</summary>
    private static readonly TimeSpan Highlight = TimeSpan.FromSeconds(2);

    private string? _text;
    private readonly Dictionary<Guid, DateTimeOffset> _changedAt = [];
    private string _shown = "";
    private bool _fresh = true;

    [SupplyParameterFromQuery(Name = "q")] public string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "party")] public string? Party { get; set; }

    [SupplyParameterFromQuery(Name = "system")] public string? PartySystem { get; set; }

    [SupplyParameterFromQuery(Name = "connection")] public string? Channel { get; set; }

    [SupplyParameterFromQuery(Name = "stage")] public string? Stage { get; set; }

    [SupplyParameterFromQuery(Name = "code")] public string? Code { get; set; }

    [SupplyParameterFromQuery(Name = "from")] public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")] public string? To { get; set; }

    [SupplyParameterFromQuery(Name = "least")] public string? Least { get; set; }

    [SupplyParameterFromQuery(Name = "at")] public string? At { get; set; }

    [Inject] private ITransactionQueries Queries { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    // Read anew when the circuit takes over: two index seeks are cheaper than carrying the rows through the page.
    protected override TransactionsView? Carried { get => null; set => _ = value; }

    private TransactionsAddress Asked => TransactionsAddress.Read(name => Parts().FirstOrDefault(p => p.Name == name).Value, Viewer.Zone);

    private TransactionFilter Filter => Asked.Filter;

    [Inject] private IFlowCatalog Flows { get; set; } = default!;

    /// <summary>Every stage that a flow in service knows, in its order.</summary>
    private IReadOnlyList<string> Stages => [.. Flows.All.GroupBy(f => f.Name).SelectMany(g => g.MaxBy(f => f.Version)!.Stages()).Select(s => s.Name).Distinct()];

    private IReadOnlyList<FilterChip> Chips => [.. Parts().Where(p => p.Value is not null && p.Name != "at").Select(p => new FilterChip(TransactionsPresentation.FilterWord(p.Name), TransactionsPresentation.FilterValue(p.Name, p.Value!, Connections), Href(p.Name)))];

    protected override async Task OnParametersSetAsync()
    {
        var address = string.Join('&', Parts());
        if (address == _shown)
            return;
        var first = _shown.Length == 0 && _fresh;
        (_shown, _text, _fresh) = (address, Search, true);
        _changedAt.Clear();
        if (!first)
            await RefreshAsync();
    }

    protected override DateTimeOffset ReadAt(TransactionsView value) => value.ReadAt;

    protected override async Task<TransactionsView> ReadAsync(CancellationToken ct)
    {
        if (!_fresh && Source.Value is { Page.Items.Count: > 0 } shown)
            return await FollowAsync(shown, ct);
        var address = _shown;
        var cursor = PageCursor.TryParse(At, out var at) ? at : (PageCursor?)null;
        var page = await Queries.ListAsync(Filter, cursor, Rows, ct);
        var count = page.Count ?? await Queries.CountAsync(Filter, ct);
        // Another filter may have been chosen while this was read: then the next reading begins anew.
        _fresh = address != _shown;
        return new(page, count, 0, new HashSet<Guid>(), Time.GetUtcNow());
    }

    /// <summary>The same rows in the same places, with what became of them; and how many newer ones wait.</summary>
    private async Task<TransactionsView> FollowAsync(TransactionsView shown, CancellationToken ct)
    {
        var page = await Queries.ListAsync(Filter, PageCursor.TryParse(At, out var at) ? at : null, Rows, ct);
        var now = page.Items.ToDictionary(i => i.Id);
        // What fits the filters no more stays where it is, as it is now, until somebody asks for the page anew.
        foreach (var item in await Queries.ReadAsync([.. shown.Page.Items.Select(i => i.Id).Where(id => !now.ContainsKey(id))], ct))
            now[item.Id] = item;
        var time = Time.GetUtcNow();
        foreach (var item in shown.Page.Items.Where(i => now.TryGetValue(i.Id, out var item) && item.Revision != i.Revision))
            _changedAt[item.Id] = time;
        foreach (var (id, _) in _changedAt.Where(c => time - c.Value > Highlight).ToList())
            _changedAt.Remove(id);
        var known = shown.Page.Items.Select(i => i.Id).ToHashSet();
        return shown with
        {
            Page = shown.Page with { Items = [.. shown.Page.Items.Select(i => now.GetValueOrDefault(i.Id, i))] },
            Count = page.Count ?? await Queries.CountAsync(Filter, ct),
            New = page.Items.Count(i => !known.Contains(i.Id)),
            Changed = _changedAt.Keys.ToHashSet(),
            ReadAt = time,
        };
    }

    private Task ShowNewAsync()
    {
        _fresh = true;
        return RefreshAsync();
    }

    private void SearchAsync() => Go(Search: _text ?? "");

    /// <summary>Null leaves a filter as it is, an empty text takes it away. The first page again.</summary>
    private void Go(string? Search = null, string? State = null, string? Party = null, string? Channel = null, string? Stage = null, string? From = null, string? To = null, string? Least = null)
    {
        var parts = Parts().Where(p => p.Name != "at").ToDictionary(p => p.Name, p => p.Value);
        foreach (var (name, value) in new[] { ("q", Search), ("state", State), ("party", Party), ("connection", Channel), ("stage", Stage), ("from", From), ("to", To), ("least", Least) })
            if (value is not null)
                parts[name] = Empty(value.Trim());
        if (Party is not null)
            parts["system"] = null;
        Navigation.NavigateTo(Address(parts.Select(p => (p.Key, p.Value))));
    }

    private string Href(PageCursor cursor) => Address(Parts().Where(p => p.Name != "at").Append(("at", cursor.ToString())));

    private string Href(string without) => Address(Parts().Where(p => p.Name != without && p.Name != "at"));

    private (string Name, string? Value)[] Parts() =>
        [("q", Empty(Search)), ("state", Empty(State)), ("party", Empty(Party)), ("system", Empty(PartySystem)), ("connection", Empty(Channel)), ("stage", Empty(Stage)), ("code", Empty(Code)),
            ("from", Empty(From)), ("to", Empty(To)), ("least", Empty(Least)), ("at", Empty(At))];

    private static string Address(IEnumerable<(string Name, string? Value)> parts) =>
        QueryHelpers.AddQueryString(PageUrls.Transactions, parts.Where(p => p.Value is not null).Select(p => KeyValuePair.Create(p.Name, p.Value)));

    private static string? Empty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
