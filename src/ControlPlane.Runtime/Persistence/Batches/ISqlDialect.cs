using System.Data.Common;

namespace ControlPlane.Runtime.Persistence.Batches;

/// <summary>
/// The statements in which the databases differ. Each takes many rows in one go; all run inside the transaction
/// that is open on the connection.
/// </summary>
internal interface ISqlDialect
{
    /// <summary>Inserts rows. Under <see cref="OnConflict.Ignore"/> the answer tells which rows were new; otherwise it is all true.</summary>
    Task<bool[]> InsertAsync<T>(DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, CancellationToken ct);

    /// <summary>Updates rows by key. False where key and match columns fitted no row: another holds it now.</summary>
    Task<bool[]> UpdateAsync<T>(DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, CancellationToken ct);

    /// <summary>
    /// Locks work for the rest of the transaction, in one order on every node, before anything of it is written: two batches that touch the
    /// same work then wait for each other instead of dead-locking. Nothing where there is one writer.
    /// </summary>
    Task HoldWorkAsync(DbConnection connection, IReadOnlyList<Guid> transactions, CancellationToken ct);

    /// <summary>An update of work that a background sweep makes: what somebody is writing at the moment is left to the next sweep.</summary>
    string SweepStatement(string set, string where);

    /// <summary>Begins a write transaction. Said as text because the commands of a batch are prepared once and outlive it.</summary>
    string BeginStatement { get; }

    /// <summary>
    /// Takes ready work of one source whose time has come, oldest first: sets owner and lease, raises the fence. No two callers get the
    /// same row, on any node.
    /// </summary>
    string ClaimStatement { get; }

    /// <summary>Makes held work ready again, at most so many pieces.</summary>
    string ReleaseStatement { get; }

    /// <summary>Seconds are taken from the database, so that nodes with wrong clocks agree on leases; null where there is one process only.</summary>
    string? NowStatement { get; }
}
