namespace ControlPlane.Faults.Rows;

public enum RowOutcome
{
    Pass,
    Fail,
    Skipped,
}

/// <param name="Figure">What was measured, with the target: it is printed whatever the outcome.</param>
/// <param name="History">On failure: the shortest offending history.</param>
public sealed record RowResult(RowOutcome Outcome, string Figure, string? History = null)
{
    public static RowResult Skip(string why) => new(RowOutcome.Skipped, why);
}

/// <summary>One fault and what must be true in spite of it.</summary>
public interface IRow
{
    /// <summary>As in docs/reliability.md; one number may have a row per database.</summary>
    string Id { get; }

    string Title { get; }

    Task<RowResult> RunAsync(RowContext context);
}

/// <param name="Full">The long counts, for a release.</param>
/// <param name="Postgres">Connection string of a server without a database; null when there is none.</param>
/// <param name="Folder">A fresh folder of the row's own.</param>
public sealed record RowContext(bool Full, string? Postgres, string Folder, int Seed, TimeProvider Clock, CancellationToken Stop)
{
    public int Count(int pr, int full) => Full ? full : pr;

    public Random Random { get; } = new(Seed);
}
