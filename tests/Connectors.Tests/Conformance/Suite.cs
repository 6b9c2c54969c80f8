namespace Connectors.Tests.Conformance;

public enum Outcome
{
    Passed,
    Failed,

    /// <summary>Refused with a reason where the standard has an answer. Never another answer.</summary>
    NotOffered,
}

public sealed record Case(string Name, Outcome Outcome)
{
    public static Case Of(string name, bool passed) => new(name, passed ? Outcome.Passed : Outcome.Failed);
}

/// <summary>The cases of one standard, tried.</summary>
/// <param name="Source">Where the cases come from.</param>
/// <param name="Notes">What a reader must know to understand the figures.</param>
public sealed record Suite(string Title, string Source, IReadOnlyList<Case> Cases, IReadOnlyList<string> Notes)
{
    public int Count(Outcome outcome) => Cases.Count(c => c.Outcome == outcome);
}
