using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ingestion.Deliveries;

/// <summary>
/// Tells senders of deliveries what became of them: through the gateway, within budget and breaker, again later when it fails. Each
/// answer is sent by one node at a time; one whose sending was cut short goes out again under the same name.
/// </summary>
public sealed class AnswerSender
{
    /// <summary>Name under which budgets, breakers and attempts of answers are kept.</summary>
    public const string Operation = "answer";

    /// <summary>Whoever began to send has ended by then, one way or the other: longer than the longest time limit of a call.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(6);

    /// <summary>The sender waits for days, not for ever: after this many failures a person is asked.</summary>
    private static readonly RetryPolicy Policy = new(30, TimeSpan.FromSeconds(10), TimeSpan.FromHours(1));

    private const int MostAtOnce = 100;

    private readonly IControlPlaneDb _db;
    private readonly IConnectionRegistry _connections;
    private readonly IConnectorCatalog _connectors;
    private readonly OutboundGateway _gateway;
    private readonly TargetGates _gates;
    private readonly CommitWriter _writer;
    private readonly TimeProvider _clock;
    private readonly ILogger<AnswerSender> _log;

    internal AnswerSender(
        IControlPlaneDb db, IConnectionRegistry connections, IConnectorCatalog connectors, OutboundGateway gateway, TargetGates gates, CommitWriter writer, TimeProvider clock, ILogger<AnswerSender> log) =>
        (_db, _connections, _connectors, _gateway, _gates, _writer, _clock, _log) = (db, connections, connectors, gateway, gates, writer, clock, log);

    /// <summary>Sends what is due. Run by the scheduler every few seconds.</summary>
    [OneAtATime]
    [AutomaticRetry(Attempts = 0)]
    public async Task SendDueAsync(CancellationToken ct)
    {
        await using var context = _db.CreateContext();
        var now = _clock.GetUtcNow().ToMicroseconds();
        var due = await context.DeliveryAnswers.AsNoTracking().Where(a => a.State == DeliveryAnswerState.Due && a.NextAt <= now).OrderBy(a => a.NextAt).Take(MostAtOnce).ToListAsync(ct);
        foreach (var answer in due)
        {
            ct.ThrowIfCancellationRequested();
            await SendAsync(context, answer, ct);
        }
    }

    private async Task SendAsync(ControlPlaneDbContext context, DeliveryAnswerRow row, CancellationToken ct)
    {
        if (_connections.Find(row.Connection) is not { Enabled: true } connection || _connectors.Find(connection.Connector)?.For(connection) is not { } connector)
        {
            await DelayAsync(context, row, TimeSpan.FromMinutes(5), "connection.missing", "The connection is switched off or cannot work. The answer goes out when it does again.", ct);
            return;
        }

        if (await _gates.CheckAsync(connection, connector, Operation, ct) is { } hold)
        {
            await DelayAsync(context, row, hold.Until is { } until && until > _clock.GetUtcNow() ? until - _clock.GetUtcNow() : TimeSpan.FromSeconds(15), hold.Code, hold.Text, ct);
            return;
        }

        var begun = row.Attempts;
        var lease = (_clock.GetUtcNow() + Lease).ToMicroseconds();
        // Whoever moves the count sends it.
        if (await Of(context, row).Where(a => a.Attempts == begun && a.State == DeliveryAnswerState.Due)
                .ExecuteUpdateAsync(s => s.SetProperty(a => a.Attempts, begun + 1).SetProperty(a => a.NextAt, lease), ct) == 0)
            return;
        row.Attempts = begun + 1;
        var startedAt = _clock.GetUtcNow();
        var exchange = new RecordingExchange(_gateway, connection, connector, new AttemptContext(row.TenantId, row.MessageId, Operation, 0, row.Attempts, Operation, null), _clock);
        var fault = await RunAsync(context, connection, connector, row, exchange, ct);
        if (fault is not null)
            exchange.Blame(fault);
        if (fault?.Kind is not FaultKind.Internal)
            await _gates.ReportAsync(connection, connector, Operation, row.MessageId, startedAt, fault, ct);
        await NoteAsync(context, row, fault, ct);
        var unit = new CommitUnit();
        unit.Attempts.AddRange(exchange.Attempts);
        unit.Payloads.AddRange(exchange.Payloads);
        await _writer.CommitAsync(unit, ct);
    }

    private async Task<Fault?> RunAsync(ControlPlaneDbContext context, Connection connection, IConnector connector, DeliveryAnswerRow row, RecordingExchange exchange, CancellationToken ct)
    {
        if (await context.Payloads.AsNoTracking().FirstOrDefaultAsync(p => p.Id == row.PayloadId, ct) is not { } payload)
            return new(FaultKind.Internal, "answer.not_kept", "The answer's content is not kept any more.");
        try
        {
            await connector.AnswerAsync(connection, new(row.Key, row.Name, row.ContentType, PayloadRows.Unpack(payload)), exchange, ct);
            return null;
        }
        catch (ExchangeException e)
        {
            // The same name again does no harm: a lost answer is simply sent once more.
            return e.Fault.Kind == FaultKind.UnknownOutcome ? e.Fault with { Kind = FaultKind.Transient } : e.Fault;
        }
        catch (NotSupportedException)
        {
            return new(FaultKind.Internal, "answer.nowhere_to_send", $"The connector of {connection.DisplayName} does not say where answers go. Add 'answers' to it, then send the delivery again.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            AnswerSenderLog.Defect(_log, row.Connection, row.Name, e);
            return new(FaultKind.Internal, "answer.defect", $"Sending the answer has a defect ({e.GetType().Name}). The log has the cause.");
        }
    }

    private async Task NoteAsync(ControlPlaneDbContext context, DeliveryAnswerRow row, Fault? fault, CancellationToken ct)
    {
        if (fault is null)
        {
            var at = _clock.GetUtcNow().ToMicroseconds();
            await Of(context, row).ExecuteUpdateAsync(s => s
                .SetProperty(a => a.State, DeliveryAnswerState.Sent).SetProperty(a => a.SentAt, at).SetProperty(a => a.Code, (string?)null).SetProperty(a => a.LastFault, (string?)null), ct);
            return;
        }

        if (Policy.Decide(fault, row.Attempts, canLookUp: false, Random.Shared.NextDouble()) is RetryDecision.TryAgain again)
        {
            await DelayAsync(context, row, again.After, fault.Code, fault.Message, ct);
            return;
        }

        var (code, message) = (PayloadRows.Cut(fault.Code, ColumnLengths.Code), PayloadRows.Cut(fault.Message, ColumnLengths.Summary));
        await Of(context, row).ExecuteUpdateAsync(s => s.SetProperty(a => a.State, DeliveryAnswerState.Failed).SetProperty(a => a.Code, code).SetProperty(a => a.LastFault, message), ct);
        AnswerSenderLog.GivenUp(_log, row.Connection, row.Name, fault.Code);
    }

    private async Task DelayAsync(ControlPlaneDbContext context, DeliveryAnswerRow row, TimeSpan wait, string code, string message, CancellationToken ct)
    {
        var next = (_clock.GetUtcNow() + wait).ToMicroseconds();
        var (cutCode, cut) = (PayloadRows.Cut(code, ColumnLengths.Code), PayloadRows.Cut(message, ColumnLengths.Summary));
        await Of(context, row).ExecuteUpdateAsync(s => s.SetProperty(a => a.NextAt, next).SetProperty(a => a.Code, cutCode).SetProperty(a => a.LastFault, cut), ct);
    }

    /// <summary>Unless its content was replaced meanwhile: that is due for itself.</summary>
    private static IQueryable<DeliveryAnswerRow> Of(ControlPlaneDbContext context, DeliveryAnswerRow row) =>
        context.DeliveryAnswers.Where(a => a.Connection == row.Connection && a.Key == row.Key && a.PayloadId == row.PayloadId);
}

internal static partial class AnswerSenderLog
{
    [LoggerMessage(2441, LogLevel.Error, "The answer {Name} to {Connection} could not be sent ({Code}) and is given up")]
    public static partial void GivenUp(ILogger logger, string connection, string name, string code);

    [LoggerMessage(2442, LogLevel.Error, "Sending the answer {Name} to {Connection} has a defect")]
    public static partial void Defect(ILogger logger, string connection, string name, Exception exception);
}
