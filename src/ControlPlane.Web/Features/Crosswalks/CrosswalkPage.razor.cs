using System.Globalization;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Web.Features.Crosswalks;

/// <summary>One crosswalk: its entries page by page, and everything that can be done with them. What is shown stands in the address.</summary>
public sealed partial class CrosswalkPage
{
    private const int Rows = 50;

    private Loadable<Runtime.Crosswalks.CrosswalkPage> _page = default!;
    private CrosswalkFilter _filter = new();
    private CrosswalkEntry? _edited;
    private IReadOnlyList<CrosswalkVersion> _history = [];
    private bool _admin, _missing, _unused;
    private string? _said, _answer, _problem, _shown;
    private string _text = "", _scope = "", _state = "";
    private DateTime? _at;

    [Parameter] public string Table { get; set; } = "";

    [SupplyParameterFromQuery(Name = "view")] public string? ViewName { get; set; }

    [SupplyParameterFromQuery(Name = "q")] public string? Text { get; set; }

    [SupplyParameterFromQuery(Name = "scope")] public string? Scope { get; set; }

    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "at")] public string? At { get; set; }

    [SupplyParameterFromQuery(Name = "unused")] public string? Unused { get; set; }

    [SupplyParameterFromQuery(Name = "c")] public string? Cursor { get; set; }

    [SupplyParameterFromQuery(Name = "edit")] public string? Edit { get; set; }

    [SupplyParameterFromQuery(Name = "entry")] public string? Entry { get; set; }

    [SupplyParameterFromQuery(Name = "theirs")] public string? Theirs { get; set; }

    [SupplyParameterFromQuery(Name = "ours")] public string? Ours { get; set; }

    [SupplyParameterFromQuery(Name = "direction")] public string? Direction { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private CrosswalkQueries Queries { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private ILogger<CrosswalkPage> Log { get; set; } = default!;

    private string View => Views.Any(v => v.Word == ViewName) ? ViewName! : "entries";

    private IReadOnlyList<(string Word, string Title)> Views => _admin
        ? [("entries", "Entries"), ("gaps", "Codes without one"), ("import", "Import"), ("changes", "Changes"), ("rules", "Rules")]
        : [("entries", "Entries"), ("gaps", "Codes without one"), ("changes", "Changes")];

    private IReadOnlyList<FilterChip> Chips =>
    [
        .. new (string Name, string Title, string? Value)[]
            {
                ("q", "Code", Text), ("scope", "For", _filter.Scope is { } scope ? CrosswalksPresentation.Scope(scope, Connections) : null), ("state", "State", State is "retired" ? "retired" : State is null ? null : "all"),
                ("at", "Counting on", At), ("unused", "Used", Unused == "true" ? "never" : null),
            }
            .Where(c => !string.IsNullOrEmpty(c.Value)).Select(c => new FilterChip(c.Title, c.Value!, Href((c.Name, null)))),
    ];

    private string ExportHref => QueryHelpers.AddQueryString(
        $"{ApiFeature.Root}/crosswalks/{Table}/export", Values().Where(v => v.Key is "q" or "scope" or "state" or "at" or "unused" && !string.IsNullOrEmpty(v.Value)));

    protected override void OnInitialized() => _page = new(Clock);

    protected override async Task OnParametersSetAsync()
    {
        _admin = Who is not null && (await Who).User.IsInRole(PortalRoles.Admin);
        var key = string.Join('&', Values().Select(v => v.Key + v.Value)) + Table;
        if (key == _shown)
            return;
        _shown = key;
        Understand();
        await ReadAsync();
    }

    private void Understand()
    {
        _problem = null;
        CrosswalkScope? scope = null;
        if (!string.IsNullOrEmpty(Scope))
        {
            if (CrosswalkScope.TryParse(Scope, out var read))
                scope = read;
            else
                _problem = $"The address asks for the scope '{Scope}', which is none. Allowed: {CrosswalkScope.Allowed}.";
        }

        DateTimeOffset? at = DateTime.TryParseExact(At, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? new DateTimeOffset(day, TimeSpan.Zero) : null;
        _filter = new(Text, Edit is null ? scope : null, State switch { "retired" => CrosswalkState.Retired, "approved,retired" => null, _ => CrosswalkState.Approved }, at, null, Unused == "true");
        (_text, _scope, _state, _at, _unused) = (Text ?? "", Edit is null ? Scope ?? "" : "", State ?? "", at?.UtcDateTime, Unused == "true");
    }

    private async Task ReadAsync()
    {
        _missing = false;
        var found = true;
        await _page.LoadAsync(async ct =>
        {
            var page = await Queries.PageAsync(Tenant, Table, _filter, Cursor is null ? null : Paging.KeyOf(Cursor), Rows, ct);
            found = page is not null;
            return page ?? new(Clock.GetUtcNow(), new(Table, Table), [], null);
        }, e => ShellLog.PageReadFailed(Log, nameof(CrosswalkPage), e), CancellationToken.None);
        _missing = !found;
        if (_missing || _page.Problem is not null)
            return;
        _edited = Guid.TryParse(Edit, out var id) ? await Queries.FindAsync(Tenant, Table, id, CancellationToken.None) : null;
        _history = Guid.TryParse(Entry, out var of) ? await Queries.HistoryAsync(Tenant, Table, of, CancellationToken.None) : [];
        _answer = (await Queries.ListAsync(Tenant, CancellationToken.None)).Tables.FirstOrDefault(t => t.Table.Name == Table) is { } standing
            ? CrosswalksPresentation.Answer(standing) : null;
    }

    private void Search() => Navigation.NavigateTo(Href(
        ("q", _text.Trim()), ("scope", _scope), ("state", _state), ("at", _at?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)), ("unused", _unused ? "true" : null), ("c", null), ("edit", null), ("entry", null)));

    private void SavedAsync(string said)
    {
        _said = said;
        _shown = null;
        Navigation.NavigateTo(Href(("edit", null), ("theirs", null), ("ours", null), ("direction", null), ("scope", null)));
    }

    private string Href(params (string Name, string? Value)[] changes)
    {
        var values = Values();
        // Another choice begins with the first page.
        if (changes.All(c => c.Name is not ("c" or "edit" or "entry")))
            values.Remove("c");
        foreach (var (name, value) in changes)
            values[name] = value;
        return PageUrls.Crosswalk(Table, [.. values.Select(v => (v.Key, v.Value))]);
    }

    private Dictionary<string, string?> Values() => new()
    {
        ["view"] = View == "entries" ? null : View, ["q"] = Text, ["scope"] = Scope, ["state"] = State, ["at"] = At, ["unused"] = Unused, ["c"] = Cursor, ["edit"] = Edit, ["entry"] = Entry,
        ["theirs"] = Theirs, ["ours"] = Ours, ["direction"] = Direction,
    };

    private static string Dates(CrosswalkEntry entry) => (entry.From, entry.Until) switch
    {
        (null, null) => "always",
        ({ } from, null) => $"from {Runtime.Crosswalks.Csv.CrosswalkCsv.Day(from)}",
        (null, { } until) => $"until {Runtime.Crosswalks.Csv.CrosswalkCsv.Day(until)}",
        ({ } from, { } until) => $"{Runtime.Crosswalks.Csv.CrosswalkCsv.Day(from)} until {Runtime.Crosswalks.Csv.CrosswalkCsv.Day(until)}",
    };
}
