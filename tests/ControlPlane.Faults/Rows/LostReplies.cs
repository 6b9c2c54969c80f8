using System.Globalization;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Stubs;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 6: the partner does it and the answer is lost, for each kind of write.</summary>
public sealed class LostReplies : IRow
{
    public string Id => "6";

    public string Title => "reply lost after the write was done, 5 %";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        await using var scene = await Scene.SetAsync(context, DatabaseKind.Sqlite, "kinds");
        scene.Systems = ["keyed", "upsert", "asked", "deaf"];
        foreach (var (system, memory) in Kinds.Memories)
            await scene.Stub.TurnAsync(system, $"memory={memory}&delay=2&drop=0.05", context.Stop);
        await scene.StartAsync(1);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
        enough.CancelAfter(context.Full ? TimeSpan.FromMinutes(20) : TimeSpan.FromSeconds(30));
        await scene.Sender(24, 0).RunAsync(context.Count(5_000, 50_000), enough.Token);
        await scene.DrainAsync(TimeSpan.FromMinutes(context.Full ? 10 : 1));
        var findings = await scene.CheckAsync();
        var ledger = EffectLedger.Read(scene.Stub.Ledger).ToList();
        var unanswered = ledger.Where(l => l is { Word: LedgerWord.ReplyLost, System: "deaf" }).Select(l => l.Order).ToHashSet();
        var wrong = findings.Parked.Keys.Count(n => !unanswered.Contains(n));
        var silent = unanswered.Count(n => !findings.Parked.ContainsKey(n));
        var mostLookUps = ledger.Where(l => l.Word == LedgerWord.LookedUp).GroupBy(l => l.Order).Select(g => g.Count()).DefaultIfEmpty().Max();
        return await scene.VerdictAsync(findings, wrong == 0 && silent == 0 && mostLookUps <= 2, string.Create(CultureInfo.InvariantCulture,
            $"{findings.Effects:N0} writes, {findings.RepliesLost:N0} replies lost, {findings.Words}; every unknown shown ({unanswered.Count - silent} of {unanswered.Count}), {wrong} parked wrongly, at most {mostLookUps} look-ups (target 2)"));
    }
}
