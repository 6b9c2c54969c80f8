using System.Runtime.CompilerServices;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Exports;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Api;
using ControlPlane.Web.Features.ExceptionCases;

namespace ControlPlane.Web.Features.Exports;

/// <summary>The list of exception cases as a file.</summary>
internal sealed class CasesExport(ICases cases, IConnectionRegistry connections) : IExportSource
{
    private static readonly ExportColumn[] Columns =
    [
        new("Cause", ExportKind.Text, 50), new("State", ExportKind.Text, 12), new("Stands at", ExportKind.Text, 20), new("Operation", ExportKind.Text, 22), new("Code", ExportKind.Text, 24), new("Field", ExportKind.Text, 20),
        new("Stuck orders", ExportKind.Number, 12), new("Held up", ExportKind.Money, 14), new("Currency", ExportKind.Text, 9), new("Held up in other currencies", ExportKind.Text, 26), new("Failures in 90 days", ExportKind.Number, 16),
        new("Stuck since", ExportKind.Instant, 20), new("First seen", ExportKind.Instant, 20), new("Last seen", ExportKind.Instant, 20), new("Message as it first came", ExportKind.Text, 60), new("Id", ExportKind.Text, 38),
    ];

    public string Name => "cases";

    public IReadOnlyList<(string Name, string Meaning)> Parameters => CasesApi.Filters;

    public ExportPlan OfPage(ExportAsk ask, Func<string, string?> value)
    {
        var (filter, problems) = CasesAddress.Read(value, connections);
        return Plan(ask, filter, [.. CasesAddress.Words(value, connections), .. problems.Select(p => ("left out", p))]);
    }

    public ExportPlan OfApi(ExportAsk ask, ApiQuery query)
    {
        var filter = CasesApi.Filter(query);
        return Plan(ask, filter, [.. Parameters.Select(p => p.Name).Select(name => (name, query.Given(name))).Where(p => p.Item2.Length > 0)]);
    }

    private ExportPlan Plan(ExportAsk ask, CaseFilter filter, IReadOnlyList<(string, string)> words) => new("Exception cases", Columns, words, RowsAsync(ask, filter, ask.Cancel));

    private async IAsyncEnumerable<ExportCell[]> RowsAsync(ExportAsk ask, CaseFilter filter, [EnumeratorCancellation] CancellationToken ct)
    {
        var cells = new ExportCell[Columns.Length];
        for (var page = 1; ; page++)
        {
            var list = await cases.ListAsync(ask.Tenant, filter, page, ct);
            foreach (var item in list.Items)
            {
                Fill(cells, item, ask.Viewer.Reveal);
                yield return cells;
            }

            if (list.Items.Count == 0 || list.Total <= page * ICases.PageSize)
                yield break;
        }
    }

    private static void Fill(ExportCell[] cells, CaseItem item, bool reveal)
    {
        var at = 0;
        void Add(ExportCell cell) => cells[at++] = cell;
        Add(ExportCell.Of(ExportMask.Text(item.Title, reveal)));
        Add(ExportCell.Of(CasesPresentation.Of(item.Standing.Phase).Word));
        Add(ExportCell.Of(item.System?.DisplayName ?? PartyPresentation.Word(null)));
        Add(ExportCell.Of(item.Operation));
        Add(ExportCell.Of(item.Code));
        Add(ExportCell.Of(item.Field));
        Add(ExportCell.Of(item.Stuck));
        Add(item.Money.Count == 0 ? ExportCell.None : ExportCell.Of(item.Money[0]));
        Add(ExportCell.Of(item.Money.Count == 0 ? null : item.Money[0].Currency));
        Add(ExportCell.Of(string.Join("; ", item.Money.Skip(1))));
        Add(ExportCell.Of(item.Failures));
        Add(ExportCell.Of(item.StuckSince));
        Add(ExportCell.Of(item.FirstSeen));
        Add(ExportCell.Of(item.LastSeen));
        Add(ExportCell.Of(ExportMask.Text(item.Sample, reveal)));
        Add(ExportCell.Of(item.Id.ToString("D")));
    }
}
