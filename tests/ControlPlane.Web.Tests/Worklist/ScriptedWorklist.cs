using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Runtime.Worklist;
using Laid = ControlPlane.Web.Tests.Transactions.Given;

namespace ControlPlane.Web.Tests.Worklist;

/// <summary>The worklist as a test lays it out, and what was asked.</summary>
internal sealed class ScriptedWorklist : IWorklist
{
    public List<WorkItem> Items { get; } = [];

    /// <summary>Known, and not on the list.</summary>
    public List<WorkItem> Elsewhere { get; } = [];

    public TaskCompletionSource? Gate { get; set; }

    public bool Broken { get; set; }

    public WorkCursor? Further { get; set; }

    public WorkCursor? Back { get; set; }

    public List<WorkFilter> Asked { get; } = [];

    public WorkCursor? At { get; private set; }

    public async Task<WorkPage> ListAsync(TenantScope tenant, WorkFilter filter, WorkCursor? at, int size, CancellationToken ct)
    {
        if (Gate is { } gate)
            await gate.Task;
        if (Broken)
            throw new TimeoutException("no such table");
        Asked.Add(filter);
        At = at;
        return new([.. Items.Take(size)], Further, Back);
    }

    public Task<WorkSummary> SummaryAsync(TenantScope tenant, WorkFilter filter, CancellationToken ct) => Task.FromResult(new WorkSummary(
        new CappedCount(Items.Count, false), Items.Count == 0 ? [] : [new(Items.Sum(i => i.Item.Total?.MinorUnits ?? 0), "EUR")], Items.Count(i => i.ActBy < Given.Now), Items.Where(i => i.ActBy > Given.Now).Min(i => i.ActBy)));

    public Task<IReadOnlyList<CappedCount>> CountManyAsync(TenantScope tenant, IReadOnlyList<WorkFilter> filters, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<CappedCount>>([.. filters.Select(_ => new CappedCount(Items.Count, false))]);

    public Task<IReadOnlyList<WorkItem>> ReadAsync(TenantScope tenant, IReadOnlyCollection<Guid> ids, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<WorkItem>>([.. Items.Concat(Elsewhere).Where(i => ids.Contains(i.Item.Id))]);
}

/// <summary>Two teams; the first order is the first one's.</summary>
internal sealed class TwoTeams : IWorkOwners
{
    public IReadOnlyList<WorkOwner> Teams(TenantScope tenant) => [new("emea", "Order desk EMEA"), new("us", "Order desk US")];

    public IQueryable<TransactionRow> Narrow(ControlPlaneDbContext context, IQueryable<TransactionRow> rows, string owner) => rows;

    public Task<IReadOnlyDictionary<Guid, WorkHolder>> OfAsync(TenantScope tenant, IReadOnlyCollection<TransactionRow> rows, CancellationToken ct) => throw new NotSupportedException();
}

internal static class Given
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero);

    public static readonly Guid Cause = Tests.ExceptionCases.Given.Id(1);

    public static readonly PenaltyRule Cancels = new()
    {
        Id = "walmart-auto-cancel", Title = "Walmart cancels it", Limit = "cancelled four days after the expected ship date", When = new([], [], []), From = DeadlineFrom.ShipBy, Plus = TimeSpan.FromDays(4),
        Cost = new PenaltyCost.Lost(), Probability = 0.98, ValidFrom = new(2023, 1, 1), Source = "https://marketplacelearn.walmart.com (Performance alarms)", ReadOn = new(2026, 11, 20),
    };

    public static Guid Id(int n) => Work(n).Item.Id;

    public static WorkItem Work(int n, TimeSpan? dueIn = null, int revision = 1, string? owner = null) => new()
    {
        Item = Laid.Item(n, TransactionState.Stuck, Now, revision), Rank = 100 - n, ActBy = Now + dueIn, CaseId = Cause, Cause = "The customer is blocked in the ERP", Fixer = CauseFixer.Business, Owner = owner,
        Stake = dueIn is { } by ? new(Cancels, new Money(12640, "EUR"), 120, Now + by) : null,
    };

    public static WorkItem Freed(int n) => Work(n) with { Item = Laid.Item(n, TransactionState.Closed, Now, 2), Rank = null, ActBy = null, Stake = null };
}
