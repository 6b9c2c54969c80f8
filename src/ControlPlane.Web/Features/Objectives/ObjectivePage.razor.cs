using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Objectives;

/// <param name="Before">The curve of the version of the indicator before, where it is counted still.</param>
public sealed record ObjectiveView(
    ObjectiveFigure? Figure, IReadOnlyList<BurnDownPoint> Line, int? VersionBefore, Attainment? Before, IReadOnlyList<BurnDownPoint> LineBefore, IReadOnlyList<ShareItem> Parties, IReadOnlyList<ShareItem> Cases,
    IReadOnlyList<StoredDefinition> Versions, IReadOnlyList<StoredDefinition> IndicatorVersions, IReadOnlyList<ExclusionView> Exclusions)
{
    public static readonly ObjectiveView None = new(null, [], null, null, [], [], [], [], [], []);
}

/// <summary>One objective: the figure with and without exclusions, its budget over time, whose the misses are, what if, who changed it.</summary>
public sealed partial class ObjectivePage
{
    private Loadable<ObjectiveView> _page = default!;
    private string? _asked;

    [Parameter] public string Name { get; set; } = "";

    [SupplyParameterFromQuery(Name = "period")] public string? Period { get; set; }

    [SupplyParameterFromQuery(Name = "connection")] public string? Connection { get; set; }

    [SupplyParameterFromQuery(Name = "brand")] public string? Brand { get; set; }

    [SupplyParameterFromQuery(Name = "region")] public string? Region { get; set; }

    [SupplyParameterFromQuery(Name = "warehouse")] public string? Warehouse { get; set; }

    [Inject] private ObjectiveStandings Standings { get; set; } = default!;

    [Inject] private ObjectiveFigures Figures { get; set; } = default!;

    [Inject] private ObjectiveStore Store { get; set; } = default!;

    [Inject] private ExclusionStore Exclusions { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private ILogger<ObjectivePage> Log { get; set; } = default!;

    private ObjectiveScope Scope => ObjectiveAddress.Scope(Connection, Brand, Region, Warehouse);

    protected override void OnInitialized() => _page = new(Clock);

    protected override async Task OnParametersSetAsync()
    {
        var asked = string.Join('|', Name, Period, Connection, Brand, Region, Warehouse);
        if (_asked == asked)
            return;
        _asked = asked;
        await ReadAsync();
    }

    private Task ReadAsync() => _page.LoadAsync(LoadAsync, e => ShellLog.PageReadFailed(Log, nameof(ObjectivePage), e), CancellationToken.None);

    private async Task<ObjectiveView> LoadAsync(CancellationToken ct)
    {
        if (await Standings.FindAsync(Name, Scope, ObjectiveAddress.Over(Period), ct) is not { } figure)
            return ObjectiveView.None;
        var indicator = figure.Published.Indicator;
        var (parties, cases) = await ObjectiveShares.ReadAsync(Figures, figure, Scope, ct);
        var before = (await Figures.CountersAsync(indicator.Name, ct)).FirstOrDefault(c => c.State == CounterState.Kept && c.Version != indicator.Version)?.Version;
        var (attained, line) = before is { } version ? await Standings.OfVersionAsync(figure, version, Scope, ct) : (null, []);
        return new(
            figure, await Standings.BurnDownAsync(figure, Scope, ct), before, attained, line, parties, cases, await Store.DocumentsAsync(ObjectiveDocumentKind.Objective, Name, ct),
            await Store.DocumentsAsync(ObjectiveDocumentKind.Indicator, indicator.Name, ct), [.. (await Exclusions.AllAsync(ct)).Where(x => x.Objective is null || x.Objective == Name)]);
    }

    private string Missed(string? party, string? @case) =>
        PageUrls.Missed(Name, ("period", Period), ("connection", Connection), ("brand", Brand), ("region", Region), ("warehouse", Warehouse), ("party", party), ("case", @case));
}
