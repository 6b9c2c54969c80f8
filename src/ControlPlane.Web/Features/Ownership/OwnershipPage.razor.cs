using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Ownership;

/// <summary>What the page shows at one time.</summary>
public sealed record OwnershipView(OwnershipNow Now, TeamQueues Queues, IReadOnlyList<UnsentItem> Unsent, IReadOnlyList<OwnershipVersion> Versions);

/// <summary>Queues with their age; rules and teams with what a change would do, before it does it. The tab is in the address.</summary>
public sealed partial class OwnershipPage
{
    private OwnershipDraft? _draft;
    private OwnershipPreview? _preview;
    private IReadOnlyList<OwnershipProblem> _problems = [];
    private int _basedOn;
    private bool _mayEdit, _busy;
    private string? _said;

    [SupplyParameterFromQuery(Name = "tab")] public string? Tab { get; set; }

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private IOwnership Ownership { get; set; } = default!;

    [Inject] private ITeamQueues Queues { get; set; } = default!;

    [Inject] private INotifications Notifications { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    protected override OwnershipView? Carried
    {
        get => Readings.Collect<OwnershipView>(Ticket);
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    /// <summary>Counts of queues: often enough to be true, calm enough to be read.</summary>
    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(3);

    private string Shown => OwnershipPresentation.Tabs.Any(t => t.Tab == Tab) ? Tab! : "queues";

    /// <summary>What is edited. It outlives readings and tabs, until it is published or given up.</summary>
    private OwnershipDraft Draft
    {
        get
        {
            if (_draft is not null)
                return _draft;
            _basedOn = Source.Value!.Now.Version;
            return _draft = new(Source.Value.Now.Setup);
        }
    }

    protected override async Task OnParametersSetAsync()
    {
        _mayEdit = Who is not null && (await Who).User.IsInRole(PortalRoles.Admin);
        await base.OnParametersSetAsync();
    }

    protected override async Task<OwnershipView> ReadAsync(CancellationToken ct)
    {
        var view = new OwnershipView(await Ownership.ReadAsync(Tenant, ct), await Queues.ReadAsync(Tenant, ct), await Notifications.UnsentAsync(Tenant, ct), await Ownership.VersionsAsync(Tenant, ct));
        // Somebody published: what nobody has touched here begins anew from it.
        if (_draft is { Changes.Count: 0 } && view.Now.Version != _basedOn)
            _draft = null;
        return view;
    }

    protected override DateTimeOffset ReadAt(OwnershipView value) => value.Queues.ReadAt;

    private void Discard() => (_draft, _preview, _problems, _said) = (null, null, [], "What you changed is given up. What is in service stays.");

    private async Task PreviewAsync()
    {
        _busy = true;
        try
        {
            _said = null;
            _preview = await Ownership.PreviewAsync(Tenant, Draft.Setup, CancellationToken.None);
            _problems = [.. Draft.Unreadable, .. _preview.Problems];
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task PublishAsync(string reason)
    {
        if (_busy)
            return;
        if (Draft.Unreadable is { Count: > 0 } unreadable)
        {
            (_problems, _said) = (unreadable, null);
            return;
        }

        await RunAsync(async by => await Ownership.PublishAsync(Tenant, Draft.Setup, _basedOn, by, reason, CancellationToken.None));
    }

    private Task RollBackAsync((int Version, string Reason) wish) =>
        RunAsync(async by => await Ownership.RollBackAsync(Tenant, wish.Version, Source.Value!.Now.Version, by, wish.Reason, CancellationToken.None));

    private async Task SendAgainAsync(Guid id)
    {
        await Notifications.SendAgainAsync(Tenant, id, CancellationToken.None);
        await RefreshAsync();
    }

    private async Task RunAsync(Func<string, Task<PublishOutcome>> command)
    {
        _busy = true;
        try
        {
            var outcome = await command(Who is null ? "somebody" : (await Who).User.Person().Name);
            (_said, _problems) = (outcome.Message, outcome.Problems);
            if (outcome.Accepted)
                (_draft, _preview) = (null, null);
        }
        finally
        {
            _busy = false;
        }

        await RefreshAsync();
    }
}
