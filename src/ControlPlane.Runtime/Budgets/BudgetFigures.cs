using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Budgets;

/// <summary>An objective's budget as it stands.</summary>
/// <param name="At">Outcomes are judged up to here.</param>
/// <param name="Measure">What the policy asks for.</param>
public sealed record BudgetNow(PublishedObjective Of, Attainment Attainment, ObjectivePeriod Period, DateTimeOffset At, BudgetMeasure Measure)
{
    /// <summary>Share of the budget, above 1 once it is overspent; null without data.</summary>
    public decimal? Spent => Attainment is { Standing: not ObjectiveStanding.NoData, Left: { } left } ? 1 - left : null;
}

/// <summary>Reads budgets from the counted journal.</summary>
public sealed class BudgetFigures(TimeProvider clock, IObjectives? objectives = null, IObjectiveFigures? figures = null)
{
    /// <summary>Windows begin at a zone's midnight, and zones are multiples of it.</summary>
    private static readonly TimeSpan Grain = TimeSpan.FromMinutes(15);

    /// <summary>By name. What was never counted is left out: what is not known blocks nobody.</summary>
    public async Task<IReadOnlyDictionary<string, BudgetNow>> ReadAsync(CancellationToken ct)
    {
        if (objectives is null || figures is null)
            return new Dictionary<string, BudgetNow>();
        return await ReadAsync(await objectives.AllAsync(ct), ct);
    }

    public async Task<IReadOnlyDictionary<string, BudgetNow>> ReadAsync(IReadOnlyList<PublishedObjective> all, CancellationToken ct)
    {
        var found = new Dictionary<string, BudgetNow>(StringComparer.Ordinal);
        if (figures is null)
            return found;
        var ages = new Dictionary<string, FigureAge>(StringComparer.Ordinal);
        foreach (var name in all.Select(o => o.Indicator.Name).Distinct(StringComparer.Ordinal))
            ages[name] = await figures.AgeAsync(name, ct);
        var now = clock.GetUtcNow();
        var due = from o in all
                  where ages[o.Indicator.Name].Watermark is not null
                  let counted = ages[o.Indicator.Name].ReadUpTo
                  let at = AlertEvaluation.JudgedUpTo(o.Indicator, counted < now ? counted : now)
                  let grain = o.Objective.Slice is { } slice && slice.Ticks % Grain.Ticks != 0 ? TimeSpan.FromMinutes(1) : Grain
                  select (Of: o, Period: o.Objective.Window.At(at), At: at, Grain: grain);
        // Objectives over the same events in the same window are one reading.
        foreach (var same in due.GroupBy(d => (d.Of.Scope, d.Period, d.Grain)))
        {
            var period = new ObjectivePeriod(same.Key.Period.From, same.Max(d => d.At));
            var tallies = await figures.TalliesAsync([.. same.Select(d => d.Of.Indicator.Name).Distinct(StringComparer.Ordinal)], period, same.Key.Grain, same.Key.Scope, ct);
            foreach (var (of, _, at, _) in same)
            {
                var attained = Attainment.Of(of.Objective, tallies.GetValueOrDefault(of.Indicator.Name) ?? [], period with { To = at });
                found[of.Objective.Name] = new(of, attained, same.Key.Period, at, of.Policy.Of(attained));
            }
        }

        return found;
    }
}
