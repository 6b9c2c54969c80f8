using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.ExceptionCases;

public enum CaseSort
{
    /// <summary>Largest sum first. Currencies are compared by their figures here: this only sorts.</summary>
    Money,

    /// <summary>Most stuck orders first.</summary>
    Stuck,

    /// <summary>Oldest stuck order first.</summary>
    Age,

    /// <summary>Newest failure first.</summary>
    Recent,
}

/// <summary>Which cases; what is left out does not filter.</summary>
/// <param name="Phases">Empty = those that need somebody: all but muted and settled.</param>
/// <param name="System">Key of the connection; empty text = here.</param>
/// <param name="Text">In the cause's words, the message, the code or the operation.</param>
public sealed record CaseFilter(IReadOnlyList<CasePhase> Phases, string? System, string? Text, CaseSort Sort)
{
    public static readonly CaseFilter Open = new([], null, null, CaseSort.Money);

    public static readonly IReadOnlyList<CasePhase> NeedSomebody = [CasePhase.New, CasePhase.Ongoing, CasePhase.Escalating, CasePhase.Regressed];
}

/// <summary>A row of the list.</summary>
public sealed record CaseItem
{
    public required Guid Id { get; init; }

    /// <summary>In business words: the cause's title, else the message.</summary>
    public required string Title { get; init; }

    /// <summary>Null when the catalogue does not explain it.</summary>
    public Cause? Cause { get; init; }

    public required FaultKind Kind { get; init; }

    public required string Code { get; init; }

    public required string Pattern { get; init; }

    /// <summary>The message as it first came.</summary>
    public required string Sample { get; init; }

    /// <summary>Null = here.</summary>
    public VerdictSystem? System { get; init; }

    public required string Operation { get; init; }

    public string? Field { get; init; }

    public required CaseStanding Standing { get; init; }

    /// <summary>Whose move it is, as the verdict of its oldest stuck order says; null when none is stuck.</summary>
    public VerdictMove? Move { get; init; }

    /// <summary>Key of the team whose its oldest stuck order is; null when none is stuck, or it is nobody's.</summary>
    public string? Owner { get; init; }

    /// <summary>Orders that are stuck for it now.</summary>
    public required int Stuck { get; init; }

    /// <summary>Of the stuck orders, a sum a currency, largest first.</summary>
    public required IReadOnlyList<Money> Money { get; init; }

    public required DateTimeOffset FirstSeen { get; init; }

    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>Since when its oldest order is stuck; null when none is.</summary>
    public DateTimeOffset? StuckSince { get; init; }

    /// <summary>Orders that came to be stuck in the last 90 days.</summary>
    public required int Failures { get; init; }

    /// <summary>The last 24 hours, oldest first, the present one last.</summary>
    public required IReadOnlyList<int> Trend { get; init; }

    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>Every case that it stands for: itself and those merged into it.</summary>
    public required IReadOnlyList<Guid> Parts { get; init; }
}

/// <param name="Items">A page.</param>
/// <param name="Total">Cases that fit.</param>
/// <param name="Stuck">Orders that are stuck in them.</param>
/// <param name="Explained">Of the stuck orders of all cases, those whose cause is known.</param>
/// <param name="AllStuck">Stuck orders of all cases.</param>
/// <param name="Ungrouped">Stuck orders that are in no case yet: they will be in a moment.</param>
public sealed record CaseList(IReadOnlyList<CaseItem> Items, int Total, int Stuck, IReadOnlyList<Money> Money, int Explained, int AllStuck, int Ungrouped, DateTimeOffset ReadAt);

/// <summary>An order that is stuck for the case.</summary>
/// <param name="Since">Since when.</param>
public sealed record CaseMember(Guid TransactionId, string Number, VerdictSystem Channel, Money? Total, DateTimeOffset Since, string Message);

/// <summary>"The last 20 times": what became of those that left the case.</summary>
/// <param name="Of">How many were looked at, at most 20.</param>
/// <param name="Median">From stuck to moving on.</param>
public sealed record CaseHistory(int Of, int Closed, int Cancelled, int Moving, int StuckAgain, TimeSpan? Median);

/// <summary>How orders came out of a case in the last 90 days. Time alone closes none.</summary>
/// <param name="ByProof">Their system confirmed, the event came, or the flow came to its end.</param>
/// <param name="ByPerson">A person discarded them.</param>
/// <param name="Superseded">The channel cancelled them, or a newer one took their place.</param>
public sealed record CaseExits(int ByProof, int ByPerson, int Superseded);

/// <param name="Value">What the part has in common.</param>
/// <param name="Undone">New failures are not parted any more.</param>
public sealed record CaseSplitItem(Guid Target, SplitBy By, string Value, string CreatedBy, DateTimeOffset CreatedAt, string Reason, bool Undone);

public sealed record CaseEvent(DateTimeOffset At, string By, string Text);

/// <summary>One case with everything that its page shows.</summary>
public sealed record CaseDetail
{
    public required CaseItem Item { get; init; }

    /// <summary>The latest messages that differ, as they came, at most three.</summary>
    public required IReadOnlyList<string> Messages { get; init; }

    /// <summary>Of its oldest stuck order, for its verdict; null when none is.</summary>
    public VerdictFacts? Facts { get; init; }

    /// <summary>The last 72 hours, oldest first.</summary>
    public required IReadOnlyList<CaseHour> Hours { get; init; }

    /// <summary>Stuck now, oldest first: a page.</summary>
    public required IReadOnlyList<CaseMember> Members { get; init; }

    /// <summary>Where the next page begins; null at the end.</summary>
    public Guid? NextMember { get; init; }

    public required CaseHistory History { get; init; }

    public CaseExits Exits { get; init; } = new(0, 0, 0);

    /// <summary>In what the stuck orders differ from those that went well lately.</summary>
    public required IReadOnlyList<Difference> Differences { get; init; }

    public required IReadOnlyList<CaseSplitItem> Splits { get; init; }

    /// <summary>Cases merged into this one.</summary>
    public required IReadOnlyList<(Guid Id, string Title)> Merged { get; init; }

    /// <summary>The case that shows it; null = itself.</summary>
    public Guid? MergedInto { get; init; }

    public (Guid Id, string Title)? SplitFrom { get; init; }

    public DateTimeOffset? SettledAt { get; init; }

    public string? SettledWith { get; init; }

    /// <summary>Where it came back: the versions of the flow before and after; null when it did not, or they are the same.</summary>
    public (int Before, int After)? Versions { get; init; }

    /// <summary>Where it came back: what was published since the last failure before, newest first.</summary>
    public IReadOnlyList<CaseChange> Changes { get; init; } = [];

    /// <summary>Version of the fingerprint's algorithm.</summary>
    public required short Algorithm { get; init; }

    /// <summary>Newest first, at most 50.</summary>
    public required IReadOnlyList<CaseEvent> Events { get; init; }

    public required DateTimeOffset ReadAt { get; init; }
}
