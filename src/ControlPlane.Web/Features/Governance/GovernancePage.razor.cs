using System.Globalization;
using ControlPlane.Domain.Governance;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Governance;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Governance;

public sealed record GovernanceView(GovernanceReport Report, ILookup<string, GovernanceDay> Trend);

/// <summary>How well each connection is kept, by what, and where it is mended. The part and the open connection are in the address.</summary>
public sealed partial class GovernancePage
{
    private const int MostNamed = 3;

    private bool _mayEdit;

    [SupplyParameterFromQuery(Name = "view")] public string? View { get; set; }

    [SupplyParameterFromQuery(Name = "connection")] public string? Connection { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private IGovernance Board { get; set; } = default!;

    [Inject] private EstateVersions Versions { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    protected override GovernanceView? Carried
    {
        get => Readings.Collect<GovernanceView>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    protected override TimeSpan RereadEvery => TimeSpan.FromMinutes(1);

    /// <summary>Scores are of thirty days: one order more is no reason to count anew.</summary>
    protected override bool Concerns(LiveChange change) => false;

    private string? Part => View is "apis" or "rules" ? View : null;

    protected override async Task<GovernanceView> ReadAsync(CancellationToken ct) => new(await Board.ReadAsync(Tenant, ct), await Board.TrendAsync(Tenant, ct));

    protected override DateTimeOffset ReadAt(GovernanceView value) => value.Report.ReadAt;

    protected override async Task OnParametersSetAsync()
    {
        _mayEdit = Who is not null && (await Who).User.IsInRole(PortalRoles.Admin);
        await base.OnParametersSetAsync();
    }

    private async Task<EstateVersionOutcome> SaveAsync(string text, string reason)
    {
        var outcome = await Versions.PutAsync(
            Tenant, new GovernanceRuleKind(), GovernanceRuleKind.DocumentName, text, Based(), Who is null ? "somebody" : (await Who).User.Person().Name, reason, CancellationToken.None);
        if (outcome.Accepted)
            await RefreshAsync();
        return outcome;
    }

    /// <summary>Shipped rules stand for "whatever is there": a reset leaves versions behind it.</summary>
    private int? Based() => Source.Value?.Report.Rules.Version is > 0 and var version ? version : null;

    private static string Fails(GovernanceScore score)
    {
        // By the check and not by the rule's title: that says what holds, and would be read as if it did.
        var found = score.Lines.Where(l => l.Judgement.Verdict == GovernanceVerdict.Fails).OrderByDescending(l => l.Rule.Weight).Select(l => GovernanceWords.Failing(l.Rule.Check)).Distinct().ToList();
        return found.Count == 0 ? "nothing that was judged" : string.Join(" · ", found.Take(MostNamed)) + (found.Count > MostNamed ? string.Create(CultureInfo.InvariantCulture, $" · {found.Count - MostNamed} more") : "");
    }

    private static string Failing(GovernanceReport report, string rule)
    {
        var count = report.Scores.Count(s => s.Lines.Any(l => l.Rule.Id == rule && l.Judgement.Verdict == GovernanceVerdict.Fails));
        return string.Create(CultureInfo.InvariantCulture, $"{count} of {report.Scores.Count}");
    }
}
