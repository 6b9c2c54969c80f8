using System.Collections.Concurrent;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Outbound;

/// <summary>
/// Whether a system may be called now. Asked before each step that calls, with no I/O while everything is well; told the
/// outcome afterwards. What it holds back goes on by itself when the gate opens.
/// </summary>
internal sealed class TargetGates(GateStore store, OutboundGateway gateway, TimeProvider clock, ILogger<TargetGates> log)
{
    private readonly ConcurrentDictionary<string, Breaker> _breakers = new(StringComparer.Ordinal);
    private volatile GateState _state = GateState.Empty;

    /// <summary>Windows and breakers as last read or changed by this node.</summary>
    public GateState State => _state;

    /// <summary>Null: go ahead. May win the right to send the one probe of an open breaker, and then says null too.</summary>
    public async ValueTask<Hold?> CheckAsync(Connection connection, IConnector connector, string operation, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var state = _state;
        if (state.Window(connection.Key, now) is { } window)
            return new Hold(HoldReason.Maintenance, connection.Key, window.EndsAt, $"{connection.DisplayName} is in maintenance: {window.Reason}. It goes on by itself afterwards.");
        var key = Hold.KeyOf(connection.Key, operation);
        if (state.Breakers.TryGetValue(key, out var breaker) && breaker.State == BreakerState.Open)
        {
            if (breaker.ProbeAt <= now.ToMicroseconds() && await WinProbeAsync(breaker, connection, now, ct))
                return null;
            return new Hold(HoldReason.Breaker, key, Instant.FromMicroseconds(Math.Max(breaker.ProbeAt, now.ToMicroseconds())), $"{connection.DisplayName} is not available ({breaker.Message.TrimEnd('.')}). It goes on by itself when {connection.DisplayName} is back.") { Because = breaker.Code };
        }

        if (gateway.BudgetWait(connection, connector, operation) is var wait && wait > OutboundGateway.LongestInlineWait)
            return gateway.IsClosedByTarget(connection, connector, operation)
                ? Throttled(connection, key, now + wait)
                : new Hold(HoldReason.Budget, key, now + wait, $"The rate budget of {connection.DisplayName} is used up for now.");
        return gateway.IsCongested(connection)
            ? new Hold(HoldReason.Congestion, connection.Key, null, $"{connection.DisplayName} has not answered the calls under way; no further ones are sent until it does.")
            : null;
    }

    /// <summary>The outcome of a call; a hold when it means that nothing more should be sent for now.</summary>
    /// <param name="startedAt">When the call began: one that began before the breaker opened proves nothing about now.</param>
    public async ValueTask<Hold?> ReportAsync(Connection connection, IConnector connector, string operation, Guid transaction, DateTimeOffset startedAt, Fault? fault, CancellationToken ct)
    {
        var key = Hold.KeyOf(connection.Key, operation);
        var now = clock.GetUtcNow();
        var open = _state.Breakers.TryGetValue(key, out var row) && row.State == BreakerState.Open;
        var probe = open && startedAt.ToMicroseconds() > row!.OpenedAt;
        if (fault is null || !Breaker.SaysUnavailable(fault.Kind))
        {
            // Any answer that is about the document proves that the system is there.
            if (probe && fault?.Kind != FaultKind.Throttled)
                await CloseAsync(connection, row!, now, ct);
            else if (!open)
                _breakers.GetValueOrDefault(key)?.RecordLocked(now, transaction, null);
            if (fault is { Code: OutboundGateway.Congested })
                return new Hold(HoldReason.Congestion, connection.Key, null, fault.Message);
            if (fault is not { Kind: FaultKind.Throttled })
                return null;
            var wait = fault.RetryAfter ?? TimeSpan.FromSeconds(2);
            // Our own budget says when it has a token again; only the target's word closes it for everybody.
            if (fault.Code != OutboundGateway.OutOfBudget)
                await gateway.CloseForAsync(connection, connector, operation, wait, ct);
            // Calls that came after that word were not sent either: it is the target's limit, not our reckoning.
            else if (gateway.IsClosedByTarget(connection, connector, operation))
                return Throttled(connection, key, now + wait);
            return new Hold(HoldReason.Budget, key, now + wait, fault.Message) { Because = fault.Code == OutboundGateway.OutOfBudget ? null : fault.Code };
        }

        if (probe)
            await ProbeFailedAsync(row!, fault, now, ct);
        else if (!open)
        {
            if (_breakers.GetOrAdd(key, _ => new()).RecordLocked(now, transaction, fault) is not { } trip)
                return null;
            await OpenAsync(key, connection, trip, now, ct);
        }

        return new Hold(HoldReason.Breaker, key, null, $"{connection.DisplayName} is not available ({fault.Message.TrimEnd('.')}). It goes on by itself when {connection.DisplayName} is back.") { Because = fault.Code };
    }

    private static Hold Throttled(Connection connection, string key, DateTimeOffset until) =>
        new(HoldReason.Budget, key, until, $"{connection.DisplayName} limits the rate of calls; it asked to be left alone for now.") { Because = "http.429" };

    /// <summary>All places are taken and nothing comes back: no need to wait for the timeouts.</summary>
    public ValueTask StalledAsync(Connection connection, string operation, TimeSpan silence, CancellationToken ct) => OpenAsync(
        Hold.KeyOf(connection.Key, operation), connection,
        new BreakerTrip("outbound.stalled", $"{connection.DisplayName} took calls and answered none for {(int)silence.TotalSeconds} s.", null), clock.GetUtcNow(), ct);

    public async Task RefreshAsync(CancellationToken ct) => _state = await store.ReadAsync(clock.GetUtcNow(), ct);

    /// <summary>Whoever moves the time of the probe sends it; it comes again should this node die over it.</summary>
    private async Task<bool> WinProbeAsync(BreakerRow row, Connection connection, DateTimeOffset now, CancellationToken ct)
    {
        var next = row.Copy();
        next.ProbeAt = (now + connection.Timeout + TimeSpan.FromSeconds(10)).ToMicroseconds();
        if (!await store.WinProbeAsync(row, next.ProbeAt, ct))
            return false;
        _state = _state.With(next);
        return true;
    }

    private async ValueTask OpenAsync(string key, Connection connection, BreakerTrip trip, DateTimeOffset now, CancellationToken ct)
    {
        var row = new BreakerRow
        {
            TenantId = 1,
            Key = key,
            State = BreakerState.Open,
            OpenedAt = now.ToMicroseconds(),
            Code = Ingestion.PayloadRows.Cut(trip.Code, Persistence.ColumnLengths.Code)!,
            Message = Ingestion.PayloadRows.Cut(trip.Message, Persistence.ColumnLengths.Summary)!,
            ProbeAt = (now + Breaker.UntilProbe(0, trip.Asked)).ToMicroseconds(),
        };
        _breakers.GetValueOrDefault(key)?.ForgetLocked();
        _state = _state.With(row);
        await store.OpenAsync(row, ct);
        TargetGatesLog.Opened(log, key, trip.Code);
        gateway.Forgive(connection);
    }

    private async ValueTask ProbeFailedAsync(BreakerRow row, Fault fault, DateTimeOffset now, CancellationToken ct)
    {
        var next = row.Copy();
        next.Probes++;
        next.ProbeAt = (now + Breaker.UntilProbe(next.Probes, fault.RetryAfter)).ToMicroseconds();
        _state = _state.With(next);
        await store.ProbeFailedAsync(next, ct);
    }

    private async ValueTask CloseAsync(Connection connection, BreakerRow row, DateTimeOffset now, CancellationToken ct)
    {
        var closed = row.Copy();
        closed.State = BreakerState.Closed;
        closed.ClosedAt = now.ToMicroseconds();
        _state = _state.With(closed);
        _breakers.GetValueOrDefault(row.Key)?.ForgetLocked();
        await store.CloseAsync(closed, ct);
        TargetGatesLog.Closed(log, row.Key, (now.ToMicroseconds() - row.OpenedAt) / 1_000_000);
        gateway.Forgive(connection);
    }
}

internal static class BreakerUse
{
    public static BreakerTrip? RecordLocked(this Breaker breaker, DateTimeOffset at, Guid transaction, Fault? fault)
    {
        lock (breaker)
            return breaker.Record(at, transaction, fault);
    }

    public static void ForgetLocked(this Breaker breaker)
    {
        lock (breaker)
            breaker.Forget();
    }
}

internal static partial class TargetGatesLog
{
    [LoggerMessage(2801, LogLevel.Warning, "The breaker of {Key} opened ({Code}); work for it is held")]
    public static partial void Opened(ILogger logger, string key, string code);

    [LoggerMessage(2802, LogLevel.Information, "The breaker of {Key} closed after {Seconds} s")]
    public static partial void Closed(ILogger logger, string key, long seconds);
}
