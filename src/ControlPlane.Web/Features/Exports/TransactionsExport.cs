using System.Runtime.CompilerServices;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Exports;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.Api.Transactions;
using ControlPlane.Web.Features.Transactions;
using ControlPlane.Web.Features.Transactions.List;

namespace ControlPlane.Web.Features.Exports;

/// <summary>The list of transactions as a file.</summary>
internal sealed class TransactionsExport(TransactionReaders readers, IConnectionRegistry connections, IFlowCatalog flows, TimeProvider clock) : IExportSource
{
    private static readonly ExportColumn[] Columns =
    [
        new("Order", ExportKind.Text, 18), new("Our reference", ExportKind.Text, 24), new("Channel", ExportKind.Text, 18), new("State", ExportKind.Text, 12), new("Stage", ExportKind.Text, 20),
        new("Whose move", ExportKind.Text, 18), new("Since", ExportKind.Instant, 20), new("Due", ExportKind.Instant, 20), new("Total", ExportKind.Money, 12), new("Currency", ExportKind.Text, 9),
        new("Lines", ExportKind.Number, 7), new("Placed", ExportKind.Instant, 20), new("Received", ExportKind.Instant, 20), new("Closed", ExportKind.Instant, 20), new("Ship by", ExportKind.Instant, 20),
        new("Fault", ExportKind.Text, 22), new("Message", ExportKind.Text, 50), new("Id", ExportKind.Text, 38),
    ];

    public string Name => "transactions";

    public IReadOnlyList<(string Name, string Meaning)> Parameters => TransactionsApi.Filters;

    public ExportPlan OfPage(ExportAsk ask, Func<string, string?> value)
    {
        IReadOnlyList<string> stages = [.. flows.All.SelectMany(f => f.Stages()).Select(s => s.Name).Distinct()];
        // The page that somebody looks at is no part of the filter.
        var asked = TransactionsAddress.Read(name => name == "at" ? null : value(name), ask.Viewer.Zone, connections, stages);
        return Plan(ask, asked.Filter,
        [
            .. asked.Understood.Select(u => (TransactionsPresentation.FilterWord(u.Key), TransactionsPresentation.FilterValue(u.Key, u.Value, connections))),
            .. asked.Problems.Select(p => ("left out", p)),
        ]);
    }

    public ExportPlan OfApi(ExportAsk ask, ApiQuery query)
    {
        var filter = TransactionsApi.Filter(query);
        return Plan(ask, filter, [.. Parameters.Select(p => p.Name).Select(name => (name, query.Given(name))).Where(p => p.Item2.Length > 0)]);
    }

    private ExportPlan Plan(ExportAsk ask, TransactionFilter filter, IReadOnlyList<(string, string)> words) => new("Transactions", Columns, words, RowsAsync(ask, filter, ask.Cancel));

    private async IAsyncEnumerable<ExportCell[]> RowsAsync(ExportAsk ask, TransactionFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var (cells, now, zone) = (new ExportCell[Columns.Length], clock.GetUtcNow(), ask.Viewer.Zone);
        await foreach (var item in readers.For(ask.Tenant).StreamAsync(filter, ct))
        {
            Fill(cells, item, now, zone, ask.Viewer.Reveal);
            yield return cells;
        }
    }

    private static void Fill(ExportCell[] cells, TransactionListItem item, DateTimeOffset now, TimeZoneInfo zone, bool reveal)
    {
        var verdict = item.Verdict(now, zone);
        var open = !item.State.IsFinal();
        var at = 0;
        void Add(ExportCell cell) => cells[at++] = cell;
        Add(ExportCell.Of(item.Number));
        Add(ExportCell.Of(item.Reference));
        Add(ExportCell.Of(item.Channel.DisplayName));
        Add(ExportCell.Of(StatusPresentation.Of(item.State).Word));
        Add(ExportCell.Of(StageWords.Of(item.Stage)));
        Add(ExportCell.Of(!open ? null : TransactionsPresentation.Move(verdict) is { } move ? move.Name ?? PartyPresentation.Word(move.Role) : "unknown"));
        Add(open ? ExportCell.Of(verdict.Since) : ExportCell.None);
        Add(ExportCell.Of(verdict.DueAt));
        Add(ExportCell.Of(item.Total));
        Add(ExportCell.Of(item.Total?.Currency));
        Add(ExportCell.Of(item.LineCount));
        Add(ExportCell.Of(item.PlacedAt));
        Add(ExportCell.Of(item.ReceivedAt));
        Add(ExportCell.Of(item.ClosedAt));
        Add(ExportCell.Of(item.ShipBy));
        Add(ExportCell.Of(item.FaultCode));
        Add(ExportCell.Of(ExportMask.Text(item.Facts.FaultMessage, reveal)));
        Add(ExportCell.Of(item.Id.ToString("D")));
    }
}
