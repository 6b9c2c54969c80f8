// How fast the transaction list, the search and the page read from a large database.
// dotnet run -c Release --project bench/queries -- [transactions=1000000] [file=<temp>] [rounds=40] [keep]
// With objectives=2000000: so many events of the journal are counted, and the readings behind the objectives' pages measured.
// With operations=2000000: the operations dashboard over so many events of the journal.
using System.Globalization;
using ControlPlane.QueryBench;

var options = BenchOptions.Parse(args);
if (Events("objectives=") is { } counted)
    return await ObjectiveBench.RunAsync(options, counted, CancellationToken.None);
if (Events("operations=") is { } operations)
    return await OperationsBench.RunAsync(options, operations, CancellationToken.None);
return await QueryBench.RunAsync(options, CancellationToken.None);

int? Events(string word) =>
    args.FirstOrDefault(a => a.StartsWith(word, StringComparison.Ordinal)) is { } given ? int.Parse(given[word.Length..], CultureInfo.InvariantCulture) : null;
