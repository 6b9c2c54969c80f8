using System.Globalization;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.ExceptionCases;

/// <summary>One row a cause, however many orders are stuck for it. The address is the state of the page.</summary>
public sealed partial class CasesPage
{
    private CaseFilter _filter = CaseFilter.Open;
    private IReadOnlyList<string> _problems = [];
    private string? _text, _searched;
    private string _key = "";
    private Dictionary<string, string?> _wanted = [];
    private string? _readKey;
    private bool _anew;

    /// <summary>Rows that would come, go or change their place: they wait behind a button.</summary>
    private int _changed;

    [SupplyParameterFromQuery(Name = "q")] public string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "system")] public string? AtSystem { get; set; }

    [SupplyParameterFromQuery(Name = "sort")] public string? SortWord { get; set; }

    [SupplyParameterFromQuery(Name = "page")] public string? Page { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private ICases Cases { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    protected override CaseList? Carried
    {
        get
        {
            var list = Readings.Collect<CaseList>(Ticket);
            _readKey = list is null ? null : _key;
            return list;
        }

        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>Often enough to be true, calm enough to be read.</summary>
    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(2);

    private int PageNumber => int.TryParse(Page, NumberStyles.None, CultureInfo.InvariantCulture, out var page) && page is >= 1 and <= 1000 ? page : 1;

    private int Filtered => Chips.Count;

    private IReadOnlyList<FilterChip> Chips =>
    [
        .. new (string Name, string Title, string? Value)[]
            {
                ("q", "Text", Text), ("state", "State", State),
                ("system", "Stands at", AtSystem is null or "" ? null : AtSystem == PageUrls.Us ? "ControlPlane" : Connections.Find(AtSystem)?.DisplayName ?? AtSystem),
            }
            .Where(c => !string.IsNullOrEmpty(c.Value)).Select(c => new FilterChip(c.Title, c.Value!, Href((c.Name, null), ("page", null)))),
    ];

    protected override void OnInitialized() => Understand();

    protected override async Task OnParametersSetAsync()
    {
        var before = _key;
        Understand();
        if (before != _key)
            await RefreshAsync();
    }

    protected override async Task<CaseList> ReadAsync(CancellationToken ct)
    {
        // Another filter may be chosen while this is read: then what was read belongs to the one from before.
        var (filter, page, key) = (_filter, PageNumber, _key);
        var list = await Cases.ListAsync(Tenant, filter, page, ct);
        if (_anew || _readKey != key || Source.Value is not { Items.Count: > 0 } shown)
        {
            (_anew, _readKey, _changed) = (false, key, 0);
            return list;
        }

        // The same rows in the same places, with what became of them: nothing moves under the pointer.
        var now = list.Items.ToDictionary(i => i.Id);
        foreach (var item in await Cases.ReadAsync(Tenant, [.. shown.Items.Select(i => i.Id).Where(id => !now.ContainsKey(id))], ct))
            now[item.Id] = item;
        _changed = RowOrder.Changes([.. shown.Items.Select(i => i.Id)], [.. list.Items.Select(i => i.Id)]);
        return list with { Items = [.. shown.Items.Select(i => now.GetValueOrDefault(i.Id, i))] };
    }

    private Task ShowChangedAsync()
    {
        _anew = true;
        return RefreshAsync();
    }

    protected override DateTimeOffset ReadAt(CaseList value) => value.ReadAt;

    private void Understand()
    {
        var key = string.Join('&', Values().Values);
        if (key == _key)
            return;
        (_key, _wanted) = (key, Values());
        if (_searched != Text || _text is null)
            (_searched, _text) = (Text, Text);
        (_filter, _problems) = CasesAddress.Read(name => Values().GetValueOrDefault(name), Connections);
    }

    /// <summary>What follows the question mark, for views and files.</summary>
    private string Query => Href(("page", null)) is var href && href.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? href[(at + 1)..] : "";

    private void Go(params (string Name, string? Value)[] changes)
    {
        foreach (var (name, value) in changes)
            _wanted[name] = value?.Trim();
        _wanted.Remove("page");
        var href = PageUrls.CaseList([.. _wanted.Select(v => (v.Key, v.Value))]);
        if (href != Href())
            Navigation.NavigateTo(href);
    }

    private string Href(params (string Name, string? Value)[] changes)
    {
        var values = Values();
        foreach (var (name, value) in changes)
            values[name] = value;
        return PageUrls.CaseList([.. values.Select(v => (v.Key, v.Value))]);
    }

    private Dictionary<string, string?> Values() => new() { ["q"] = Text, ["state"] = State, ["system"] = AtSystem, ["sort"] = SortWord, ["page"] = Page };
}
