using System.Threading.Channels;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Transactions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>
/// Writes into the journal that a channel has its answer, and after how long. Beside the door: the answer is on its way before, nobody waits for this, and many
/// are one commit. What a process that is killed had not written yet is not there; the order itself is.
/// </summary>
public sealed partial class DoorAnswers : BackgroundService
{
    /// <summary>Of the first that waits; those that come meanwhile go with it.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMilliseconds(250);

    private const int MostAtOnce = 500;

    /// <summary>More wait only when the store is away, and then the door is shut, too.</summary>
    private const int MostWaiting = 50_000;

    private readonly Channel<JournalRow> _waiting = Channel.CreateBounded<JournalRow>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CommitWriter _writer;
    private readonly TimeProvider _clock;
    private readonly ILogger<DoorAnswers> _log;

    internal DoorAnswers(CommitWriter writer, TimeProvider clock, ILogger<DoorAnswers> log) => (_writer, _clock, _log) = (writer, clock, log);

    /// <summary>The answer has been written.</summary>
    /// <param name="arrived">When the delivery stood at the door with its body.</param>
    public void Note(TenantScope tenant, Guid transaction, Connection connection, DateTimeOffset arrived)
    {
        var now = _clock.GetUtcNow();
        var took = (int)Math.Clamp((now - arrived).Ticks / TimeSpan.TicksPerMicrosecond, 0, int.MaxValue);
        _waiting.Writer.TryWrite(new()
        {
            TransactionId = transaction,
            TenantId = tenant.TenantId,
            At = now.ToMicroseconds(),
            // The engine numbers its own from 1 on, and knows nothing of this one.
            Sequence = 0,
            Type = JournalEventType.Acknowledged,
            Stage = StageNames.Received,
            System = connection.Key,
            Summary = PayloadRows.Cut($"{connection.DisplayName} had our answer after {VerdictWords.Took(took)}", ColumnLengths.Summary)!,
            DurationMicroseconds = took,
        });
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Together, _clock, stoppingToken);
                await WriteAsync();
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WriteAsync();
        }
    }

    private async Task WriteAsync()
    {
        while (_waiting.Reader.TryPeek(out _))
        {
            var unit = new CommitUnit();
            while (unit.Journal.Count < MostAtOnce && _waiting.Reader.TryRead(out var row))
                unit.Journal.Add(row);
            try
            {
                await _writer.CommitAsync(unit, CancellationToken.None);
            }
            catch (Exception e) when (e is StoreUnavailableException or ChannelClosedException)
            {
                NotWritten(_log, unit.Journal.Count, e);
            }
        }
    }

    [LoggerMessage(2841, LogLevel.Warning, "When {Count} answers were given could not be written down; the orders are there, and these do not count for the objective of acknowledgement")]
    private static partial void NotWritten(ILogger logger, int count, Exception exception);
}
