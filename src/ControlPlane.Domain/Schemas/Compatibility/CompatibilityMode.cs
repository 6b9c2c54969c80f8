namespace ControlPlane.Domain.Schemas.Compatibility;

/// <summary>What a new version of a schema promises to those who use an earlier one. Stored; do not renumber.</summary>
public enum CompatibilityMode : short
{
    /// <summary>Nothing is promised or checked.</summary>
    None = 0,

    /// <summary>Whatever the version before accepts, the new one accepts: those who read by the new one can read what was written by the old.</summary>
    Backward = 1,

    /// <summary>Whatever the new one accepts, the version before accepts: those who read by the old one can read what is written by the new.</summary>
    Forward = 2,

    Full = 3,

    /// <summary>As <see cref="Backward"/>, with every version that is not retired.</summary>
    BackwardTransitive = 4,

    ForwardTransitive = 5,

    FullTransitive = 6,
}

public static class CompatibilityModes
{
    private static readonly (CompatibilityMode Mode, string Word)[] All =
    [
        (CompatibilityMode.None, "none"), (CompatibilityMode.Backward, "backward"), (CompatibilityMode.Forward, "forward"), (CompatibilityMode.Full, "full"),
        (CompatibilityMode.BackwardTransitive, "backward-transitive"), (CompatibilityMode.ForwardTransitive, "forward-transitive"), (CompatibilityMode.FullTransitive, "full-transitive"),
    ];

    public static string Allowed { get; } = string.Join(", ", All.Select(m => m.Word));

    public static string Word(this CompatibilityMode mode) => All.First(m => m.Mode == mode).Word;

    public static CompatibilityMode? Parse(string? word) => All.FirstOrDefault(m => m.Word == word) is { Word: not null } found ? found.Mode : null;

    public static bool IsTransitive(this CompatibilityMode mode) => mode >= CompatibilityMode.BackwardTransitive;

    public static bool LooksBack(this CompatibilityMode mode) => mode is CompatibilityMode.Backward or CompatibilityMode.Full or CompatibilityMode.BackwardTransitive or CompatibilityMode.FullTransitive;

    public static bool LooksAhead(this CompatibilityMode mode) => mode is CompatibilityMode.Forward or CompatibilityMode.Full or CompatibilityMode.ForwardTransitive or CompatibilityMode.FullTransitive;
}
