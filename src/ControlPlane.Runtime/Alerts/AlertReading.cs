using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Objectives;

namespace ControlPlane.Runtime.Alerts;

/// <summary>An objective that alerts, with what its misses have in common.</summary>
/// <param name="Bad">Misses in the stretch.</param>
/// <param name="Cases">Misses by case, the most first.</param>
/// <param name="Parties">Misses by party, the most first.</param>
public sealed record FoundAlert(AlertObjective Objective, AlertCause? Case, AlertCause? Party, long Bad, IReadOnlyDictionary<string, long> Cases, IReadOnlyDictionary<string, long> Parties);

/// <param name="CountedUpTo">The journal is counted up to here; null = nothing is counted.</param>
public sealed record AlertLook(IReadOnlyList<FoundAlert> Found, DateTimeOffset? CountedUpTo);

/// <summary>Looks at every objective's windows. Reads rollups alone, a few queries a scope.</summary>
public sealed class AlertReading(IConnectionRegistry connections, BudgetFigures budgets, TimeProvider clock, IObjectives? objectives = null, IObjectiveFigures? figures = null)
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    public async Task<AlertLook> LookAsync(CancellationToken ct)
    {
        if (objectives is null || figures is null)
            return new([], null);
        var all = await objectives.AllAsync(ct);
        var ages = new Dictionary<string, FigureAge>(StringComparer.Ordinal);
        foreach (var name in all.Select(o => o.Indicator.Name).Distinct(StringComparer.Ordinal))
            ages[name] = await figures.AgeAsync(name, ct);
        var now = clock.GetUtcNow();
        var firing = new List<(PublishedObjective Of, AlertFinding Finding)>();
        var composites = await objectives.CompositesAsync(ct);
        var read = new Dictionary<string, (PublishedObjective Of, IReadOnlyList<Tally> Tallies, DateTimeOffset At)>(StringComparer.Ordinal);
        foreach (var scope in all.Where(o => ages[o.Indicator.Name].Watermark is not null).GroupBy(o => o.Scope))
        {
            var due = scope.Select(o => (Of: o, At: AlertEvaluation.JudgedUpTo(o.Indicator, Earlier(ages[o.Indicator.Name].ReadUpTo, now)))).ToList();
            var period = new ObjectivePeriod(due.Min(d => d.At) - AlertEvaluation.Reach, due.Max(d => d.At));
            var tallies = await figures.TalliesAsync([.. due.Select(d => d.Of.Indicator.Name).Distinct(StringComparer.Ordinal)], period, Minute, scope.Key, ct);
            foreach (var (of, at) in due)
            {
                read[of.Objective.Name] = (of, tallies.GetValueOrDefault(of.Indicator.Name) ?? [], at);
                if (AlertEvaluation.Of(of.Objective, of.Count, read[of.Objective.Name].Tallies, at) is { } finding)
                    firing.Add((of, finding));
            }
        }

        var together = new List<(Composite Of, IReadOnlyList<PublishedObjective> Parts, AlertFinding Finding)>();
        foreach (var composite in composites)
        {
            var parts = composite.Parts.Where(p => read.ContainsKey(p.Objective)).Select(p => (p.Weight, Of: read[p.Objective])).ToList();
            if (AlertEvaluation.Of(composite.Name, [.. parts.Select(p => new CompositeBurnPart(p.Of.Of.Objective, p.Weight, p.Of.Tallies, p.Of.At))]) is { } finding)
                together.Add((composite, [.. parts.OrderByDescending(p => p.Weight).Select(p => p.Of.Of)], finding));
        }

        var asked = firing.Select(f => f.Of).Concat(together.SelectMany(t => t.Parts)).DistinctBy(o => o.Objective.Name).ToList();
        var spent = asked.Count == 0 ? new Dictionary<string, BudgetNow>() : await budgets.ReadAsync(asked, ct);
        var found = new List<FoundAlert>();
        foreach (var (of, finding) in firing)
            found.Add(await ExplainAsync(of, finding, spent.GetValueOrDefault(of.Objective.Name), ct));
        foreach (var (of, parts, finding) in together)
            found.Add(await ExplainAsync(of, parts, finding, spent, ct));
        return new(found, ages.Count == 0 ? null : ages.Values.Min(a => a.ReadUpTo));
    }

    private async Task<FoundAlert> ExplainAsync(PublishedObjective of, AlertFinding finding, BudgetNow? budget, CancellationToken ct)
    {
        var period = new ObjectivePeriod(finding.At - finding.Span, finding.At);
        var cases = await PartsAsync(of, ObjectiveDimension.Case, period, ct);
        var parties = await PartsAsync(of, ObjectiveDimension.Party, period, ct);
        var party = AlertCause.Of(AlertCauseKind.Party, parties.Select(p => (p.Key, p.Value)));
        var blamed = party is null ? null : SystemOf(party.Key, of.Scope)?.Key;
        return new(
            new(
                of.Objective.Name, of.Objective.Title, of.Indicator.Name, finding.Urgency, finding.Counted, finding.Pace, budget?.Spent, AlertForecast.EmptyAt(budget?.Attainment.Left, finding.Pace, of.Objective.Window.Nominal, finding.At), of.Owner,
                of.Runbook, [.. new[] { of.Scope.Connection, of.Scope.Warehouse, blamed }.OfType<string>().Distinct(StringComparer.Ordinal)],
                [.. finding.Burns.Select(b => new AlertWindow(b.Rule.Urgency, b.Rule.Long, b.Rule.Short, b.Rule.Factor, b.LongRate, b.ShortRate, b.Firing))], period.From, period.To),
            AlertCause.Of(AlertCauseKind.Case, cases.Select(c => (c.Key, c.Value))), party, Math.Max(cases.Values.Sum(), parties.Values.Sum()), cases, parties);
    }

    /// <param name="parts">The weightiest first: its team and runbook are asked first.</param>
    private async Task<FoundAlert> ExplainAsync(Composite of, IReadOnlyList<PublishedObjective> parts, AlertFinding finding, IReadOnlyDictionary<string, BudgetNow> spent, CancellationToken ct)
    {
        var each = new List<FoundAlert>();
        foreach (var part in parts)
            each.Add(await ExplainAsync(part, finding, null, ct));
        var (cases, parties) = (Sum(each.Select(e => e.Cases)), Sum(each.Select(e => e.Parties)));
        var left = of.Of(spent.ToDictionary(s => s.Key, s => s.Value.Attainment, StringComparer.Ordinal)).Left;
        return new(
            each[0].Objective with
            {
                Name = of.Name, Title = of.Title, Indicator = "", Spent = 1 - left, EmptyAt = AlertForecast.EmptyAt(left, finding.Pace, parts.Min(p => p.Objective.Window.Nominal), finding.At), Parts = [.. of.Parts.Select(p => p.Objective)],
                Team = parts.Select(p => p.Owner).FirstOrDefault(o => o is not null), Runbook = parts.Select(p => p.Runbook).FirstOrDefault(r => r is not null),
                Connections = [.. each.SelectMany(e => e.Objective.Connections).Distinct(StringComparer.Ordinal)],
            },
            AlertCause.Of(AlertCauseKind.Case, cases.Select(c => (c.Key, c.Value))), AlertCause.Of(AlertCauseKind.Party, parties.Select(c => (c.Key, c.Value))), each.Sum(e => e.Bad), cases, parties);
    }

    private static Dictionary<string, long> Sum(IEnumerable<IReadOnlyDictionary<string, long>> parts) =>
        parts.SelectMany(p => p).GroupBy(p => p.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(p => p.Value), StringComparer.Ordinal);

    private async Task<IReadOnlyDictionary<string, long>> PartsAsync(PublishedObjective of, ObjectiveDimension by, ObjectivePeriod period, CancellationToken ct) =>
        (await figures!.TalliesByAsync(of.Indicator.Name, by, period, Minute, of.Scope, ct)).GroupBy(t => t.Key, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(t => t.Tally.Bad), StringComparer.Ordinal);

    /// <summary>The connection to blame: the objective's own where it has the role, else the one in service.</summary>
    private Connection? SystemOf(string party, ObjectiveScope scope) =>
        !SystemRoles.TryParse(party, out var role) ? null
        : new[] { scope.Connection, scope.Warehouse }.OfType<string>().Select(connections.Find).FirstOrDefault(c => c?.Role == role) ?? connections.FindByRole(role);

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}
