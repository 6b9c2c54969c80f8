using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Objectives;

/// <param name="Before">The curve of the version of the indicator before, where it is counted still.</param>
/// <param name="CaseNames">What the cases of <paramref name="Cases"/> are called.</param>
public sealed record ObjectiveView(
    ObjectiveFigure? Figure, IReadOnlyList<BurnDownPoint> Line, int? VersionBefore, Attainment? Before, IReadOnlyList<BurnDownPoint> LineBefore, IReadOnlyList<ShareItem> Parties, IReadOnlyList<ShareItem> Cases,
    IReadOnlyList<StoredDefinition> Versions, IReadOnlyList<StoredDefinition> IndicatorVersions, IReadOnlyList<ExclusionView> Exclusions,
    IReadOnlyDictionary<Guid, CaseName> CaseNames)
{
    public static readonly ObjectiveView None = new(null, [], null, null, [], [], [], [], [], [], new Dictionary<Guid, CaseName>());
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

    [Inject] private ICases Cases { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

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
            await Store.DocumentsAsync(ObjectiveDocumentKind.Indicator, indicator.Name, ct), [.. (await Exclusions.AllAsync(ct)).Where(x => x.Objective is null || x.Objective == Name)],
            await Cases.NamesAsync(Tenant, [.. cases.Select(c => IdOf(c.Key)).OfType<Guid>()], ct));
    }

    private static Guid? IdOf(string key) => Guid.TryParse(key, out var id) ? id : null;

    private static CaseName? NameOf(ObjectiveView view, string key) => IdOf(key) is { } id ? view.CaseNames.GetValueOrDefault(id) : null;

    /// <summary>A case that retention removed has no name any more: then it is told apart by its id.</summary>
    private static string CaseTitle(ObjectiveView view, string key) => key.Length == 0 ? "no case" : NameOf(view, key)?.Title ?? $"case {(key.Length > 8 ? key[..8] : key)}";

    private static string? CaseHref(ObjectiveView view, string key) => NameOf(view, key) is { } name ? PageUrls.Case(name.Id) : null;

    /// <summary>As the budget page judges it; null where the indicator has not been counted.</summary>
    private DateTimeOffset? JudgedUpTo(ObjectiveFigure figure)
    {
        if (figure.Age.Watermark is null)
            return null;
        var now = Clock.GetUtcNow();
        return AlertEvaluation.JudgedUpTo(figure.Published.Indicator, figure.Age.ReadUpTo < now ? figure.Age.ReadUpTo : now);
    }

    private string Missed(string? party, string? @case) =>
        PageUrls.Missed(Name, ("period", Period), ("connection", Connection), ("brand", Brand), ("region", Region), ("warehouse", Warehouse), ("party", party), ("case", @case));
}
