using System.Globalization;
using ControlPlane.Faults;
using ControlPlane.Faults.Rows;
using ControlPlane.Faults.Stubs;

if (args is ["stub", var port, var ledger, var stubSeed])
    return await StubHost.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), ledger, int.Parse(stubSeed, CultureInfo.InvariantCulture));

if (args is not [("pr" or "full") and var tier, .. var wanted])
{
    Console.Error.WriteLine("Use: faults.sh [pr|full] [row …]     RIG_SEED=N repeats a run");
    return 2;
}

IReadOnlyList<IRow> all = RowCatalog.All;
foreach (var unknown in wanted.Where(w => all.All(r => !RowCatalog.Fits(r, w))))
    Console.Error.WriteLine($"There is no row {unknown}. Rows: {string.Join(' ', all.Select(r => r.Id))}");
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
return await RigRun.RunAsync([.. all.Where(r => wanted.Length == 0 || wanted.Any(w => RowCatalog.Fits(r, w)))], tier == "full", stop.Token);
