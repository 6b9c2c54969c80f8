using System.Diagnostics;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Domain.Shared;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Verdicts;

/// <summary>The verdict against the truth: faults made with the simulators, read through the real query, and counted.</summary>
public sealed class VerdictFaultSetTests(ITestOutputHelper output)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_verdict_is_right_and_accuses_no_partner_without_evidence()
    {
        var began = Stopwatch.GetTimestamp();
        var kinds = FaultSet.Phases.SelectMany(p => p.Kinds).ToList();
        await using var rig = await FaultRig.StartAsync([.. FaultSet.Documents(), .. kinds.SelectMany(k => k.Documents())], Ct);
        await DeclareWindowAsync(rig);
        var results = new List<FaultResult>();
        foreach (var phase in FaultSet.Phases)
            results.AddRange(await RunAsync(rig, phase));
        var matrix = new FaultMatrix(kinds, results);
        output.WriteLine(matrix.Text);
        output.WriteLine(FormattableString.Invariant($"{results.Count} transactions in {Stopwatch.GetElapsedTime(began).TotalSeconds:0} s"));
        foreach (var wrong in results.Where(r => !r.IsRight).GroupBy(r => r.Kind.Name).SelectMany(g => g.Take(2)))
            output.WriteLine($"{wrong.Kind.Name}: wanted {wrong.Kind.Label}, found {wrong.Found}: {wrong.Sentence}");
        Assert.True(kinds.Count >= 25 && results.Count >= 1_000, $"{kinds.Count} kinds, {results.Count} transactions");
        Assert.Empty(results.Where(r => r.Accuses && !r.HasEvidence).Select(r => $"{r.Kind.Name}: {r.Sentence}").Distinct().Take(5));
        Assert.Empty(results.Where(r => r.ListDiffers).Select(r => $"{r.Kind.Name}: {r.Sentence}").Take(5));
        Assert.True(matrix.Right >= 0.95, $"{matrix.Right:P1} right");
        matrix.Hold();
    }

    private async Task<IReadOnlyList<FaultResult>> RunAsync(FaultRig rig, FaultPhase phase)
    {
        var from = Stopwatch.GetTimestamp();
        rig.AllWell([.. phase.Dials]);
        var orders = phase.Kinds.SelectMany(k => Enumerable.Range(0, k.Orders).Select(i => new FaultOrder(k.Channel(i % k.Spread), k.Edit))).ToList();
        rig.Place(orders);
        var byKind = phase.Kinds.ToDictionary(k => k.Name);
        var results = new Dictionary<Guid, FaultResult>();
        var cancelled = false;
        // What passes by (a lost answer is asked for after a second) is read as soon as it is there.
        var due = phase.Kinds.Sum(k => k.Orders - k.Through);
        while (results.Count < due && Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(20))
        {
            foreach (var kind in phase.Kinds)
                await ReadAsync(rig, kind, results);
            if (!cancelled && byKind.ContainsKey("cancelled-late"))
                cancelled = await CancelAsync(rig);
            await Task.Delay(100, Ct);
        }

        if (results.Count < due)
            output.WriteLine($"{string.Join(", ", phase.Kinds.Select(k => $"{k.Name} {results.Values.Count(r => r.Kind == k)}/{k.Orders}"))}");
        if (results.Count < due)
            await TellAsync(rig, phase, results);
        await EndAsync(rig);
        return [.. results.Values];
    }

    /// <summary>Where those stand that never came to their fault.</summary>
    private async Task TellAsync(FaultRig rig, FaultPhase phase, Dictionary<Guid, FaultResult> results)
    {
        await using var context = rig.Product.Db.CreateContext();
        foreach (var kind in phase.Kinds)
        {
            var channels = Enumerable.Range(0, kind.Spread).Select(kind.Channel).ToList();
            foreach (var group in (await context.Transactions.AsNoTracking().Where(t => channels.Contains(t.Connection)).ToListAsync(Ct)).Where(t => !results.ContainsKey(t.Id)).GroupBy(t => (t.State, t.Step, t.FaultCode, t.FaultMessage)))
                output.WriteLine($"  {kind.Name}: {group.Count()} × {group.Key}");
        }
    }

    /// <summary>What is still tried would meet the dials of the next phase, and open breakers that others need closed: it is taken out, and a worker that has it finds its fence raised.</summary>
    private static async Task EndAsync(FaultRig rig)
    {
        await using var context = rig.Product.Db.CreateContext();
        await context.WorkItems.Where(w => w.State != WorkState.Done).ExecuteUpdateAsync(s => s.SetProperty(w => w.State, WorkState.Done).SetProperty(w => w.Fence, w => w.Fence + 1), Ct);
    }

    private static async Task ReadAsync(FaultRig rig, FaultKind kind, Dictionary<Guid, FaultResult> results)
    {
        var channels = Enumerable.Range(0, kind.Spread).Select(kind.Channel).ToList();
        List<TransactionRow> rows;
        await using (var context = rig.Product.Db.CreateContext())
            rows = await context.Transactions.AsNoTracking().Where(t => channels.Contains(t.Connection)).ToListAsync(Ct);
        var ready = rows.Where(t => !results.ContainsKey(t.Id) && kind.Ready(t)).ToList();
        if (ready.Count == 0)
            return;
        await using var scope = rig.Product.Services.CreateAsyncScope();
        var queries = scope.ServiceProvider.GetRequiredService<ITransactionQueries>();
        var listed = (await queries.ReadAsync([.. ready.Select(t => t.Id)], Ct)).ToDictionary(i => i.Id);
        foreach (var row in ready)
        {
            var detail = (await queries.FindAsync(row.Id, Ct))!;
            if (!kind.Ready(await AgainAsync(rig, row.Id)))
                continue;
            results[row.Id] = FaultResult.Of(kind, detail, listed[row.Id], TimeProvider.System.GetUtcNow());
        }
    }

    /// <summary>The query reads a moment after the row was looked at: what has moved on in between is not the fault any more.</summary>
    private static async Task<TransactionRow> AgainAsync(FaultRig rig, Guid id)
    {
        await using var context = rig.Product.Db.CreateContext();
        return await context.Transactions.AsNoTracking().SingleAsync(t => t.Id == id, Ct);
    }

    private static async Task<bool> CancelAsync(FaultRig rig)
    {
        await using var context = rig.Product.Db.CreateContext();
        if (await context.Transactions.CountAsync(t => t.Connection == "f-cancelled-late" && t.Step == "shipment", Ct) < 30)
            return false;
        foreach (var order in rig.Given.Where(o => o.Channel == "f-cancelled-late"))
            await rig.CancelAsync(order, Ct);
        return true;
    }

    private static async Task DeclareWindowAsync(FaultRig rig)
    {
        var now = TimeProvider.System.GetUtcNow();
        await rig.Product.AddAsync(new MaintenanceWindowRow
        {
            Id = EntityId.New(TimeProvider.System), TenantId = 1, Connection = "f-window-e", StartsAt = now.AddMinutes(-1).ToMicroseconds(), EndsAt = now.AddHours(1).ToMicroseconds(), Reason = "Upgrade", DeclaredBy = "ops",
        });
        await Task.Delay(1_500, Ct);
    }
}
