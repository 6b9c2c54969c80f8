using System.Globalization;
using ControlPlane.Faults.Databases;
using ControlPlane.Faults.Proxy;
using ControlPlane.Faults.Stubs;

namespace ControlPlane.Faults.Rows;

/// <summary>Row 7: the first, the second, the third … thing that goes out fails, over a few orders each time.</summary>
public sealed class NthFailure : IRow
{
    private const int OrdersEach = 3;

    public string Id => "7";

    public string Title => "the Nth call, message or effect fails";

    public async Task<RowResult> RunAsync(RowContext context)
    {
        var (calls, messages, kills) = (context.Count(8, 16), context.Postgres is null ? 0 : context.Count(60, 150), context.Count(6, 24));
        TcpProxy? database = null;
        TcpProxy? partners = null;
        await using var scene = await Scene.SetAsync(context, context.Postgres is null ? DatabaseKind.Sqlite : DatabaseKind.PostgreSql, "kinds", (db, stub) =>
        {
            partners = new TcpProxy(stub.Port);
            var settings = new Dictionary<string, string> { ["PARTNERS"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{partners.Port}"), ["ControlPlane__Engine__NodeTimeoutSeconds"] = "3", ["ControlPlane__Engine__LeaseSeconds"] = "10" };
            if (db.Kind == DatabaseKind.PostgreSql)
                foreach (var (name, value) in db.Settings((database = new TcpProxy(db.ServerPort)).Port))
                    settings[name] = value;
            return settings;
        });
        scene.Systems = ["keyed", "upsert", "asked", "deaf"];
        foreach (var (system, memory) in Kinds.Memories)
            await scene.Stub.TurnAsync(system, $"memory={memory}&delay=1", context.Stop);
        await scene.StartAsync(1);
        var sequence = 0;
        async Task OrdersAsync()
        {
            await scene.Sender(OrdersEach, 0, first: sequence).RunAsync(OrdersEach, context.Stop);
            sequence += OrdersEach;
        }

        for (var nth = 1; nth <= calls; nth++)
        {
            partners!.Arm(" HTTP/1.1", nth % 2 == 0 ? Cut.Before : Cut.After, nth);
            await OrdersAsync();
            await Task.Delay(200, context.Stop);
        }

        for (var nth = 1; nth <= messages; nth++)
        {
            database!.Arm("", nth % 3 == 0 ? Cut.Before : Cut.After, nth);
            await OrdersAsync();
            await Task.Delay(100, context.Stop);
        }

        for (var nth = 1; nth <= kills; nth++)
        {
            var lines = EffectLedger.Read(scene.Stub.Ledger).Count();
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.Stop);
            var load = scene.Sender(OrdersEach, 0, first: sequence).RunAsync(OrdersEach, ended.Token);
            sequence += OrdersEach;
            while (EffectLedger.Read(scene.Stub.Ledger).Count() < lines + nth && !load.IsCompleted)
                await Task.Delay(1, context.Stop);
            await scene.Node.KillAsync();
            await scene.Node.StartReadyAsync(context.Stop);
            await load;
        }

        await scene.DrainAsync(TimeSpan.FromSeconds(90));
        var findings = await scene.CheckAsync();
        var cuts = partners!.Cuts + (database?.Cuts ?? 0);
        if (database is not null)
            await database.DisposeAsync();
        await partners.DisposeAsync();
        var wrong = TwoNodes.ParkedWrongly(findings);
        return await scene.VerdictAsync(findings, wrong == 0, string.Create(CultureInfo.InvariantCulture,
            $"{cuts} cuts (calls 1–{calls}, database messages 1–{messages}) and {kills} kills after the nth effect, {findings.Words} ({wrong} wrongly, target 0)"));
    }
}
