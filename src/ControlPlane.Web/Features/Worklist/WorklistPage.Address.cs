using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Worklist;

// What stands in the address, what the controls write into it, and the chips that take it out again.
public sealed partial class WorklistPage
{
    private Dictionary<string, string?> _wanted = [];
    private string? _text, _searched;
    private bool _more;

    [SupplyParameterFromQuery(Name = "q")] public string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "channel")] public string? Channel { get; set; }

    [SupplyParameterFromQuery(Name = "party")] public string? Party { get; set; }

    [SupplyParameterFromQuery(Name = "system")] public string? AtSystem { get; set; }

    [SupplyParameterFromQuery(Name = "case")] public string? Case { get; set; }

    [SupplyParameterFromQuery(Name = "code")] public string? Code { get; set; }

    [SupplyParameterFromQuery(Name = "owner")] public string? Owner { get; set; }

    [SupplyParameterFromQuery(Name = "due")] public string? DueBy { get; set; }

    [SupplyParameterFromQuery(Name = "least")] public string? Least { get; set; }

    [SupplyParameterFromQuery(Name = "kind")] public string? Kind { get; set; }

    [SupplyParameterFromQuery(Name = "at")] public string? At { get; set; }

    /// <summary>The order whose panel is open.</summary>
    [SupplyParameterFromQuery(Name = "order")] public string? Order { get; set; }

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private IWorkOwners Owners { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    private IReadOnlyList<WorkOwner> Teams => Owners.Teams(Tenant);

    private IReadOnlyList<FilterChip> Chips =>
        [.. _asked.Understood.Select(u => new FilterChip(WorklistPresentation.FilterWord(u.Key), WorklistPresentation.FilterValue(u.Key, u.Value, Connections, Teams, CauseOfFilter), Href((u.Key, null), ("at", null))))];

    /// <summary>The cause by which the list is filtered, in the words of its rows.</summary>
    private string? CauseOfFilter => Source.Value?.Page.Items.FirstOrDefault(i => i.CaseId is not null)?.Cause;

    /// <summary>How many filters are behind the button, so that it can say so while they are folded away.</summary>
    private int Hidden => _asked.Understood.Count(u => u.Key is "channel" or "owner" or "least" or "kind");

    private void Understand()
    {
        var values = Values();
        _asked = WorklistAddress.Read(name => values.GetValueOrDefault(name), Viewer.Zone, Connections, Teams);
        // The panel is no filter. The day ends with the zone, so the same address asks for something else in another one.
        var key = string.Join('&', values.Where(v => v.Key != "order").Select(v => v.Value)) + (_asked.Filter.Due is WorkDue.Today ? Viewer.Zone.Id : "");
        if (key == _key && _wanted.Count > 0)
        {
            _wanted["order"] = Order;
            return;
        }

        (_key, _wanted) = (key, values);
        // What somebody is still typing survives the choice of another filter.
        if (_searched != Search)
            (_searched, _text) = (Search, Search);
        _more |= Hidden > 0;
    }

    /// <summary>An empty text takes a filter away. The first page again. Builds on what was wanted last: Enter in a field is a change and a submission.</summary>
    private void Go(params (string Name, string? Value)[] changes)
    {
        foreach (var (name, value) in changes)
            _wanted[name] = value?.Trim();
        _wanted.Remove("at");
        var href = PageUrls.WorkList([.. WorklistAddress.Names.Select(n => (n, _wanted.GetValueOrDefault(n)))]);
        if (href != Href())
            Navigation.NavigateTo(href);
    }

    private void Choose(string name, ChangeEventArgs e) => Go((name, (string?)e.Value));

    private void ChooseAmount(ChangeEventArgs e)
    {
        var amount = ((string?)e.Value)?.Trim();
        Go(("least", string.IsNullOrEmpty(amount) || amount.Any(char.IsLetter) ? amount : $"{amount.Replace(" ", "", StringComparison.Ordinal)} {Currency}"));
    }

    /// <summary>Amounts need a currency: that of the rows, where nothing else was said.</summary>
    private string Currency => _asked.Filter.Least?.Currency ?? Source.Value?.Page.Items.FirstOrDefault(i => i.Item.Total is not null)?.Item.Total?.Currency ?? "EUR";

    private string Href(params (string Name, string? Value)[] changes)
    {
        var values = Values();
        foreach (var (name, value) in changes)
            values[name] = value;
        return PageUrls.WorkList([.. WorklistAddress.Names.Select(n => (n, values.GetValueOrDefault(n)))]);
    }

    /// <summary>The filters alone, for views and files: neither the place in the list nor the open panel.</summary>
    private string Query => Href(("at", null), ("order", null)) is var href && href.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? href[(at + 1)..] : "";

    private Dictionary<string, string?> Values() =>
        WorklistAddress.Names.Zip([Search, Channel, Party, AtSystem, Case, Code, Owner, DueBy, Least, Kind, At, Order]).ToDictionary(p => p.First, p => p.Second);
}
