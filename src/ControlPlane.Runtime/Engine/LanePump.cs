using System.Collections.Frozen;
using ControlPlane.Domain.Flows;
using ControlPlane.Runtime.Ingestion;
using Hangfire.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// Works off one lane: what was just committed here is handed over in memory, the rest is claimed from the table. Hosted
/// by the Hangfire server as a background process, so that it starts, shows and stops with it.
/// </summary>
/// <remarks>
/// Sources take turns, in memory and in the table. At shutdown it claims no more, lets what is in hand come to its next
/// safe point, and gives the rest back.
/// </remarks>
internal sealed class LanePump : IBackgroundProcess, IDisposable
{
    private readonly Lane _lane;
    private readonly WorkStore _store;
    private readonly FlowExecutor _executor;
    private readonly EngineOptions _options;
    private readonly LeaseClock _leases;
    private readonly DoorPressure _door;
    private readonly TimeProvider _clock;
    private readonly ILogger<LanePump> _log;
    private readonly FairQueue<Activation> _local = new();
    private readonly SemaphoreSlim _poke = new(0, 1);
    private volatile bool _running;
    private volatile FrozenSet<string> _backlog = FrozenSet<string>.Empty;
    private readonly TimeSpan _claimsApart;
    private int _busy;

    public LanePump(Lane lane, WorkStore store, FlowExecutor executor, IOptions<EngineOptions> options, LeaseClock leases, DoorPressure door, TimeProvider clock, ILogger<LanePump> log)
    {
        _lane = lane;
        _store = store;
        _executor = executor;
        _options = options.Value;
        _leases = leases;
        _door = door;
        _clock = clock;
        _log = log;
        _claimsApart = store.ClaimsApart;
        Concurrency = Math.Max(2, _options.ConcurrencyPerLane * Weight(lane) / 100);
    }

    public Lane Lane => _lane;

    /// <summary>Transactions worked on at the same moment.</summary>
    public int Concurrency { get; }

    /// <summary>In hand at this moment.</summary>
    public int Busy => Volatile.Read(ref _busy);

    public int Waiting => _local.Count;

    /// <summary>So many go on however crowded the door is. Replays of many give way to what comes in.</summary>
    private int AtLeast => _lane == Lane.Bulk ? 2 : 12;

    private TimeSpan Lease => TimeSpan.FromSeconds(_options.LeaseSeconds);

    /// <summary>Percent of the configured concurrency: what a customer waits for comes before what can be made up for.</summary>
    private static int Weight(Lane lane) => lane switch
    {
        Lane.Orders or Lane.Fulfilment => 100,
        Lane.Inventory or Lane.Bulk => 50,
        Lane.Finance or Lane.Catalogue => 25,
        _ => 12,
    };

    /// <summary>
    /// Whether new work of a source may be handed over in memory. Not while older work of it waits in the table, which would
    /// never get its turn; and not more than its share.
    /// </summary>
    public bool TakesHandOver(string source) =>
        _running && !_backlog.Contains(source) && _local.Count < _options.HandOverLimit && _local.CountOf(source) < _options.HandOverLimit / Math.Max(1, _local.Sources);

    /// <summary>The activation's lease is ours and committed.</summary>
    public void HandOver(Activation activation) => _local.Enqueue(activation.Transaction.Connection, activation);

    /// <summary>There is something new in the table.</summary>
    public void Poke()
    {
        if (_poke.CurrentCount == 0)
            try
            {
                _poke.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another poked at the same moment: once is enough.
            }
    }

    /// <summary>Hangfire gives each background process a thread of its own and waits for it at shutdown: blocking is the contract here.</summary>
    public void Execute(BackgroundProcessContext context)
    {
#pragma warning disable RS0030
        RunAsync(context.StoppingToken).GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    public async Task RunAsync(CancellationToken stopping)
    {
        _running = true;
        // Calls under way at shutdown are not cut off: their answers are worth waiting for, up to a limit.
        using var hardStop = new CancellationTokenSource();
        await using var limit = stopping.Register(() => hardStop.CancelAfter(TimeSpan.FromSeconds(_options.DrainSeconds)));
        try
        {
            var workers = Enumerable.Range(0, Concurrency).Select(i => Task.Run(() => WorkAsync(i < AtLeast, stopping, hardStop.Token), CancellationToken.None));
            await Task.WhenAll(workers.Append(Task.Run(() => ClaimAsync(stopping), CancellationToken.None)));
        }
        finally
        {
            _running = false;
            await GiveBackAsync();
        }
    }

    private async Task WorkAsync(bool always, CancellationToken stopping, CancellationToken hardStop)
    {
        while (!stopping.IsCancellationRequested)
        {
            Activation activation;
            try
            {
                if (!always)
                    await _door.CalmAsync(stopping);
                activation = await _local.DequeueAsync(stopping);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            // Waited too long in memory: another may hold it by now. The sweep brings it back.
            if (_leases.Now > activation.Work.LeaseUntil - 5_000_000L)
                continue;
            Interlocked.Increment(ref _busy);
            try
            {
                if (await _executor.RunAsync(activation, stopping, hardStop))
                    Poke();
            }
            catch (OperationCanceledException) when (hardStop.IsCancellationRequested)
            {
                // In the middle of a call that takes too long: the effect's state says what to do, and another does it.
                return;
            }
            catch (Exception e)
            {
                LanePumpLog.WorkFailed(_log, activation.Work.TransactionId, activation.Work.Step, e);
            }
            finally
            {
                Interlocked.Decrement(ref _busy);
            }
        }
    }

    private async Task ClaimAsync(CancellationToken ct)
    {
        var idle = 0;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var room = Concurrency * 2 - _local.Count;
                var claim = room > 0 ? await _store.ClaimAsync(_lane, room, Lease, ct) : null;
                foreach (var activation in claim?.Activations ?? [])
                    HandOver(activation);
                if (claim is not null)
                    _backlog = claim.Backlog;
                idle = claim is { Activations.Count: > 0 } ? 0 : Math.Min(idle + 1, 40);
                // A lane that had nothing for ten seconds is looked at once a second; a poke wakes it at once.
                var wait = room <= 0 || _backlog.Count > 0 ? 10 : idle < 40 ? _options.PollMilliseconds : Math.Max(1000, _options.PollMilliseconds);
                var claimed = _clock.GetTimestamp();
                await _poke.WaitAsync(TimeSpan.FromMilliseconds(wait), ct);
                // Pokes come in swarms, and a claim of one costs as much as a claim of ten.
                if (_claimsApart - _clock.GetElapsedTime(claimed) is { Ticks: > 0 } rest)
                    await Task.Delay(rest, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LanePumpLog.ClaimFailed(_log, _lane, e);
                await Task.Delay(TimeSpan.FromSeconds(1), _clock, CancellationToken.None);
            }
        }
    }

    private async Task GiveBackAsync()
    {
        var given = new List<Task>();
        while (_local.TryDequeue(out var activation))
            given.Add(_executor.GiveBackAsync(activation));
        try
        {
            await Task.WhenAll(given);
        }
        catch (Exception e)
        {
            LanePumpLog.GiveBackFailed(_log, _lane, e);
        }
    }

    public void Dispose()
    {
        _poke.Dispose();
        _local.Dispose();
    }

    public override string ToString() => $"Lane {_lane}";
}

internal static partial class LanePumpLog
{
    [LoggerMessage(2201, LogLevel.Error, "Transaction {TransactionId} was left at step {Step}; its lease runs out and it is tried again")]
    public static partial void WorkFailed(ILogger logger, Guid transactionId, string step, Exception exception);

    [LoggerMessage(2202, LogLevel.Error, "Lane {Lane} cannot claim work; it tries again in a second")]
    public static partial void ClaimFailed(ILogger logger, Lane lane, Exception exception);

    [LoggerMessage(2203, LogLevel.Warning, "Lane {Lane} could not give back its work at shutdown; the leases run out and others take it")]
    public static partial void GiveBackFailed(ILogger logger, Lane lane, Exception exception);
}
