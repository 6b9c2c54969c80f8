namespace ControlPlane.Domain.Reviews;

/// <summary>What stands on the review clock. Stored; do not renumber.</summary>
public enum ReviewKind : short
{
    Objective = 1,
    Ownership = 2,
    Runbook = 3,
    Mapping = 4,
    Connection = 5,

    /// <summary>An entry of the installation's own in the catalogue of causes.</summary>
    Cause = 6,
}

/// <summary>What whoever looked decided. Stored; do not renumber.</summary>
public enum ReviewOutcome : short
{
    /// <summary>It is right as it is.</summary>
    Kept = 1,

    /// <summary>It was changed, or will be: the note says how.</summary>
    Changed = 2,

    /// <summary>It is not needed any more. It stays on the clock until it is gone.</summary>
    Retire = 3,
}

public static class ReviewWords
{
    public static IReadOnlyDictionary<string, ReviewKind> Kinds { get; } = Enum.GetValues<ReviewKind>().ToDictionary(k => k.Word(), StringComparer.Ordinal);

    public static IReadOnlyDictionary<string, ReviewOutcome> Outcomes { get; } = Enum.GetValues<ReviewOutcome>().ToDictionary(o => o.Word(), StringComparer.Ordinal);

    /// <summary>As addresses and the API name it.</summary>
    public static string Word(this ReviewKind kind) => kind.ToString().ToLowerInvariant();

    /// <inheritdoc cref="Word(ReviewKind)"/>
    public static string Word(this ReviewOutcome outcome) => outcome.ToString().ToLowerInvariant();
}
