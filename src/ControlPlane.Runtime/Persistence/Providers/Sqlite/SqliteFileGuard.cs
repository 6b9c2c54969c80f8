namespace ControlPlane.Runtime.Persistence.Providers.Sqlite;

/// <summary>
/// SQLite mode is one process: its leases are taken over at start without waiting. A second process on the same file would
/// do the same work twice, so it is refused. The lock goes with the process, however it ends.
/// </summary>
public sealed class SqliteFileGuard : IDisposable
{
    private readonly FileStream _lock;

    private SqliteFileGuard(FileStream held) => _lock = held;

    public static SqliteFileGuard Take(string databaseFile)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(databaseFile)!);
            return new(new FileStream(databaseFile + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartProblem(
                $"The database file {databaseFile} cannot be used: {e.Message} If another ControlPlane runs on it, stop that one, "
                + $"or give this one its own file with {DatabaseOptions.Section}:ConnectionString (\"Data Source=...\").", e);
        }
    }

    public void Dispose() => _lock.Dispose();
}
