using ControlPlane.Runtime.Connections.Health;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Live;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Connections;

/// <param name="Health">Null when there is no such connection.</param>
public sealed record ConnectionReading(string Key, ConnectionHealth? Health, DateTimeOffset ReadAt);

/// <summary>Everything about one connection: budgets, webhooks, credentials, feeds, last messages, history.</summary>
public sealed partial class ConnectionPage
{
    private string _asked = "";

    [Parameter] public string Key { get; set; } = "";

    [PersistentState] public string? Ticket { get; set; }

    [Inject] private ConnectionHealthQueries Queries { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    [Inject] private CarriedReadings Readings { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    /// <summary>Figures of a day do not change with every order.</summary>
    protected override TimeSpan ReadAtMostEvery => TimeSpan.FromSeconds(5);

    protected override ConnectionReading? Carried
    {
        get => Readings.Collect<ConnectionReading>(Ticket) is { } reading && reading.Key == Key ? reading : null;
        set => Ticket = value is null ? null : Readings.Leave(value);
    }

    protected override void OnInitialized() => _asked = Key;

    protected override async Task OnParametersSetAsync()
    {
        if (_asked == Key)
            return;
        _asked = Key;
        await RefreshAsync();
    }

    protected override async Task<ConnectionReading> ReadAsync(CancellationToken ct)
    {
        var key = Key;
        return new(key, await Queries.ReadAsync(Tenant, key, ct), Time.GetUtcNow());
    }

    protected override DateTimeOffset ReadAt(ConnectionReading value) => value.ReadAt;
}
