using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>One page, newest first.</summary>
public sealed record TransactionListPage
{
    public required IReadOnlyList<TransactionListItem> Items { get; init; }

    /// <summary>Null when there is nothing older.</summary>
    public PageCursor? Older { get; init; }

    /// <summary>Null on the page that begins with the newest.</summary>
    public PageCursor? Newer { get; init; }

    /// <summary>How the search text was found; <see cref="SearchMatch.NotSearched"/> without one.</summary>
    public SearchMatch Match { get; init; }

    /// <summary>The count where the page alone tells it; null = ask for it.</summary>
    public CappedCount? Count { get; init; }
}

public enum SearchMatch
{
    NotSearched,

    /// <summary>Nothing holds the number, nor begins with it.</summary>
    None,

    /// <summary>Somebody's number is exactly the text.</summary>
    Exact,

    /// <summary>Nothing is exactly the text; these begin with it. They are the first in the order of the numbers, not all.</summary>
    Prefix,
}

/// <summary>Counting stops at a bound: nobody works through more, and counting a million rows would cost more than reading them.</summary>
/// <param name="AtLeast">True when there are that many or more.</param>
public sealed record CappedCount(int Value, bool AtLeast)
{
    public const int Cap = 10_000;

    /// <summary><c>318</c> or <c>10,000+</c>.</summary>
    public override string ToString() => Value.ToString("N0", System.Globalization.CultureInfo.InvariantCulture) + (AtLeast ? "+" : "");
}

/// <summary>How many stand at a kind of system. Where one stands is recorded; whose move it is, only its verdict tells.</summary>
/// <param name="Party">Null = here.</param>
public sealed record Standing(Domain.Connections.SystemRole? Party, int Count);

/// <summary>What a list shows of a transaction.</summary>
public sealed record TransactionListItem
{
    public required Guid Id { get; init; }

    public required string Kind { get; init; }

    public required string Number { get; init; }

    /// <summary>Our reference, which ERP and warehouse carry.</summary>
    public required string Reference { get; init; }

    /// <summary>The channel it came from.</summary>
    public required VerdictSystem Channel { get; init; }

    public required TransactionState State { get; init; }

    /// <summary>The last stage reached.</summary>
    public required string Stage { get; init; }

    /// <summary>Null while the channel withholds the amount, or where its currency is not known.</summary>
    public Money? Total { get; init; }

    public required int LineCount { get; init; }

    public required DateTimeOffset PlacedAt { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    /// <summary>The channel's ship-by promise.</summary>
    public DateTimeOffset? ShipBy { get; init; }

    public FaultKind? FaultKind { get; init; }

    public string? FaultCode { get; init; }

    /// <summary>Rises with each change.</summary>
    public required int Revision { get; init; }

    /// <summary>Since when, due when, whose move: what the verdict is made of.</summary>
    public required VerdictFacts Facts { get; init; }

    public Verdict Verdict(DateTimeOffset now, TimeZoneInfo zone) => VerdictRules.Decide(Facts, now, zone);
}
