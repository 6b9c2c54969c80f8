using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Replays;
using ControlPlane.Web.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MudBlazor;

namespace ControlPlane.Web.Features.Engine;

/// <summary>Starts, shows and stops replays of many orders.</summary>
public sealed partial class ReplaysCard
{
    private IReadOnlyList<BulkReplayRow> _rows = [];
    private BulkPreview? _preview;
    private bool _asking;
    private bool _busy;
    private string _code = "";
    private int _canary = 5;
    private int _perSecond = 20;
    private string _reason = "";
    private string? _said;
    private Guid _operation;

    /// <summary>Read anew whenever the page is.</summary>
    [Parameter, EditorRequired] public EngineView View { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    protected override async Task OnParametersSetAsync() => _rows = [.. (await Replays.ListAsync(Tenant, CancellationToken.None)).Take(10)];

    private async Task AskAsync()
    {
        _preview = await Replays.PreviewAsync(Tenant, new(TransactionState.Stuck, null, null, null), CancellationToken.None);
        // The operation's id is made here, so that fifteen clicks are one replay.
        (_asking, _said, _operation) = (true, null, EntityId.New(Clock));
    }

    private Task StartAsync()
    {
        if (_reason.Trim().Length == 0)
        {
            _said = "Say why, so that the journal of each order tells it.";
            return Task.CompletedTask;
        }

        var selection = new BulkSelection(TransactionState.Stuck, _code.Length == 0 ? null : _code, null, null);
        return RunAsync(async by =>
        {
            var outcome = await Replays.StartAsync(
                Tenant, _operation, new(selection, null, false, Math.Clamp(_perSecond, 1, BulkReplayRequest.MostPerSecond), Math.Clamp(_canary, 0, 100), _reason.Trim()), by, CancellationToken.None);
            if (outcome.Accepted)
                (_asking, _reason) = (false, "");
            return outcome.Message;
        });
    }

    private Task ChangeAsync(BulkReplayRow row, BulkReplayState to) => RunAsync(async by => (await Replays.ChangeAsync(Tenant, row.Id, to, by, CancellationToken.None)).Message);

    private async Task RunAsync(Func<string, Task<string>> command)
    {
        _busy = true;
        _said = await command((Who is null ? null : (await Who).User.Identity?.Name) ?? "somebody");
        _busy = false;
        await OnParametersSetAsync();
    }

    private static (string Word, string Icon, Tone Tone) Look(BulkReplayState state) => state switch
    {
        BulkReplayState.Running => ("Running", Icons.Material.Outlined.PlayCircle, Tone.Info),
        BulkReplayState.Paused => ("Paused", Icons.Material.Outlined.PauseCircle, Tone.Waiting),
        BulkReplayState.Done => ("Done", Icons.Material.Outlined.CheckCircle, Tone.Done),
        _ => ("Cancelled", Icons.Material.Outlined.Cancel, Tone.Neutral),
    };
}
