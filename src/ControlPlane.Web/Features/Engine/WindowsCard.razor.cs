using System.Globalization;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Engine;

/// <summary>Declares and ends maintenance windows, and says beforehand what that will do.</summary>
public sealed partial class WindowsCard
{
    private bool _asking;
    private bool _busy;
    private string _connection = "";
    private DateTime _from;
    private double _hours = 2;
    private string _reason = "";
    private string _effect = "";
    private string? _said;
    private Guid _operation;

    [Parameter, EditorRequired] public EngineView View { get; set; } = default!;

    [Parameter, EditorRequired] public Func<Task> Changed { get; set; } = default!;

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    /// <summary>The operation's id is made here, so that fifteen clicks are one window.</summary>
    private async Task Ask()
    {
        (_asking, _said, _operation) = (true, null, EntityId.New(Clock));
        _connection = Connections.All.OrderBy(c => c.DisplayName, StringComparer.Ordinal).FirstOrDefault()?.Key ?? "";
        var local = TimeZoneInfo.ConvertTime(Viewer.Now, Viewer.Zone).DateTime;
        _from = local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute));
        await EstimateAsync();
    }

    private async Task EstimateAsync()
    {
        if (_hours is not (>= 0.25 and <= 168))
        {
            _effect = "A window lasts 15 minutes to 7 days.";
            return;
        }

        var orders = await Windows.EffectAsync(Tenant, TimeSpan.FromHours(_hours), CancellationToken.None);
        _effect = orders == 0
            ? "Nothing came in within the last hour, so probably little will wait."
            : $"About {MoneyFormat.Count(orders)} orders will come in meanwhile, going by the last hour. Those that need this system wait for its end; no attempt is burned.";
    }

    private async Task DeclareAsync()
    {
        var zone = Viewer.Zone;
        var from = new DateTimeOffset(_from, zone.GetUtcOffset(_from));
        if (_reason.Trim().Length == 0)
        {
            _said = "Say why, so that others need not ask.";
            return;
        }

        await RunAsync(async by => await Windows.DeclareAsync(Tenant, _operation, _connection, from, from.AddHours(Math.Clamp(_hours, 0.25, 168)), _reason.Trim(), by, CancellationToken.None), close: true);
    }

    private Task EndAsync(MaintenanceWindow window) => RunAsync(by => Windows.EndAsync(Tenant, window.Id, by, CancellationToken.None), close: false);

    private async Task RunAsync(Func<string, Task<CommandOutcome>> command, bool close)
    {
        _busy = true;
        var by = Who is null ? null : (await Who).User.Identity?.Name;
        var outcome = await command(by ?? "somebody");
        (_busy, _said) = (false, outcome.Message);
        if (outcome.Accepted && close)
            (_asking, _reason) = (false, "");
        await Changed();
    }
}
