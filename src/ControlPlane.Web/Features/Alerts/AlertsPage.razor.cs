using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Alerts;

/// <summary>What the page shows at one time.</summary>
public sealed record AlertsView(AlertList Page, IReadOnlyList<SilenceItem> Silences, BudgetBoard Budgets, IReadOnlyList<AlertChannelItem> Channels, SilenceChoices Choices);

/// <summary>Incidents, silences, budgets and channels; what is shown is in the address.</summary>
public sealed partial class AlertsPage
{
    private bool _mayAct, _mayManage, _mayTest, _busy, _refused;
    private int _saved;
    private string? _said;

    [SupplyParameterFromQuery(Name = "tab")] public string? Tab { get; set; }

    [SupplyParameterFromQuery(Name = "state")] public string? State { get; set; }

    [SupplyParameterFromQuery(Name = "urgency")] public string? Urgency { get; set; }

    [SupplyParameterFromQuery(Name = "after")] public string? After { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private IAlerts Alerts { get; set; } = default!;

    [Inject] private IBudgetGate Budgets { get; set; } = default!;

    [Inject] private IAlertChannels Channels { get; set; } = default!;

    [Inject] private IAlertChannelTester Tester { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    protected override AlertsView? Carried
    {
        get => Readings.Collect<AlertsView>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>The engine looks every half minute; what people do shows at once.</summary>
    protected override TimeSpan RereadEvery => TimeSpan.FromSeconds(10);

    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(5);

    private string Shown => AlertsPresentation.Tabs.Any(t => t.Tab == Tab) ? Tab! : "incidents";

    private string StateShown => State is "over" or "all" ? State : "open";

    private string _asked = "";

    protected override async Task OnParametersSetAsync()
    {
        if (Who is not null && (await Who).User is { } user)
            (_mayAct, _mayManage, _mayTest) = (user.IsInRole(PortalRoles.Business) || user.IsInRole(PortalRoles.Operator) || user.IsInRole(PortalRoles.Admin), user.IsInRole(PortalRoles.Admin), user.IsInRole(PortalRoles.Operator));
        await base.OnParametersSetAsync();
        var asked = $"{StateShown}|{Urgency}|{After}";
        if (Source is { Value: not null } && _asked.Length > 0 && _asked != asked)
            await RefreshAsync();
        _asked = asked;
    }

    protected override async Task<AlertsView> ReadAsync(CancellationToken ct)
    {
        bool? open = StateShown switch { "all" => null, "over" => false, _ => true };
        AlertUrgency? urgency = Urgency switch { "page" => AlertUrgency.Page, "ticket" => AlertUrgency.Ticket, _ => null };
        return new(await Alerts.ListAsync(Tenant, new(open, urgency), After, 50, ct), await Alerts.SilencesAsync(Tenant, ct), await Budgets.ReadAsync(Tenant, ct), await Channels.AllAsync(Tenant, ct), await Alerts.ChoicesAsync(Tenant, ct));
    }

    protected override DateTimeOffset ReadAt(AlertsView value) => value.Page.ReadAt;

    private string? NextHref(string? next) => next is null ? null : $"{PageUrls.AlertsAt("incidents", StateShown, Urgency)}&after={Uri.EscapeDataString(next)}";

    private Task TakeAsync(Guid id) => RunAsync(by => Alerts.AcknowledgeAsync(Tenant, id, by, "", CancellationToken.None));

    private Task SilenceAsync((Guid Id, SilenceRequest Request) wish) => RunAsync(by => Alerts.SilenceAsync(Tenant, wish.Id, wish.Request, by, CancellationToken.None));

    private Task EndSilenceAsync(Guid id) => RunAsync(by => Alerts.EndSilenceAsync(Tenant, id, by, CancellationToken.None));

    private Task WaiveAsync((Guid Id, string? Connection, int Minutes, string Reason) wish) =>
        RunAsync(by => Budgets.WaiveAsync(Tenant, wish.Id, wish.Connection, TimeSpan.FromMinutes(wish.Minutes), wish.Reason, by, CancellationToken.None), _mayManage);

    private Task EndWaiverAsync(Guid id) => RunAsync(by => Budgets.EndWaiverAsync(Tenant, id, by, CancellationToken.None), _mayManage);

    private async Task SaveChannelAsync((AlertChannel Channel, int BasedOn, string Reason) wish)
    {
        var ran = await RunAsync(
            async by => await Channels.SaveAsync(Tenant, wish.Channel, wish.BasedOn, by, wish.Reason, CancellationToken.None) is var outcome ? new CommandOutcome(outcome.Accepted, outcome.Code, string.Join(" ", outcome.Problems.Select(p => p.Message).DefaultIfEmpty(outcome.Message))) : default!, _mayManage);
        if (ran && !_refused)
            _saved++;
    }

    private Task DeleteChannelAsync(string name) => RunAsync(_ => Channels.DeleteAsync(Tenant, name, CancellationToken.None), _mayManage);

    private Task TestChannelAsync(string name) => RunAsync(by => Tester.TestAsync(Tenant, name, by, CancellationToken.None), _mayManage || _mayTest);

    private Task SendAgainAsync(string name) =>
        RunAsync(async _ => new(true, "accepted", $"{await Channels.SendAgainAsync(Tenant, name, CancellationToken.None)} messages are tried again."), _mayManage || _mayTest);

    private Task<bool> RunAsync(Func<string, Task<CommandOutcome>> command) => RunAsync(command, _mayAct);

    /// <param name="may">A button that is not shown is not enough: the right is asked again.</param>
    /// <returns>Whether it was tried at all.</returns>
    private async Task<bool> RunAsync(Func<string, Task<CommandOutcome>> command, bool may)
    {
        if (_busy || !may)
            return false;
        _busy = true;
        try
        {
            var outcome = await command(Who is null ? "somebody" : (await Who).User.Person().Name);
            (_said, _refused) = (outcome.Message, !outcome.Accepted);
        }
        finally
        {
            _busy = false;
        }

        await RefreshAsync();
        return true;
    }
}
