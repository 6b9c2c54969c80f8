using System.Data.Common;
using System.Threading.Channels;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence.Providers.PostgreSql;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;
using ControlPlane.Runtime.Persistence.Providers.SqlServer;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Persistence.Batches;

/// <summary>
/// Group commit: what many requests and flows want to write at the same moment goes into one database transaction, so
/// that the price of durability is paid once. A caller is answered after its commit, never before.
/// </summary>
internal sealed class CommitWriter : BackgroundService
{
    /// <summary>A larger batch gains nothing on the disk and makes the first of it wait.</summary>
    private const int MostUnits = 256;

    /// <summary>Beyond this many waiting units the door says 503 instead of queueing.</summary>
    private const int MostWaiting = 8192;

    private readonly IControlPlaneDb _db;
    private readonly IChangeFeed _changes;
    private readonly ILogger<CommitWriter> _log;
    private readonly ISqlDialect _dialect;
    private readonly TimeProvider _clock;
    private readonly int _writers;
    private long _committed;
    private readonly Channel<CommitUnit> _queue = Channel.CreateBounded<CommitUnit>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.Wait });

    public CommitWriter(IControlPlaneDb db, IChangeFeed changes, ILogger<CommitWriter> log, TimeProvider? clock = null)
    {
        _clock = clock ?? TimeProvider.System;
        _db = db;
        _changes = changes;
        _log = log;
        _dialect = DialectOf(db.Provider);
        // SQLite has one writer; a server commits two batches side by side.
        _writers = db.Provider == DatabaseProvider.Sqlite ? 1 : 2;
    }

    public ISqlDialect Dialect => _dialect;

    /// <summary>Work that nobody has in hand became ready by a commit.</summary>
    public event Action? WorkReady;

    /// <summary>Units committed since the start.</summary>
    public long Committed => Interlocked.Read(ref _committed);

    /// <summary>Units that wait for their commit: how far the store is behind.</summary>
    public int Waiting => _queue.Reader.Count;

    public static ISqlDialect DialectOf(DatabaseProvider provider) => provider switch
    {
        DatabaseProvider.Sqlite => new SqliteDialect(),
        DatabaseProvider.PostgreSql => new PostgreSqlDialect(),
        _ => new SqlServerDialect(),
    };

    /// <summary>Returns once the unit is durable, or was recognised as duplicate or stale.</summary>
    /// <exception cref="DbException">The database does not take it; nothing of the unit is written, as far as we know.</exception>
    public async Task<CommitOutcome> CommitAsync(CommitUnit unit, CancellationToken ct)
    {
        await _queue.Writer.WriteAsync(unit, ct);
        // From here on it will be written: a caller that goes away changes nothing.
        return await unit.Done.Task;
    }

    /// <summary>As <see cref="CommitAsync"/>, for the door: false at once when the store is too far behind.</summary>
    public bool TryEnqueue(CommitUnit unit, out Task<CommitOutcome> committed)
    {
        committed = unit.Done.Task;
        return _queue.Reader.Count < MostWaiting / 2 && _queue.Writer.TryWrite(unit);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, _writers).Select(_ => Task.Run(() => WriteAsync(stoppingToken), CancellationToken.None)));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What has been handed over is still written; the loops end when the queue is empty.
        _queue.Writer.TryComplete();
        if (ExecuteTask is { } running)
            await Task.WhenAny(running, Task.Delay(Timeout.Infinite, cancellationToken));
        await base.StopAsync(cancellationToken);
    }

    private async Task WriteAsync(CancellationToken ct)
    {
        var batch = new List<CommitUnit>(MostUnits);
        DbConnection? connection = null;
        try
        {
            while (await _queue.Reader.WaitToReadAsync(CancellationToken.None))
            {
                batch.Clear();
                while (batch.Count < MostUnits && _queue.Reader.TryRead(out var unit))
                    batch.Add(unit);
                if (batch.Count > 0)
                    connection = await WriteBatchAsync(connection, batch, ct);
            }
        }
        finally
        {
            Release(connection);
        }
    }

    private async Task<DbConnection?> WriteBatchAsync(DbConnection? connection, List<CommitUnit> batch, CancellationToken ct)
    {
        try
        {
            connection ??= await OpenAsync();
            await TransactAsync(connection, batch);
        }
        catch (Exception e)
        {
            CommitWriterLog.BatchFailed(_log, batch.Count, e);
            Release(connection);
            return await WriteOneByOneAsync(batch, ct);
        }

        Complete(batch);
        return connection;
    }

    private async Task<DbConnection> OpenAsync()
    {
        var connection = await _db.OpenAsync(CancellationToken.None);
        // The one writer touches leaves all over the indexes of a large file: what it keeps it need not read again.
        if (_db.Provider == DatabaseProvider.Sqlite)
            await ExecuteAsync(connection, "PRAGMA cache_size=-65536");
        return connection;
    }

    /// <summary>One unit that the database refuses must not take the others with it.</summary>
    private async Task<DbConnection?> WriteOneByOneAsync(List<CommitUnit> batch, CancellationToken ct)
    {
        DbConnection? connection = null;
        var infrastructureFailures = 0;
        foreach (var unit in batch)
        {
            // After a few failures in a row it is the database, not the unit: say so to the rest at once.
            if (infrastructureFailures >= 3)
            {
                unit.Done.TrySetException(new StoreUnavailableException());
                continue;
            }

            try
            {
                connection ??= await _db.OpenAsync(ct);
                await TransactAsync(connection, [unit]);
                infrastructureFailures = 0;
                Complete([unit]);
            }
            catch (Exception e)
            {
                infrastructureFailures++;
                Release(connection);
                connection = null;
                unit.Done.TrySetException(new StoreUnavailableException(e));
            }
        }

        return connection;
    }

    private async Task TransactAsync(DbConnection connection, IReadOnlyList<CommitUnit> batch)
    {
        await ExecuteAsync(connection, _dialect.BeginStatement);
        try
        {
            // No token: a transaction that has begun is finished, whoever is shutting down.
            await new BatchCommit(_dialect, connection, _clock).WriteAsync(batch, CancellationToken.None);
        }
        catch
        {
            await ExecuteAsync(connection, "ROLLBACK");
            throw;
        }

        await ExecuteAsync(connection, "COMMIT");
    }

    private static async Task ExecuteAsync(DbConnection connection, string text)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }

    private void Complete(IReadOnlyList<CommitUnit> batch)
    {
        Interlocked.Add(ref _committed, batch.Count);
        var notes = new List<ChangeNote>();
        foreach (var unit in batch)
        {
            if (unit is { Outcome: CommitOutcome.Committed, Note: { } note })
                notes.Add(note);
            unit.Done.TrySetResult(unit.Outcome);
        }

        _changes.Publish(notes);
        if (batch.Any(u => u.LetGo))
            WorkReady?.Invoke();
    }

    private void Release(DbConnection? connection)
    {
        if (connection is null)
            return;
        (_dialect as SqliteDialect)?.Forget(connection);
        connection.Dispose();
    }
}

/// <summary>The database does not take writes now. What was not acknowledged is not kept; the sender repeats it.</summary>
public sealed class StoreUnavailableException(Exception? inner = null) : Exception("The database does not take writes now.", inner);

internal static partial class CommitWriterLog
{
    [LoggerMessage(2001, LogLevel.Warning, "A batch of {Units} units was not committed and is written one by one")]
    public static partial void BatchFailed(ILogger logger, int units, Exception exception);
}
