using System.Globalization;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Domain.Connections;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Reports;

/// <param name="Channels">Key and name.</param>
public sealed record ReportsView(IReadOnlyList<ReportPlanItem> Plans, IReadOnlyList<ReportItem> Made, IReadOnlyList<(string Key, string Name)> Channels);

/// <summary>Reports that go out by themselves, and those that were made.</summary>
public sealed partial class ReportsPage
{
    private const int Shown = 100;

    private bool _mayEdit, _busy;
    private string? _said;
    private ReportDraft? _draft;
    private IReadOnlyList<ReportProblem> _problems = [];
    private (Guid Id, ReportCheck Check)? _checked;

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private IReports Reports { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    protected override ReportsView? Carried
    {
        get => Readings.Collect<ReportsView>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>Reports come by the calendar, not by orders.</summary>
    protected override bool Concerns(LiveChange change) => false;

    protected override async Task OnParametersSetAsync()
    {
        _mayEdit = Who is not null && (await Who).User is var user && (user.IsInRole(PortalRoles.Admin) || user.IsInRole(PortalRoles.Operator));
        await base.OnParametersSetAsync();
    }

    protected override async Task<ReportsView> ReadAsync(CancellationToken ct) => new(
        await Reports.PlansAsync(Tenant, ct), await Reports.ListAsync(Tenant, null, Shown, ct), [.. Connections.All.Where(c => c.Role.Sells()).OrderBy(c => c.DisplayName, StringComparer.OrdinalIgnoreCase).Select(c => (c.Key, c.DisplayName))]);

    protected override DateTimeOffset ReadAt(ReportsView value) => Viewer.Now;

    private void Edit(ReportPlan? plan) => (_draft, _problems, _said) = (new ReportDraft(plan, Viewer.Zone.Id), [], null);

    private async Task SaveAsync()
    {
        if (_draft is not { } draft || _busy || !_mayEdit)
            return;
        await RunAsync(async by =>
        {
            _problems = draft.Unread() is { } unread ? [unread] : await Reports.SaveAsync(Tenant, draft.Plan(), by, CancellationToken.None);
            if (_problems.Count == 0)
                (_draft, _said) = (null, $"{draft.Title} is planned.");
        });
    }

    private async Task RemoveAsync()
    {
        if (_draft is not { New: false } draft || _busy || !_mayEdit)
            return;
        await RunAsync(async _ =>
        {
            await Reports.RemoveAsync(Tenant, draft.Name, CancellationToken.None);
            (_draft, _said) = (null, $"{draft.Title} is not made any more. What was made stays.");
        });
    }

    private Task MakeAsync(string name) => RunAsync(async by =>
    {
        if (_mayEdit)
            _said = await Reports.MakeAsync(Tenant, name, by, CancellationToken.None) is { } made ? $"{made.Title} of {Period(made)} is made.{(made.HasPdf ? "" : " " + made.Note)}" : "It is not planned any more.";
    });

    private Task CheckAsync(Guid id) => RunAsync(async _ => _checked = await Reports.CheckAsync(Tenant, id, CancellationToken.None) is { } check ? (id, check) : null);

    private async Task RunAsync(Func<string, Task> act)
    {
        _busy = true;
        try
        {
            await act(Who is null ? "somebody" : (await Who).User.Person().Name);
        }
        finally
        {
            _busy = false;
        }

        await RefreshAsync();
    }

    private static string Period(ReportItem made) => Period(made.From, made.To, made.Zone);

    private static string Period(DateTimeOffset from, DateTimeOffset to, string zone)
    {
        var of = TimeZoneInfo.FindSystemTimeZoneById(zone);
        string Day(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, of).ToString("d MMM yyyy", CultureInfo.InvariantCulture);
        return $"{Day(from)} to {Day(to.AddTicks(-1))}";
    }

    private static string Answer(ReportsView view)
    {
        var made = view.Made.Count == 0 ? "none was made yet" : $"the last was made of {Period(view.Made[0])}";
        var unsent = view.Made.Any(m => m is { SentAt: null, Recipients: > 0, Sending: false }) ? " Some could not be sent." : "";
        return view.Plans.Count switch
        {
            0 when view.Made.Count == 0 => "No report is planned.",
            0 => $"No report is planned; {made}.{unsent}",
            1 => $"1 report is planned; {made}.{unsent}",
            var count => $"{count} reports are planned; {made}.{unsent}",
        };
    }
}
