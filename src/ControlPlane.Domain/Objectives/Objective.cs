namespace ControlPlane.Domain.Objectives;

/// <summary>How good and bad are counted. The words are those of OpenSLO v1.</summary>
public enum BudgetingMethod
{
    /// <summary>Every event counts the same.</summary>
    Occurrences,

    /// <summary>Every slice of time counts the same, and is good when enough of its events are: a quiet hour counts as much as a rush.</summary>
    Timeslices,

    /// <summary>The mean of what each slice attained.</summary>
    RatioTimeslices,
}

/// <summary>A promise about an indicator: so much of it good, over so long. Immutable; a change is a version, and every version can be computed over the whole past.</summary>
public sealed record Objective
{
    /// <summary>Key, lower-case with hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>As people call it: "Orders are in the ERP within 10 minutes".</summary>
    public string Title { get; init; } = "";

    /// <summary>Name of the indicator that it is about.</summary>
    public required string Indicator { get; init; }

    /// <summary>Share that has to be good: above 0, below 1.</summary>
    public required decimal Target { get; init; }

    public BudgetingMethod Method { get; init; } = BudgetingMethod.Occurrences;

    /// <summary>Length of a slice; null where events are counted.</summary>
    public TimeSpan? Slice { get; init; }

    /// <summary>Share of a slice's events that makes it good; null but for <see cref="BudgetingMethod.Timeslices"/>.</summary>
    public decimal? SliceTarget { get; init; }

    public required ObjectiveWindow Window { get; init; }

    /// <summary>With fewer events in its window the objective is neither met nor missed.</summary>
    public long MinimumCount { get; init; } = 1;

    /// <summary>What is allowed to be bad: the whole error budget, as a share.</summary>
    public decimal Allowance => 1 - Target;

    /// <summary>What is wrong with it, each with the field; empty when nothing is.</summary>
    public IReadOnlyList<ObjectiveProblem> Problems()
    {
        var problems = new List<ObjectiveProblem>();
        if (Target is <= 0 or >= 1)
            problems.Add(new("target", "A target lies above 0 and below 1: 0.995 is 99.5 %. At 1 nothing may ever fail, and no budget is left to steer by."));
        if (MinimumCount < 1)
            problems.Add(new("minimumCount", "Count at least one event."));
        var sliced = Method != BudgetingMethod.Occurrences;
        if (sliced && Slice is not { Ticks: > 0 })
            problems.Add(new("timeSliceWindow", $"{Method} needs the length of a slice."));
        if (sliced && Slice > Window.Shortest)
            problems.Add(new("timeSliceWindow", "A slice is longer than the window."));
        if (!sliced && Slice is not null)
            problems.Add(new("timeSliceWindow", "Occurrences have no slices."));
        if (Method == BudgetingMethod.Timeslices && SliceTarget is not (> 0 and <= 1))
            problems.Add(new("timeSliceTarget", "Say from which share on a slice is good: above 0, at most 1."));
        if (Method != BudgetingMethod.Timeslices && SliceTarget is not null)
            problems.Add(new("timeSliceTarget", $"Only Timeslices have a target per slice, {Method} has not."));
        problems.AddRange(Window.Problems());
        return problems;
    }
}

/// <param name="Field">As OpenSLO names it.</param>
public sealed record ObjectiveProblem(string Field, string Message);
