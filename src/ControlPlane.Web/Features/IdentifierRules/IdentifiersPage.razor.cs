using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.IdentifierRules;

/// <summary>Which numbers find an order is data: rules, what they found in stored orders, and who changed them.</summary>
public sealed partial class IdentifiersPage
{
    private static readonly TimeSpan FollowEvery = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _gone = new();
    private Loadable<RuleList> _list = default!;
    private ITimer? _follow;
    private string? _said;

    [SupplyParameterFromQuery(Name = "rule")] public string? Rule { get; set; }

    [SupplyParameterFromQuery(Name = "start")] public string? Start { get; set; }

    [Inject] private RuleQueries Queries { get; set; } = default!;

    [Inject] private IConnectionRegistry Connections { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private TimeProvider Clock { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private ILogger<IdentifiersPage> Log { get; set; } = default!;

    protected override async Task OnInitializedAsync()
    {
        _list = new(Clock);
        await ReadAsync();
        if (RendererInfo.IsInteractive)
            // Only while something is carried back, there is something to follow.
            _follow = Clock.CreateTimer(_ => _ = InvokeAsync(() => _list.Value?.Backfills.Any(b => b.State == BackfillState.Running) == true ? FollowAsync() : Task.CompletedTask), null, FollowEvery, FollowEvery);
    }

    private async Task FollowAsync()
    {
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        try
        {
            await _list.LoadAsync(ct => Queries.ListAsync(Tenant, ct), e => ShellLog.PageReadFailed(Log, nameof(IdentifiersPage), e), _gone.Token);
        }
        catch (OperationCanceledException) when (_gone.IsCancellationRequested)
        {
            // The page was left while it read.
        }
    }

    private async Task DoneAsync(string said)
    {
        _said = said;
        Navigation.NavigateTo(PageUrls.Identifiers);
        await ReadAsync();
    }

    private Task SayAsync(string said)
    {
        _said = said;
        return ReadAsync();
    }

    public void Dispose()
    {
        _gone.Cancel();
        _follow?.Dispose();
        _gone.Dispose();
    }
}
