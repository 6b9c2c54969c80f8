using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Runtime.Views;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Web.Features.ExceptionCases;
using ControlPlane.Web.Features.Transactions.List;
using ControlPlane.Web.Features.Worklist;
using Microsoft.AspNetCore.WebUtilities;

namespace ControlPlane.Web.Features.Views;

/// <summary>Counts views of the list of transactions, all of them in one reading.</summary>
internal sealed class TransactionsViewCounter(TransactionReaders readers, IConnectionRegistry connections, IFlowCatalog flows) : IViewCounter
{
    public string Page => ViewPages.Transactions;

    public async Task<IReadOnlyList<CappedCount?>> CountAsync(TenantScope tenant, IReadOnlyList<string> queries, TimeZoneInfo zone, CancellationToken ct)
    {
        IReadOnlyList<string> stages = [.. flows.All.SelectMany(f => f.Stages()).Select(s => s.Name).Distinct()];
        return await readers.For(tenant).CountManyAsync([.. queries.Select(q => TransactionsAddress.Read(ViewQuery.Of(q), zone, connections, stages).Filter)], ct);
    }
}

/// <summary>Counts views of the list of cases; the list is in memory, so each is a look.</summary>
internal sealed class CasesViewCounter(ICases cases) : IViewCounter
{
    public string Page => ViewPages.Cases;

    public async Task<IReadOnlyList<CappedCount?>> CountAsync(TenantScope tenant, IReadOnlyList<string> queries, TimeZoneInfo zone, CancellationToken ct)
    {
        var counts = new List<CappedCount?>(queries.Count);
        foreach (var query in queries)
        {
            var total = (await cases.ListAsync(tenant, CasesAddress.Read(ViewQuery.Of(query)).Filter, 1, ct)).Total;
            counts.Add(new(Math.Min(total, CappedCount.Cap), total >= CappedCount.Cap));
        }

        return counts;
    }
}

/// <summary>Counts views of the worklist. What one has in hand is not counted: a count is shared by all who see the view.</summary>
internal sealed class WorklistViewCounter(IWorklist worklist, IWorkOwners owners, IConnectionRegistry connections) : IViewCounter
{
    public string Page => ViewPages.Worklist;

    public async Task<IReadOnlyList<CappedCount?>> CountAsync(TenantScope tenant, IReadOnlyList<string> queries, TimeZoneInfo zone, CancellationToken ct)
    {
        var teams = owners.Teams(tenant);
        var filters = queries.Select(q => WorklistAddress.Read(ViewQuery.Of(q), zone, connections, teams).Filter).ToList();
        var counts = await worklist.CountManyAsync(tenant, filters, ct);
        return [.. counts.Select((count, i) => filters[i].Owner == WorkFilter.Mine ? (CappedCount?)null : count)];
    }
}

/// <summary>Reads what follows the question mark of a saved view.</summary>
internal static class ViewQuery
{
    public static Func<string, string?> Of(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return name => values.TryGetValue(name, out var found) && found.Count > 0 ? found[0] : null;
    }
}
