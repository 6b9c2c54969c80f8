namespace ControlPlane.Domain.Worklist;

/// <summary>From when the deadline of a rule is counted.</summary>
public enum DeadlineFrom
{
    /// <summary>The channel's promise. The rule does not count for an order without one.</summary>
    ShipBy,

    /// <summary>When the customer placed it.</summary>
    Placed,

    /// <summary>When it was received here.</summary>
    Received,
}

/// <summary>What is lost when the deadline passes.</summary>
public abstract record PenaltyCost
{
    /// <summary>A charge, whatever the order is worth. Exact decimal amount of one currency.</summary>
    public sealed record Fixed(decimal Amount, string Currency) : PenaltyCost;

    /// <summary>A share of the order's total, above 0 and at most 1.</summary>
    public sealed record Share(decimal Part) : PenaltyCost;

    /// <summary>The sale.</summary>
    public sealed record Lost : PenaltyCost;
}

/// <summary>Which transactions a rule is about: every part that is given must fit.</summary>
/// <param name="Connectors">Names of connectors of the channel.</param>
/// <param name="Channels">Keys of the channel's connection.</param>
/// <param name="Kinds">order, return, settlement.</param>
/// <param name="Promised">Only those with (true) or without (false) a promise; null = both.</param>
public sealed record PenaltyScope(IReadOnlyList<string> Connectors, IReadOnlyList<string> Channels, IReadOnlyList<string> Kinds, bool? Promised = null)
{
    public bool Fits(WorkFacts facts) =>
        (Connectors.Count == 0 || (facts.Connector is { } connector && Connectors.Contains(connector, StringComparer.Ordinal)))
        && (Channels.Count == 0 || Channels.Contains(facts.Channel, StringComparer.Ordinal))
        && (Kinds.Count == 0 || Kinds.Contains(facts.Kind, StringComparer.Ordinal))
        && (Promised is not { } promised || promised == facts.ShipBy is not null);
}

/// <summary>What a channel does to those who are late, as dated data: a marketplace changes its rules, and old orders were promised under the old ones.</summary>
public sealed record PenaltyRule
{
    /// <summary>Stable, lower-case with hyphens. Several with one id are versions: the newest that held when the order was placed counts.</summary>
    public required string Id { get; init; }

    /// <summary>What happens, after "when": "Walmart cancels it".</summary>
    public required string Title { get; init; }

    /// <summary>The limit in the words of its source: "at most 2 % of orders in 30 days".</summary>
    public string Limit { get; init; } = "";

    public required PenaltyScope When { get; init; }

    public required DeadlineFrom From { get; init; }

    /// <summary>Added to <see cref="From"/>; may be negative: a cut-off before the promise.</summary>
    public TimeSpan Plus { get; init; }

    public required PenaltyCost Cost { get; init; }

    /// <summary>That it costs this when the deadline passes: 0 to 1. 0 switches the rule off.</summary>
    public required double Probability { get; init; }

    /// <summary>Inclusive, UTC.</summary>
    public required DateOnly ValidFrom { get; init; }

    /// <summary>Where it is written.</summary>
    public required string Source { get; init; }

    /// <summary>When somebody read it there; null = not noted.</summary>
    public DateOnly? ReadOn { get; init; }

    /// <summary>Null when it depends on a promise that the order does not have.</summary>
    public DateTimeOffset? Deadline(WorkFacts facts) => From switch
    {
        DeadlineFrom.ShipBy => facts.ShipBy + Plus,
        DeadlineFrom.Placed => facts.PlacedAt + Plus,
        DeadlineFrom.Received => facts.ReceivedAt + Plus,
        _ => throw new ArgumentOutOfRangeException(nameof(From)),
    };
}

/// <summary>What the rank of a transaction is made of: nothing that has to be asked for.</summary>
/// <param name="Connector">Of the channel's connection; null when that was removed.</param>
/// <param name="Channel">Key of the channel's connection.</param>
/// <param name="Kind">order, return, settlement.</param>
/// <param name="TotalMinor">In minor units of <paramref name="Currency"/>; null while the channel withholds it.</param>
/// <param name="StuckSince">When it came to need somebody.</param>
/// <param name="ShipBy">The channel's promise; null = none.</param>
public sealed record WorkFacts(
    string? Connector, string Channel, string Kind, string Currency, long? TotalMinor, DateTimeOffset PlacedAt, DateTimeOffset ReceivedAt, DateTimeOffset StuckSince, DateTimeOffset? ShipBy);
