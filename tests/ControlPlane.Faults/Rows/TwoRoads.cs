using System.Globalization;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>Received to closed of one channel within a span of time.</summary>
internal sealed record Pace(long Closed, double PerSecond, double P95Milliseconds)
{
    public static async Task<Pace> OfAsync(RigDatabase database, string connection, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        await using var opened = await database.OpenAsync(ct);
        await using var query = opened.CreateCommand();
        var (first, last) = (Micros(from), Micros(to));
        query.CommandText = string.Create(CultureInfo.InvariantCulture, $"SELECT closed_at - received_at FROM transactions WHERE connection = '{connection}' AND closed_at IS NOT NULL AND closed_at >= {first} AND closed_at < {last}");
        var took = new List<long>();
        await using var reader = await query.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            took.Add(reader.GetInt64(0));
        took.Sort();
        return new(took.Count, took.Count / (to - from).TotalSeconds, took.Count == 0 ? 0 : took[(int)(took.Count * 0.95)] / 1000.0);
    }

    public static long Micros(DateTimeOffset at) => (at.Ticks - DateTimeOffset.UnixEpoch.Ticks) / 10;
}

/// <summary>Row 20: one ERP takes calls and answers none; the road beside it must not be felt to be slower.</summary>
public sealed class SlowSystem : IRow
{
    /// <summary>Orders a second on each road.</summary>
    private const double Offered = 60;

    public string Id => "20";

    public string Title => "one system stalls, the others go on";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var span = TimeSpan.FromSeconds(context.Count(8, 60));
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite, "two-roads");
        scene.Systems = [];
        await scene.StartAsync(1);
        var (a, b) = (scene.Shop("shop-a", "RA-"), scene.Shop("shop-b", "RB-"));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var load = Task.WhenAll(a.Sender(8, Offered, 0).RunAsync(int.MaxValue, ended.Token), b.Sender(8, Offered, 0).RunAsync(int.MaxValue, ended.Token));
        await Task.Delay(2000, context.Stop);
        var began = context.Clock.GetUtcNow();
        await Task.Delay(span, context.Stop);
        var stalled = context.Clock.GetUtcNow();
        await scene.Stub.TurnAsync("erp-a", "answer=stall", context.Stop);
        await Task.Delay(span, context.Stop);
        var open = await OpenedAsync(scene.Database, stalled, context.Stop);
        while (open is null && context.Clock.GetUtcNow() - stalled < TimeSpan.FromSeconds(40))
        {
            await Task.Delay(500, context.Stop);
            open = await OpenedAsync(scene.Database, stalled, context.Stop);
        }

        var over = context.Clock.GetUtcNow();
        var asked = await scene.Stub.StatAsync("erp-a", "requests", context.Stop);
        await Task.Delay(8000, context.Stop);
        var probes = await scene.Stub.StatAsync("erp-a", "requests", context.Stop) - asked;
        await scene.Stub.TurnAsync("erp-a", "answer=json", context.Stop);
        await ended.CancelAsync();
        await load;
        await scene.DrainAsync(TimeSpan.FromSeconds(120));
        var clean = await Pace.OfAsync(scene.Database, "shop-b", began, stalled, context.Stop);
        var beside = await Pace.OfAsync(scene.Database, "shop-b", stalled, over, context.Stop);
        var findings = await scene.CheckAsync([(a.Sent, a.Bodies), (b.Sent, b.Bodies)]);
        // Where it was catching up before, more came through than was sent: no measure for afterwards.
        var share = beside.PerSecond / Math.Min(Offered, clean.PerSecond);
        return await scene.VerdictAsync(findings, share >= 0.95 && open is <= 30 && probes <= 2 && findings.Parked.Count == 0, string.Create(CultureInfo.InvariantCulture,
            $"the other road {beside.PerSecond:0.0}/s against {clean.PerSecond:0.0}/s before ({share:P0}, target 95 %), p95 {beside.P95Milliseconds:0} ms against {clean.P95Milliseconds:0} ms; breaker open after {open ?? -1:0.0} s (target 30 s), {probes} calls in the next 8 s; {findings.Words}"));
    }

    /// <summary>Seconds until the breaker opened; null while it has not.</summary>
    private static async Task<double?> OpenedAsync(RigDatabase database, DateTimeOffset from, CancellationToken ct)
    {
        var at = await database.CountAsync("SELECT COALESCE(MAX(opened_at), 0) FROM breakers WHERE state = 2", ct);
        return at == 0 ? null : (at - Pace.Micros(from)) / 1_000_000.0;
    }
}

/// <summary>Row 17: one shop sends all it can; the other keeps its pace.</summary>
public sealed class NoisyShop : IRow
{
    public string Id => "17";

    public string Title => "one shop sends a hundred times as much";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var span = TimeSpan.FromSeconds(context.Count(8, 60));
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite, "two-roads");
        scene.Systems = [];
        await scene.StartAsync(1);
        var (a, b) = (scene.Shop("shop-a", "RA-"), scene.Shop("shop-b", "RB-"));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        var quiet = b.Sender(4, 5, 0).RunAsync(int.MaxValue, ended.Token);
        // As much as the other in both spans, then a hundred times of it in the second.
        var usual = a.Sender(4, 5, 0).RunAsync(int.MaxValue, ended.Token);
        await Task.Delay(3000, context.Stop);
        var began = context.Clock.GetUtcNow();
        await Task.Delay(span, context.Stop);
        var noisy = context.Clock.GetUtcNow();
        var flood = a.Sender(32, 500, 1_000_000).RunAsync(int.MaxValue, ended.Token);
        await Task.Delay(span, context.Stop);
        var over = context.Clock.GetUtcNow();
        await ended.CancelAsync();
        await Task.WhenAll(quiet, usual, flood);
        await scene.DrainAsync(TimeSpan.FromSeconds(90));
        var clean = await Pace.OfAsync(scene.Database, "shop-b", began, noisy, context.Stop);
        var beside = await Pace.OfAsync(scene.Database, "shop-b", noisy, over, context.Stop);
        var loud = await Pace.OfAsync(scene.Database, "shop-a", noisy, over, context.Stop);
        var findings = await scene.CheckAsync([(a.Sent, a.Bodies), (b.Sent, b.Bodies)]);
        var share = beside.PerSecond / clean.PerSecond;
        var slower = beside.P95Milliseconds / clean.P95Milliseconds;
        return await scene.VerdictAsync(findings, share >= 0.9 && slower <= 2, string.Create(CultureInfo.InvariantCulture,
            $"the quiet shop {beside.PerSecond:0.0}/s against {clean.PerSecond:0.0}/s before ({share:P0}, target 90 %), p95 {beside.P95Milliseconds:0} ms against {clean.P95Milliseconds:0} ms ({slower:0.0} times, target 2), beside {loud.PerSecond:0}/s; {findings.Words}"));
    }
}
