using System.Diagnostics;
using System.Globalization;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Load;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 18: some orders make the ERP fall over their data each time; the others must not notice.</summary>
public sealed class PoisonOrders : IRow
{
    private const int Every = 1_000;

    public string Id => "18";

    public string Title => "0.1 % poison orders among healthy ones";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var (rounds, each) = (context.Count(3, 10), context.Count(2_000, 5_000));
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite, edit: text => text.Replace("attempts: 50, first: 500ms, longest: 5s", "attempts: 5, first: 200ms, longest: 1s", StringComparison.Ordinal));
        scene.Bodies = new OrderBodies(context.Clock) { Poisoned = s => s / each % 2 == 1 && s % Every == 500 };
        await scene.StartAsync(1);
        // Warm-up, so that the first round is not the slow one.
        await scene.Sender(24, 0, first: 8_000_000).RunAsync(500, context.Stop);
        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var taken = new double[2];
        for (var round = 0; round < 2 * rounds; round++)
        {
            var from = Stopwatch.GetTimestamp();
            await scene.Sender(24, 0, first: round * each).RunAsync(each, context.Stop);
            // The poisoned ones have their own pace: the healthy are waited for.
            var healthy = each - Enumerable.Range(round * each, each).Count(scene.Bodies.Poisoned);
            while (await scene.Database.CountAsync($"SELECT COUNT(*) FROM transactions WHERE state = 5 AND number >= '{scene.Bodies.Number(round * each)}' AND number < '{scene.Bodies.Number((round + 1) * each)}'", context.Stop) < healthy
                && Stopwatch.GetElapsedTime(from) < TimeSpan.FromMinutes(3))
                await Task.Delay(50, context.Stop);
            taken[round % 2] += Stopwatch.GetElapsedTime(from).TotalSeconds;
        }

        await scene.DrainAsync(TimeSpan.FromSeconds(60));
        var findings = await scene.CheckAsync();
        var poisoned = Enumerable.Range(0, 2 * rounds * each).Count(scene.Bodies.Poisoned);
        var attempts = await scene.Database.CountAsync("SELECT COALESCE(MAX(n), 0) FROM (SELECT COUNT(*) n FROM attempts WHERE step = 'erp-order' GROUP BY transaction_id) a", context.Stop);
        var share = taken[0] / taken[1];
        return await scene.VerdictAsync(findings, findings.Parked.Count == poisoned && attempts <= 5 && share >= 0.95, string.Create(CultureInfo.InvariantCulture,
            $"{poisoned} of {rounds * each:N0} poisoned, {findings.Words}, at most {attempts} attempts (target 5), healthy throughput {share:P0} of clean (target 95 %, {rounds * each / taken[0]:0}/s clean)"));
    }
}
