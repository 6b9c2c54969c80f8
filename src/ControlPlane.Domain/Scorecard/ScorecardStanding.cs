using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Scorecard;

/// <summary>How something stands, as an executive reads it. The gravest is the last.</summary>
public enum ScorecardStanding
{
    /// <summary>Nothing is measured, or too little: neither green nor red.</summary>
    NoData,
    Inside,

    /// <summary>Inside, and half of the budget or more is spent.</summary>
    RunningLow,
    Missed,
}

public static class ScorecardStandings
{
    /// <summary>Of one objective, by its own policy.</summary>
    public static ScorecardStanding Of(Attainment attainment, BudgetPolicy policy) => attainment.Standing switch
    {
        ObjectiveStanding.NoData => ScorecardStanding.NoData,
        ObjectiveStanding.Missed => ScorecardStanding.Missed,
        _ => policy.Of(attainment) == BudgetMeasure.Nothing ? ScorecardStanding.Inside : ScorecardStanding.RunningLow,
    };

    /// <summary>Of several as one, by what is left of their budgets together; half of it is where people are told.</summary>
    public static ScorecardStanding Of(CompositeStanding standing) => standing.Left switch
    {
        null => ScorecardStanding.NoData,
        < 0 => ScorecardStanding.Missed,
        <= 0.5m => ScorecardStanding.RunningLow,
        _ => ScorecardStanding.Inside,
    };

    /// <summary>The gravest of several; no data counts only where all have none.</summary>
    public static ScorecardStanding Gravest(IEnumerable<ScorecardStanding> standings) => standings.DefaultIfEmpty(ScorecardStanding.NoData).Max();

    /// <summary>Of a party: by the objective that it hurts most, since budgets of others do not make up for that one.</summary>
    /// <param name="spent">Largest share of one objective's budget that its misses alone spent; null = nothing is measured.</param>
    public static ScorecardStanding OfParty(decimal? spent) => spent switch
    {
        null => ScorecardStanding.NoData,
        >= 1 => ScorecardStanding.Missed,
        >= 0.5m => ScorecardStanding.RunningLow,
        _ => ScorecardStanding.Inside,
    };
}
