using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Transactions.Detail;

/// <summary>The whole life of one order; the tab is in the address.</summary>
public sealed partial class TransactionPage
{
    private Guid _read;

    [Parameter] public Guid Id { get; set; }

    [SupplyParameterFromQuery(Name = "tab")] public string? Tab { get; set; }

    [Inject] private ITransactionQueries Queries { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    protected override TransactionView? Carried { get => null; set => _ = value; }

    private string Shown => TransactionPresentation.Tabs.Any(t => t.Tab == Tab) ? Tab! : "timeline";

    protected override async Task OnParametersSetAsync()
    {
        if (_read != Id && _read != Guid.Empty)
            await RefreshAsync();
    }

    protected override async Task<TransactionView> ReadAsync(CancellationToken ct)
    {
        _read = Id;
        var detail = await Queries.FindAsync(Id, ct);
        return new(detail, detail is null ? null : await Queries.LinesAsync(Id, ct), Time.GetUtcNow());
    }

    protected override DateTimeOffset ReadAt(TransactionView value) => value.ReadAt;
}
