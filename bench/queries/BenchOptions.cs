using System.Globalization;

namespace ControlPlane.QueryBench;

/// <param name="Transactions">How many are seeded; a file or database that is there already is used as it is.</param>
/// <param name="File">The SQLite file.</param>
/// <param name="Rounds">Measurements of each query.</param>
/// <param name="Keep">True leaves the file for another run.</param>
/// <param name="SeedOnly">True asks nothing: the file is for another benchmark.</param>
/// <param name="Postgres">Connection string of a PostgreSQL in place of a file; it may drop and make a database there.</param>
internal sealed record BenchOptions(int Transactions, string File, int Rounds, bool Keep, bool SeedOnly, string? Postgres)
{
    public static BenchOptions Parse(string[] args)
    {
        string? Value(string name) => args.FirstOrDefault(a => a.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        int Number(string name, int otherwise) => int.TryParse(Value(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
        var file = Value("file");
        return new(
            Number("transactions", 1_000_000), file ?? Path.Combine(Path.GetTempPath(), "controlplane-query-bench.db"), Number("rounds", 40), file is not null || args.Contains("keep"), args.Contains("seed-only"), Value("postgres"));
    }
}
