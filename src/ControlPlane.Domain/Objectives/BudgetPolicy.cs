namespace ControlPlane.Domain.Objectives;

/// <summary>What is done as a budget runs out.</summary>
public enum BudgetMeasure
{
    Nothing,

    /// <summary>The owner is told.</summary>
    Warn,

    /// <summary>Mappings of the connection are published for fixes only.</summary>
    FixesOnly,

    /// <summary>Nothing is published, and the executive is told.</summary>
    Freeze,
}

/// <summary>From which share of the budget spent on which measure holds.</summary>
/// <param name="Spent">0.5 is half.</param>
public sealed record BudgetStep(decimal Spent, BudgetMeasure Measure);

/// <summary>A policy over an error budget: the strictest step that was reached holds.</summary>
public sealed record BudgetPolicy(IReadOnlyList<BudgetStep> Steps)
{
    public static readonly BudgetPolicy Default = new([new(0.5m, BudgetMeasure.Warn), new(0.75m, BudgetMeasure.FixesOnly), new(1m, BudgetMeasure.Freeze)]);

    /// <summary>Without data nothing holds: what is not known blocks nobody.</summary>
    public BudgetMeasure Of(Attainment attainment) =>
        attainment is { Standing: not ObjectiveStanding.NoData, Left: { } left } ? Steps.Where(s => 1 - left >= s.Spent).Select(s => s.Measure).DefaultIfEmpty().Max() : BudgetMeasure.Nothing;

    /// <summary>Whether a publish may go through.</summary>
    /// <param name="fix">It is declared as a fix, by name.</param>
    /// <param name="waived">Somebody with the right has waived the block for this publish, with name and reason.</param>
    public static bool Allows(BudgetMeasure measure, bool fix, bool waived) => waived || measure switch
    {
        BudgetMeasure.Freeze => false,
        BudgetMeasure.FixesOnly => fix,
        _ => true,
    };
}
