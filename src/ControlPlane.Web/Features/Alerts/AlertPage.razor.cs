using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Features.Ownership;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Alerts;

/// <summary>One incident: what burns, why, since when, whose it is, what to do.</summary>
public sealed partial class AlertPage
{
    private bool _mayAct, _busy;
    private string? _said;
    private string _why = "";
    private int _minutes = 60;

    [Parameter] public string Id { get; set; } = "";

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private IServiceProvider Services { get; set; } = default!;

    [Inject] private IAlerts Alerts { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private ViewerTime Viewer { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    protected override AlertDetailView? Carried
    {
        get => Readings.Collect<AlertDetailView>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    protected override TimeSpan RereadEvery => TimeSpan.FromSeconds(10);

    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(5);

    protected override async Task OnParametersSetAsync()
    {
        _mayAct = Who is not null && (await Who).User is var user && (user.IsInRole(PortalRoles.Business) || user.IsInRole(PortalRoles.Operator) || user.IsInRole(PortalRoles.Admin));
        await base.OnParametersSetAsync();
    }

    protected override Task<AlertDetailView> ReadAsync(CancellationToken ct) => AlertDetailView.ReadAsync(Services, Tenant, Guid.TryParse(Id, out var id) ? id : Guid.Empty, ct);

    protected override DateTimeOffset ReadAt(AlertDetailView value) => value.ReadAt;

    private Task TakeAsync() => RunAsync(by => Alerts.AcknowledgeAsync(Tenant, Guid.Parse(Id), by, "", CancellationToken.None));

    /// <summary>Each objective of the incident, where the same party is to blame: one more that joins it is still told.</summary>
    private Task SilenceAsync() => RunAsync(async by =>
    {
        var facts = Source.Value!.Detail!.Incident.Facts;
        var outcome = new CommandOutcome(true, "accepted", "");
        foreach (var objective in facts.Objectives)
            outcome = await Alerts.SilenceAsync(Tenant, Guid.CreateVersion7(), new(objective.Name, null, facts.Party, TimeSpan.FromMinutes(_minutes), _why), by, CancellationToken.None);
        return outcome;
    });

    private async Task RunAsync(Func<string, Task<CommandOutcome>> command)
    {
        if (_busy || !_mayAct)
            return;
        _busy = true;
        try
        {
            _said = (await command(Who is null ? "somebody" : (await Who).User.Person().Name)).Message;
        }
        finally
        {
            _busy = false;
        }

        await RefreshAsync();
    }

    /// <summary>Runbooks come from documents: only what is an address becomes a link.</summary>
    private static bool IsLink(string book) => Uri.TryCreate(book, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp);
}
