using System.Data.Common;
using System.Diagnostics.Metrics;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Live;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Telemetry;

/// <summary>Keeps what the gauges show at most a quarter of a minute old, and counts committed changes as they are told.</summary>
public sealed partial class StandingSampler : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    private readonly WorkStandings _standings;
    private readonly IChangeFeed _changes;
    private readonly TimeProvider _clock;
    private readonly ILogger<StandingSampler> _log;
    private volatile WorkStanding? _last;

    public StandingSampler(WorkStandings standings, IChangeFeed changes, IMeterFactory meters, TimeProvider clock, ILogger<StandingSampler> log)
    {
        (_standings, _changes, _clock, _log) = (standings, changes, clock, log);
        // From what was last seen: a metric reader must not wait for a database.
        var meter = meters.Create(ControlPlaneTelemetry.Flows);
        meter.CreateObservableGauge(ControlPlaneTelemetry.Work, Work, "{item}", "Open work");
        meter.CreateObservableGauge(ControlPlaneTelemetry.OldestWork, () => _last is { } last ? [new Measurement<double>(last.OldestReady.TotalSeconds)] : Array.Empty<Measurement<double>>(), "s", "Age of the oldest ready work");
        meter.CreateObservableGauge(ControlPlaneTelemetry.Stuck, Stuck, "{transaction}", "Transactions that need a person");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var subscription = _changes.Subscribe(Count);
        using var timer = new PeriodicTimer(Every, _clock);
        do
        {
            try
            {
                _last = await _standings.ReadAsync(stoppingToken);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException or TimeoutException)
            {
                // Better no number than an old one that looks current.
                _last = null;
                SampleFailed(_log, e.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static void Count(IReadOnlyList<ChangeNote> notes)
    {
        // Each change is counted by the node that made it.
        foreach (var note in notes.Where(n => !n.Elsewhere))
            ControlPlaneTelemetry.CountChange(note.Connection, note.State.Word());
    }

    private IEnumerable<Measurement<int>> Work() => (_last?.Work ?? []).Select(w => new Measurement<int>(
        w.Count, new(ControlPlaneTelemetry.LaneTag, w.Lane.ToString().ToLowerInvariant()), new(ControlPlaneTelemetry.StateTag, w.State.ToString().ToLowerInvariant())));

    private IEnumerable<Measurement<int>> Stuck() => (_last?.Stuck ?? []).Select(s => new Measurement<int>(s.Count, new KeyValuePair<string, object?>(ControlPlaneTelemetry.PartyTag, s.Party?.Word() ?? "us")));

    [LoggerMessage(2711, LogLevel.Warning, "The standing of the work could not be read: {Cause}")]
    private static partial void SampleFailed(ILogger logger, string cause);
}
