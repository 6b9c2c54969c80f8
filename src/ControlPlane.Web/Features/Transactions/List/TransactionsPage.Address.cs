using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Web.Features.Transactions.List;

// What stands in the address, what the controls write into it, and the chips that take it out again.
public sealed partial class TransactionsPage
{
    /// <summary>Amounts need a currency. Where neither address nor rows name one, this is proposed.</summary>
    private const string UsualCurrency = "EUR";

    private Dictionary<string, string?> _wanted = [];
    private string? _text;
    private string? _searched;
    private string? _currency;
    private bool _more;

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

    [SupplyParameterFromQuery(Name = "most")] public string? Most { get; set; }

    [SupplyParameterFromQuery(Name = "at")] public string? At { get; set; }

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private IFlowCatalog Flows { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    /// <summary>Every stage that a flow in service knows, in its order; then those of earlier versions.</summary>
    private IReadOnlyList<string> Stages => [.. Flows.All.OrderByDescending(f => f.Version).SelectMany(f => f.Stages()).Select(s => s.Name).Distinct()];

    private IReadOnlyList<FilterChip> Chips =>
        [.. _asked.Understood.Select(u => new FilterChip(TransactionsPresentation.FilterWord(u.Key), TransactionsPresentation.FilterValue(u.Key, u.Value, Connections), Without(u.Key)))];

    /// <summary>How many filters are behind the button, so that it can say so while they are folded away.</summary>
    private int Hidden => _asked.Understood.Count(u => u.Key is "system" or "stage" or "from" or "to" or "least" or "most");

    private string Currency => _asked.Filter.TotalAtLeast?.Currency ?? _asked.Filter.TotalAtMost?.Currency ?? _currency
        ?? Source.Value?.Page.Items.FirstOrDefault(i => i.Total is not null)?.Total?.Currency ?? UsualCurrency;

    private void Understand()
    {
        var values = TransactionsAddress.Names.Zip([Search, State, Party, PartySystem, Channel, Stage, Code, From, To, Least, Most, At]).ToDictionary(p => p.First, p => p.Second);
        _asked = TransactionsAddress.Read(name => values[name], Viewer.Zone, Connections, Stages);
        // Days begin with the zone, so the same address asks for something else in another one.
        var key = string.Join('&', values) + (From is null && To is null ? "" : Viewer.Zone.Id);
        if (key == _key)
            return;
        (_key, _wanted) = (key, Values());
        // What somebody is still typing survives the choice of another filter.
        if (_searched != Search)
            (_searched, _text) = (Search, Search);
        _more |= Hidden > 0;
    }

    /// <summary>
    /// An empty text takes a filter away. The first page again. Builds on what was wanted last, not on the address: Enter in
    /// a field is a change and a submission, and the second comes before the browser has gone to the first.
    /// </summary>
    private void Go(params (string Name, string? Value)[] changes)
    {
        var before = Address(_wanted);
        foreach (var (name, value) in changes)
            _wanted[name] = value?.Trim();
        if (At is not null || Address(_wanted) != before)
            Navigation.NavigateTo(Address(_wanted));
    }

    private void Choose(string name, ChangeEventArgs e) => Go((name, (string?)e.Value));

    /// <summary>The number alone is typed; its currency stands beside it, unless it was typed too.</summary>
    private void ChooseAmount(string name, ChangeEventArgs e) => Go((name, WithCurrency((string?)e.Value, Currency)));

    private void ChooseCurrency(ChangeEventArgs e)
    {
        _currency = ((string?)e.Value)?.Trim().ToUpperInvariant();
        Go(("least", WithCurrency(Number(Least), _currency)), ("most", WithCurrency(Number(Most), _currency)));
    }

    private static string? WithCurrency(string? amount, string? currency) =>
        string.IsNullOrWhiteSpace(amount) || amount.Any(char.IsLetter) ? amount : $"{amount.Replace(" ", "", StringComparison.Ordinal)} {currency}";

    /// <summary>What was typed, without the currency.</summary>
    private static string? Number(string? amount) => amount?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var number, { Length: 3 }] ? number : amount;

    /// <summary>What follows the question mark, without the place in the list: for views and files.</summary>
    private string Query => Address(Values()) is var href && href.IndexOf('?', StringComparison.Ordinal) is >= 0 and var at ? href[(at + 1)..] : "";

    private string PageHref(PageCursor cursor)
    {
        var values = Values();
        values["at"] = cursor.ToString();
        return Address(values);
    }

    private string Without(string name)
    {
        var values = Values();
        values.Remove(name);
        return Address(values);
    }

    /// <summary>As they stand in the address, understood or not, without the page: another filter begins with the newest.</summary>
    private Dictionary<string, string?> Values() =>
        TransactionsAddress.Names.Zip([Search, State, Party, PartySystem, Channel, Stage, Code, From, To, Least, Most]).ToDictionary(p => p.First, p => p.Second);

    private static string Address(Dictionary<string, string?> values) =>
        QueryHelpers.AddQueryString(PageUrls.Transactions, TransactionsAddress.Names.Where(n => !string.IsNullOrEmpty(values.GetValueOrDefault(n))).Select(n => KeyValuePair.Create(n, values[n])));
}
