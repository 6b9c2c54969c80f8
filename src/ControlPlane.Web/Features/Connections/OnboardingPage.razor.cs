using ControlPlane.Runtime.Connections.Onboarding;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace ControlPlane.Web.Features.Connections;

/// <param name="View">Null when there is no such connection.</param>
public sealed record OnboardingReading(string Key, OnboardingView? View, DateTimeOffset ReadAt);

/// <summary>What a connection has to show before it goes live, with its evidence; the button that switches it on.</summary>
public sealed partial class OnboardingPage
{
    private string _asked = "";
    private string _said = "";
    private bool _busy;

    [Parameter] public string Key { get; set; } = "";

    [PersistentState] public string? Ticket { get; set; }

    [CascadingParameter] private Task<AuthenticationState>? Who { get; set; }

    [Inject] private OnboardingDesk Desk { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    /// <summary>It looks through recent messages each time.</summary>
    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(3);

    protected override OnboardingReading? Carried
    {
        get => Readings.Collect<OnboardingReading>(Ticket) is { } reading && reading.Key == Key ? reading : null;
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    protected override void OnInitialized() => _asked = Key;

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == Key)
            return;
        (_asked, _said) = (Key, "");
        await RefreshAsync();
    }

    protected override async Task<OnboardingReading> ReadAsync(CancellationToken ct)
    {
        var key = Key;
        return new(key, await Desk.ReadAsync(Tenant, key, ct), Time.GetUtcNow());
    }

    protected override DateTimeOffset ReadAt(OnboardingReading value) => value.ReadAt;

    private Task WaiveAsync((string Gate, string Reason) waiver) => DoAsync(by => Desk.WaiveAsync(Tenant, Key, waiver.Gate, waiver.Reason, by, CancellationToken.None), "The waiver is kept in the history of the connection.");

    private Task AimAsync(string target) => DoAsync(by => Desk.AimAsync(Tenant, Key, target, by, CancellationToken.None), "The target is kept in the history of the connection.");

    private Task GoLiveAsync() => DoAsync(by => Desk.GoLiveAsync(Tenant, Key, by, CancellationToken.None), "It is live.");

    private async Task DoAsync(Func<string, Task<OnboardingOutcome>> act, string done)
    {
        _busy = true;
        var by = Who is null ? null : (await Who).User.Identity?.Name;
        var outcome = await act(by ?? "somebody");
        _said = outcome.Problem?.Message ?? done;
        await RefreshAsync();
        _busy = false;
    }
}
