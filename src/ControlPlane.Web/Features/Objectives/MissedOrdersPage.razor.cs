using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Objectives;

public sealed record MissedView(ObjectiveFigure? Figure, MissedPage Page)
{
    public static readonly MissedView None = new(null, new MissedPage([], null));
}

/// <summary>The very orders behind a figure. The address says which.</summary>
public sealed partial class MissedOrdersPage
{
    private Loadable<MissedView> _page = default!;
    private string? _asked;

    [Parameter] public string Name { get; set; } = "";

    [SupplyParameterFromQuery(Name = "period")] public string? Period { get; set; }

    [SupplyParameterFromQuery(Name = "connection")] public string? Connection { get; set; }

    [SupplyParameterFromQuery(Name = "brand")] public string? Brand { get; set; }

    [SupplyParameterFromQuery(Name = "region")] public string? Region { get; set; }

    [SupplyParameterFromQuery(Name = "warehouse")] public string? Warehouse { get; set; }

    [SupplyParameterFromQuery(Name = "party")] public string? Party { get; set; }

    [SupplyParameterFromQuery(Name = "case")] public string? Case { get; set; }

    [SupplyParameterFromQuery(Name = "at")] public string? At { get; set; }

    [Inject] private ObjectiveStandings Standings { get; set; } = default!;

    [Inject] private ObjectiveFigures Figures { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private ILogger<MissedOrdersPage> Log { get; set; } = default!;

    /// <summary>One that does not exist is left out and said: by it every order would look to be in time.</summary>
    private string? KnownParty => ObjectiveAddress.IsParty(Party) ? Party : null;

    protected override void OnInitialized() => _page = new(Clock);

    protected override async Task OnParametersSetAsync()
    {
        var asked = string.Join('|', Name, Period, Connection, Brand, Region, Warehouse, Party, Case, At);
        if (_asked == asked)
            return;
        _asked = asked;
        await ReadAsync();
    }

    private Task ReadAsync() => _page.LoadAsync(
        async ct =>
        {
            var scope = ObjectiveAddress.Scope(Connection, Brand, Region, Warehouse);
            if (await Standings.FindAsync(Name, scope, ObjectiveAddress.Over(Period), ct) is not { } figure)
                return MissedView.None;
            Guid? caseId = Guid.TryParse(Case, out var id) ? id : null;
            return new(figure, await Figures.MissedAsync(figure.Published.Objective.Indicator, figure.Period, ObjectiveStandings.Scope(figure.Published, scope), KnownParty, caseId, At, 50, ct));
        },
        e => ShellLog.PageReadFailed(Log, nameof(MissedOrdersPage), e), CancellationToken.None);

    private string Next(string cursor) => PageUrls.Missed(Name, ("period", Period), ("connection", Connection), ("brand", Brand), ("region", Region), ("warehouse", Warehouse), ("party", Party), ("case", Case), ("at", cursor));
}
