using System.Threading.Channels;
using ControlPlane.Domain.Flows;
using Hangfire.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// Works off one lane: what was just committed here is handed over in memory, the rest is claimed from the table. Hosted
/// by the Hangfire server as a background process, so that it starts, shows and stops with it.
/// </summary>
internal sealed class LanePump : IBackgroundProcess, IDisposable
{
    private readonly Lane _lane;
    private readonly WorkStore _store;
    private readonly FlowExecutor _executor;
    private readonly EngineOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<LanePump> _log;
    private readonly Channel<Activation> _local;
    private readonly SemaphoreSlim _poke = new(0, 1);
    private volatile bool _running;
    private volatile bool _tableHasWork;

    public LanePump(Lane lane, WorkStore store, FlowExecutor executor, IOptions<EngineOptions> options, TimeProvider clock, ILogger<LanePump> log)
    {
        _lane = lane;
        _store = store;
        _executor = executor;
        _options = options.Value;
        _clock = clock;
        _log = log;
        _local = Channel.CreateUnbounded<Activation>();
    }

    public Lane Lane => _lane;

    private TimeSpan Lease => TimeSpan.FromSeconds(_options.LeaseSeconds);

    /// <summary>
    /// Whether new work may be handed over in memory. Not while older work waits in the table: it would never get its turn.
    /// </summary>
    public bool TakesHandOver => _running && !_tableHasWork && _local.Reader.Count < _options.HandOverLimit;

    public int Waiting => _local.Reader.Count;

    /// <summary>The activation's lease is ours and committed.</summary>
    public void HandOver(Activation activation) => _local.Writer.TryWrite(activation);

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

    public async Task RunAsync(CancellationToken ct)
    {
        _running = true;
        try
        {
            var workers = Enumerable.Range(0, _options.ConcurrencyPerLane).Select(_ => Task.Run(() => WorkAsync(ct), CancellationToken.None));
            await Task.WhenAll(workers.Append(Task.Run(() => ClaimAsync(ct), CancellationToken.None)));
        }
        finally
        {
            _running = false;
        }
    }

    private async Task WorkAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            Activation activation;
            try
            {
                activation = await _local.Reader.ReadAsync(ct);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            // Waited too long in memory: another may hold it by now. The sweep brings it back.
            if (Domain.Shared.Instant.ToMicroseconds(_clock.GetUtcNow()) > activation.Work.LeaseUntil - 10_000_000L)
                continue;
            try
            {
                if (await _executor.RunAsync(activation, ct))
                    Poke();
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                // Shutting down in the middle of a call: the lease runs out, and the effect's state says what to do.
                return;
            }
            catch (Exception e)
            {
                LanePumpLog.WorkFailed(_log, activation.Work.TransactionId, activation.Work.Step, e);
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
                var room = _options.ConcurrencyPerLane * 2 - _local.Reader.Count;
                var claimed = room > 0 ? await _store.ClaimAsync(_lane, room, Lease, ct) : [];
                foreach (var activation in claimed)
                    _local.Writer.TryWrite(activation);
                _tableHasWork = room <= 0 || claimed.Count == room;
                idle = claimed.Count > 0 ? 0 : Math.Min(idle + 1, 40);
                // A lane that had nothing for ten seconds is looked at once a second; a poke wakes it at once.
                var wait = _tableHasWork ? 10 : idle < 40 ? _options.PollMilliseconds : Math.Max(1000, _options.PollMilliseconds);
                await _poke.WaitAsync(TimeSpan.FromMilliseconds(wait), ct);
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

    public void Dispose() => _poke.Dispose();

    public override string ToString() => $"Lane {_lane}";
}

internal static partial class LanePumpLog
{
    [LoggerMessage(2201, LogLevel.Error, "Transaction {TransactionId} was left at step {Step}; its lease runs out and it is tried again")]
    public static partial void WorkFailed(ILogger logger, Guid transactionId, string step, Exception exception);

    [LoggerMessage(2202, LogLevel.Error, "Lane {Lane} cannot claim work; it tries again in a second")]
    public static partial void ClaimFailed(ILogger logger, Domain.Flows.Lane lane, Exception exception);
}
