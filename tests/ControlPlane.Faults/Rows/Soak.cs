using System.Diagnostics;
using System.Globalization;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 37: an hour of steady work; memory and handles must come to rest. Only in the full tier.</summary>
public sealed class Soak : IRow
{
    public string Id => "37";

    public string Title => "an hour of steady load";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        if (!context.Full)
            return RowResult.Skip("only in the full tier");
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite);
        await scene.StartAsync(1);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        ended.CancelAfter(TimeSpan.FromMinutes(60));
        var load = scene.Sender(16, 100).RunAsync(int.MaxValue, ended.Token);
        var samples = new List<(double Hours, int Memory, int Handles)>();
        var from = Stopwatch.GetTimestamp();
        while (!ended.IsCancellationRequested)
        {
            samples.Add((Stopwatch.GetElapsedTime(from).TotalHours, scene.Node.Process.MemoryMegabytes, scene.Node.Process.Handles));
            await Task.Delay(10_000, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await load;
        await scene.DrainAsync(TimeSpan.FromMinutes(2));
        var findings = await scene.CheckAsync();
        // The first fifteen minutes fill caches and pools.
        var warm = samples.Where(s => s.Hours > 0.25).ToList();
        var (memory, handles) = (Slope(warm.Select(s => (s.Hours, (double)s.Memory))), Slope(warm.Select(s => (s.Hours, (double)s.Handles))));
        return await scene.VerdictAsync(findings, memory <= 5 && handles <= 20, string.Create(CultureInfo.InvariantCulture,
            $"{findings.Words}, memory {memory:+0.0;-0.0} MB an hour after warm-up (target 5), handles {handles:+0;-0} an hour, {warm[^1].Memory} MB at the end"));
    }

    /// <summary>Least squares, per hour.</summary>
    private static double Slope(IEnumerable<(double X, double Y)> points)
    {
        var p = points.ToList();
        var (x, y) = (p.Average(v => v.X), p.Average(v => v.Y));
        return p.Sum(v => (v.X - x) * (v.Y - y)) / p.Sum(v => (v.X - x) * (v.X - x));
    }
}
