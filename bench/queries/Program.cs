// How fast the transaction list, the search and the page read from a large database.
// dotnet run -c Release --project bench/queries -- [transactions=1000000] [file=<temp>] [rounds=40] [keep]
using ControlPlane.QueryBench;

return await QueryBench.RunAsync(BenchOptions.Parse(args), CancellationToken.None);
