using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Faults.Processes;
using ControlPlane.Faults.Rows;

namespace ControlPlane.Faults;

/// <summary>Runs rows one after the other, prints a line for each, and keeps all of it as JSON.</summary>
internal static class RigRun
{
    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Longer than any row may take: one that hangs is a failure, not a wait.</summary>
    private static TimeSpan Longest(bool full) => full ? TimeSpan.FromMinutes(90) : TimeSpan.FromMinutes(5);

    public static async Task<int> RunAsync(IReadOnlyList<IRow> rows, bool full, CancellationToken stop)
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("RIG_SEED"), out var given) ? given : Random.Shared.Next(1, 1_000_000);
        var server = Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_POSTGRES") is { Length: > 0 } text ? text : null;
        var folder = Directory.CreateTempSubdirectory("cp-faults-").FullName;
        var report = new List<object>();
        var (from, failed) = (Stopwatch.GetTimestamp(), 0);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {(full ? "full" : "pr")} tier, {Environment.ProcessorCount} cores, load {Load()}"));
        foreach (var row in rows)
        {
            if (stop.IsCancellationRequested)
                break;
            var began = Stopwatch.GetTimestamp();
            var result = await RunAsync(row, full, server, Directory.CreateDirectory(Path.Combine(folder, $"r{row.Id}-{seed}")).FullName, seed, stop);
            var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            failed += result.Outcome == RowOutcome.Fail ? 1 : 0;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"row {row.Id,-4} {row.Title,-44} {result.Outcome.ToString().ToUpperInvariant(),-8} {result.Figure}  [{seconds:0} s, load {Load()}]"));
            if (result.History is { } history)
                Console.WriteLine("      " + history.Replace("\n", "\n      ", StringComparison.Ordinal));
            report.Add(new { row = row.Id, row.Title, outcome = result.Outcome.ToString().ToLowerInvariant(), result.Figure, seconds = Math.Round(seconds, 1), load = Load(), result.History });
            await KeepAsync(report, seed, full);
        }

        ChildProcess.KillAll();
        if (failed == 0)
            Directory.Delete(folder, recursive: true);
        else
            Console.WriteLine($"logs and databases: {folder}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Count} rows, {failed} failed, {Stopwatch.GetElapsedTime(from).TotalSeconds:0} s"));
        return failed > 0 || stop.IsCancellationRequested ? 1 : 0;
    }

    private static async Task<RowResult> RunAsync(IRow row, bool full, string? server, string folder, int seed, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Longest(full));
        try
        {
            return await row.RunAsync(new RowContext(full, server, folder, seed, TimeProvider.System, limit.Token));
        }
        catch (Exception e)
        {
            // A row that cannot be finished is a failed row; the next ones are still worth running.
            return new(RowOutcome.Fail, $"did not finish: {e.GetType().Name}: {e.Message}", e.StackTrace);
        }
        finally
        {
            ChildProcess.KillAll();
        }
    }

    private static async Task KeepAsync(List<object> report, int seed, bool full)
    {
        var file = Environment.GetEnvironmentVariable("RIG_REPORT") ?? Path.Combine("artifacts", "faults.json");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { seed, tier = full ? "full" : "pr", cores = Environment.ProcessorCount, load = Load(), rows = report }, Indented));
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "";
}
