using ControlPlane.Runtime.Objectives;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Objectives;

/// <param name="Slices">What there is to choose from.</param>
public sealed record ObjectivesView(IReadOnlyList<ObjectiveFigure> Figures, IReadOnlyList<CompositeFigure> Composites, IReadOnlyList<ObjectiveSliceRow> Slices, DateTimeOffset ReadAt);

/// <summary>How every objective stands. The address is the state of the page: period, channel, brand, region, warehouse.</summary>
public sealed partial class ObjectivesPage
{
    private string? _asked;

    [SupplyParameterFromQuery(Name = "period")] public string? Period { get; set; }

    [SupplyParameterFromQuery(Name = "connection")] public string? Connection { get; set; }

    [SupplyParameterFromQuery(Name = "brand")] public string? Brand { get; set; }

    [SupplyParameterFromQuery(Name = "region")] public string? Region { get; set; }

    [SupplyParameterFromQuery(Name = "warehouse")] public string? Warehouse { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private ObjectiveStandings Standings { get; set; } = default!;

    [Inject] private ObjectiveFigures Figures { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Now { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    protected override ObjectivesView? Carried
    {
        get => Readings.Collect<ObjectivesView>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>Figures are counted every few seconds; changes of single orders do not ask for more.</summary>
    protected override TimeSpan RereadEvery => TimeSpan.FromSeconds(5);

    private string Asked => string.Join('|', Period, Connection, Brand, Region, Warehouse);

    protected override bool Concerns(LiveChange change) => false;

    protected override async Task OnInitializedAsync()
    {
        _asked = Asked;
        await base.OnInitializedAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == Asked)
            return;
        _asked = Asked;
        await RefreshAsync();
    }

    protected override async Task<ObjectivesView> ReadAsync(CancellationToken ct)
    {
        var (figures, composites) = await Standings.AllAsync(ObjectiveAddress.Scope(Connection, Brand, Region, Warehouse), ObjectiveAddress.Over(Period), ct);
        return new(figures, composites, await Figures.SlicesAsync(ct), Now.GetUtcNow());
    }

    protected override DateTimeOffset ReadAt(ObjectivesView value) => value.ReadAt;

    private (string Name, string? Value)[] Query(params (string Name, string? Value)[] changes)
    {
        var values = new Dictionary<string, string?> { ["period"] = Period, ["connection"] = Connection, ["brand"] = Brand, ["region"] = Region, ["warehouse"] = Warehouse };
        foreach (var (name, value) in changes)
            values[name] = value;
        return [.. values.Select(v => (v.Key, string.IsNullOrEmpty(v.Value) ? null : v.Value))];
    }

    private void Choose(string name, string? value) => Navigation.NavigateTo(PageUrls.ObjectiveList(Query((name, value))));

    private static IReadOnlyList<(string Name, string Label, string? Value, IReadOnlyList<string> Choices)> Filters(ObjectivesView view, ObjectivesPage page) =>
    [
        ("connection", "Channel", page.Connection, Distinct(view.Slices.Select(s => s.Connection))),
        ("brand", "Brand", page.Brand, Distinct(view.Slices.Select(s => s.Brand))),
        ("region", "Region", page.Region, Distinct(view.Slices.Select(s => s.Region))),
        ("warehouse", "Warehouse", page.Warehouse, Distinct(view.Slices.Select(s => s.Warehouse))),
    ];

    private static List<string> Distinct(IEnumerable<string> values) => [.. values.Where(v => v.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}
