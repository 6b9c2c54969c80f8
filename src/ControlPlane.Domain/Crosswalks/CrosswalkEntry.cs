using System.Globalization;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>Which ways an entry answers. Stored; do not renumber.</summary>
[Flags]
public enum CrosswalkDirections : short
{
    /// <summary>Their code is read as ours: what comes in.</summary>
    ToOurs = 1,

    /// <summary>Our code is written as theirs: what goes out.</summary>
    ToTheirs = 2,

    Both = ToOurs | ToTheirs,
}

/// <summary>Stored; do not renumber.</summary>
public enum CrosswalkState : short
{
    /// <summary>Answers look-ups, within its dates.</summary>
    Approved = 1,

    /// <summary>Answers nothing any more; kept, with its history.</summary>
    Retired = 2,
}

/// <summary>One equivalence: what a partner calls something, and what we call it. Codes compare without regard to case.</summary>
public sealed record CrosswalkEntry
{
    /// <summary>Stays the same over all revisions of the entry.</summary>
    public required Guid Id { get; init; }

    public CrosswalkScope Scope { get; init; } = CrosswalkScope.Global;

    /// <summary>Their code; <c>*</c> stands for every other one where the table allows it.</summary>
    public required string Theirs { get; init; }

    /// <summary>Our code; <c>*</c> means that the code stays as it is.</summary>
    public required string Ours { get; init; }

    public CrosswalkDirections Directions { get; init; } = CrosswalkDirections.Both;

    /// <summary>How many of our units one of theirs is, exact: 12 when their case holds twelve of our pieces.</summary>
    public decimal Factor { get; init; } = 1;

    /// <summary>Counts from this instant on; null = since ever.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Counts before this instant; null = without end.</summary>
    public DateTimeOffset? Until { get; init; }

    public string Note { get; init; } = "";

    public CrosswalkState State { get; init; } = CrosswalkState.Approved;

    /// <summary>The revision of all crosswalks that made it as it is.</summary>
    public long Revision { get; init; }

    public bool CountsAt(DateTimeOffset at) => (From is null || From <= at) && (Until is null || at < Until);

    public bool Overlaps(CrosswalkEntry other) => (From is null || other.Until is null || From < other.Until) && (other.From is null || Until is null || other.From < Until);

    /// <summary>Whether both say the same, whatever their ids and revisions.</summary>
    public bool SaysSameAs(CrosswalkEntry other) =>
        Scope == other.Scope && Theirs == other.Theirs && Ours == other.Ours && Directions == other.Directions && Factor == other.Factor
        && From == other.From && Until == other.Until && Note == other.Note && State == other.State;

    /// <summary>For people: <c>EA = PCE, connection:shop-eu, from 2026-01-01</c>.</summary>
    public override string ToString() =>
        $"{Theirs} {Directions.Sign()} {Ours}{(Factor == 1 ? "" : " × " + Factor.ToString(CultureInfo.InvariantCulture))}, {Scope}"
        + (From is { } from ? $", from {Day(from)}" : "") + (Until is { } until ? $", until {Day(until)}" : "");

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString(at.UtcDateTime.TimeOfDay == default ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

public static class CrosswalkWords
{
    public static string Word(this CrosswalkDirections directions) => directions switch
    {
        CrosswalkDirections.ToOurs => "to-ours",
        CrosswalkDirections.ToTheirs => "to-theirs",
        _ => "both",
    };

    public static string Word(this CrosswalkDirection direction) => direction == CrosswalkDirection.ToOurs ? "to-ours" : "to-theirs";

    public static string Sign(this CrosswalkDirections directions) => directions switch
    {
        CrosswalkDirections.ToOurs => "→",
        CrosswalkDirections.ToTheirs => "←",
        _ => "=",
    };

    public static bool TryDirections(string? word, out CrosswalkDirections directions)
    {
        directions = word switch { "to-ours" => CrosswalkDirections.ToOurs, "to-theirs" => CrosswalkDirections.ToTheirs, null or "" or "both" => CrosswalkDirections.Both, _ => 0 };
        return directions != 0;
    }

    public static bool Has(this CrosswalkDirections directions, CrosswalkDirection one) =>
        (directions & (one == CrosswalkDirection.ToOurs ? CrosswalkDirections.ToOurs : CrosswalkDirections.ToTheirs)) != 0;
}
