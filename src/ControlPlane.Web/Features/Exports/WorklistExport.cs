using System.Runtime.CompilerServices;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Transactions.List;
using ControlPlane.Web.Features.Worklist;

namespace ControlPlane.Web.Features.Exports;

/// <summary>The worklist as a file, in its order.</summary>
internal sealed class WorklistExport(IWorklist worklist, IWorkOwners owners, IConnectionRegistry connections, TimeProvider clock) : IExportSource
{
    private static readonly ExportColumn[] Columns =
    [
        new("Order", ExportKind.Text, 18), new("Kind", ExportKind.Text, 12), new("Channel", ExportKind.Text, 18), new("At risk", ExportKind.Money, 12), new("Total", ExportKind.Money, 12), new("Currency", ExportKind.Text, 9),
        new("Act by", ExportKind.Instant, 20), new("Rule", ExportKind.Text, 30), new("Cause", ExportKind.Text, 50), new("Whose move", ExportKind.Text, 18), new("In hand of", ExportKind.Text, 20), new("Team", ExportKind.Text, 20),
        new("Stuck since", ExportKind.Instant, 20), new("Ship by", ExportKind.Instant, 20), new("Fault", ExportKind.Text, 22), new("Id", ExportKind.Text, 38),
    ];

    public string Name => "worklist";

    public IReadOnlyList<(string Name, string Meaning)> Parameters => WorklistApi.Filters;

    public ExportPlan OfPage(ExportAsk ask, Func<string, string?> value)
    {
        var teams = owners.Teams(ask.Tenant);
        // The page that somebody looks at, and the open panel, are no part of the filter.
        var asked = WorklistAddress.Read(name => name is "at" or "order" ? null : value(name), ask.Viewer.Zone, connections, teams);
        return Plan(ask, asked.Filter,
        [
            .. asked.Understood.Select(u => (WorklistPresentation.FilterWord(u.Key), WorklistPresentation.FilterValue(u.Key, u.Value, connections, teams, null))),
            .. asked.Problems.Select(p => ("left out", p)),
        ]);
    }

    public ExportPlan OfApi(ExportAsk ask, ApiQuery query)
    {
        var filter = WorklistApi.Filter(query);
        return Plan(ask, filter, [.. Parameters.Select(p => p.Name).Select(name => (name, query.Given(name))).Where(p => p.Item2.Length > 0)]);
    }

    private ExportPlan Plan(ExportAsk ask, WorkFilter filter, IReadOnlyList<(string, string)> words) => new("Worklist", Columns, words, RowsAsync(ask, filter.For(ask.Viewer.SignInName), ask.Cancel));

    private async IAsyncEnumerable<ExportCell[]> RowsAsync(ExportAsk ask, WorkFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var (cells, now) = (new ExportCell[Columns.Length], clock.GetUtcNow());
        WorkCursor? at = null;
        do
        {
            var page = await worklist.ListAsync(ask.Tenant, filter, at, IWorklist.LargestPage, ct);
            foreach (var item in page.Items)
            {
                Fill(cells, item, now, ask.Viewer);
                yield return cells;
            }

            at = page.Further;
        }
        while (at is not null);
    }

    private static void Fill(ExportCell[] cells, WorkItem item, DateTimeOffset now, ExportViewer viewer)
    {
        var order = item.Item;
        var at = 0;
        void Add(ExportCell cell) => cells[at++] = cell;
        Add(ExportCell.Of(order.Number));
        Add(ExportCell.Of(order.Kind));
        Add(ExportCell.Of(order.Channel.DisplayName));
        Add(ExportCell.Of(item.Stake?.Loss ?? order.Total));
        Add(ExportCell.Of(order.Total));
        Add(ExportCell.Of(order.Total?.Currency));
        Add(ExportCell.Of(item.ActBy));
        Add(ExportCell.Of(item.Stake?.Rule.Title));
        Add(ExportCell.Of(ExportMask.Text(item.Cause, viewer.Reveal)));
        Add(ExportCell.Of(TransactionsPresentation.Move(order.Verdict(now, viewer.Zone)) is { } move ? move.Name ?? PartyPresentation.Word(move.Role) : "unknown"));
        Add(ExportCell.Of(item.Owner));
        Add(ExportCell.Of(item.Team));
        Add(ExportCell.Of(order.Facts.Since));
        Add(ExportCell.Of(order.ShipBy));
        Add(ExportCell.Of(order.FaultCode));
        Add(ExportCell.Of(order.Id.ToString("D")));
    }
}
