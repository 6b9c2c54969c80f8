using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.Worklist;

/// <summary>One transaction that needs somebody, however many failures it has.</summary>
public sealed record WorkItem
{
    public required TransactionListItem Item { get; init; }

    /// <summary>Null when it needs nobody any more.</summary>
    public double? Rank { get; init; }

    /// <summary>By when somebody has to act; null = no deadline.</summary>
    public DateTimeOffset? ActBy { get; init; }

    /// <summary>The rule that puts it where it stands; null where none says anything.</summary>
    public Stake? Stake { get; init; }

    /// <summary>The exception case; null while it is in none.</summary>
    public Guid? CaseId { get; init; }

    /// <summary>In business words: the case's title, else the failure itself.</summary>
    public required string Cause { get; init; }

    /// <summary>Who ends it, as the catalogue of causes says; null when it does not explain it.</summary>
    public CauseFixer? Fixer { get; init; }

    /// <summary>The person who has it in hand; null = unclaimed.</summary>
    public string? Owner { get; init; }

    /// <summary>In whose queue it lies; null = nobody's.</summary>
    public string? Team { get; init; }

    /// <summary>It is freed, cancelled or done: somebody who looks sees it where it stood until he asks for the page anew.</summary>
    public bool IsLeft => Rank is null;
}

/// <param name="Further">The next page; null at the end.</param>
/// <param name="Back">The page before; null on the first.</param>
public sealed record WorkPage(IReadOnlyList<WorkItem> Items, WorkCursor? Further, WorkCursor? Back);

/// <summary>What the sentence above the list says.</summary>
/// <param name="Count">Counted to 10,000; the sums below are of those.</param>
/// <param name="Money">What is at risk, a sum a currency, largest first.</param>
/// <param name="Overdue">Deadlines that have passed.</param>
/// <param name="Next">The next deadline that has not.</param>
public sealed record WorkSummary(CappedCount Count, IReadOnlyList<Money> Money, int Overdue, DateTimeOffset? Next);

/// <summary>Reads the worklist: what needs somebody, most urgent first.</summary>
public interface IWorklist
{
    /// <summary>Rows of a page.</summary>
    const int LargestPage = 200;

    Task<WorkPage> ListAsync(TenantScope tenant, WorkFilter filter, WorkCursor? at, int size, CancellationToken ct);

    Task<WorkSummary> SummaryAsync(TenantScope tenant, WorkFilter filter, CancellationToken ct);

    /// <summary>How many pass each filter, counted to 10,000: one reading for all of them.</summary>
    Task<IReadOnlyList<CappedCount>> CountManyAsync(TenantScope tenant, IReadOnlyList<WorkFilter> filters, CancellationToken ct);

    /// <summary>Some of them by id, as they are now, in no order. What does not exist is left out.</summary>
    Task<IReadOnlyList<WorkItem>> ReadAsync(TenantScope tenant, IReadOnlyCollection<Guid> ids, CancellationToken ct);
}
