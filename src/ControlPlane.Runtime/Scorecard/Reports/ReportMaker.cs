using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Makes a report from its basis: the same basis gives the same bytes, whenever it is asked.</summary>
public sealed class ReportMaker(IControlPlaneDb db, IObjectives objectives, IObjectiveFigures figures, IConnectionRegistry connections, IOptions<ScorecardOptions> prices, TimeProvider clock, IReviewDebt? reviews = null)
{
    private readonly ReportReading _reading = new(db, objectives, figures);

    /// <summary>What a report of a period would be made of now.</summary>
    public async Task<ReportBasis> BasisAsync(TenantScope tenant, string name, string title, ObjectivePeriod period, string zone, ObjectiveScope scope, IReadOnlyList<string> recipients, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var asOf = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerSecond, TimeSpan.Zero);
        var all = await objectives.AllAsync(ct);
        var p = prices.Value;
        return new(
            name, title, period.From, period.To, asOf, zone, await IsFinalAsync(all, period, ct), scope, [.. all.Select(o => new ReportObjective(o.Objective.Name, o.Version)).OrderBy(o => o.Name, StringComparer.Ordinal)],
            [.. (await objectives.ExclusionsAsync(ct)).Where(e => e.From < period.To && e.To > period.From)],
            connections.All.OrderBy(c => c.Key, StringComparer.Ordinal).ToDictionary(c => c.Key, c => c.DisplayName, StringComparer.Ordinal), new(p.Currency, (decimal)p.TriageHourlyRate, p.TriageMinutesPerOrder), recipients,
            await objectives.CompositesAsync(ct), await DebtAsync(tenant, asOf, ct), PlainStates: true);
    }

    private async Task<ReportDebt?> DebtAsync(TenantScope tenant, DateTimeOffset asOf, CancellationToken ct)
    {
        if (reviews is null)
            return null;
        var overdue = await reviews.OverdueAsync(tenant, asOf, ct);
        return new(overdue.Count, [.. overdue.Take(ReportDebt.Most).Select(i => new ReportOverdue(i.Thing.Kind.Word(), i.Thing.Key, i.Thing.Title, i.Thing.Owner, i.Due.Due, i.Due.DaysOver))]);
    }

    /// <summary>Whether every outcome of a period is final.</summary>
    public async Task<bool> IsFinalAsync(ObjectivePeriod period, CancellationToken ct) => await IsFinalAsync(await objectives.AllAsync(ct), period, ct);

    /// <exception cref="InvalidDataException">A definition that it was made by is not there any more.</exception>
    public async Task<MadeReport> MakeAsync(TenantScope tenant, ReportBasis basis, CancellationToken ct)
    {
        var read = await _reading.ReadAsync(tenant, basis, ct);
        return new(ReportText.Html(basis, read), ReportText.Csv(basis, read), read.Digest);
    }

    private async Task<bool> IsFinalAsync(IReadOnlyList<PublishedObjective> all, ObjectivePeriod period, CancellationToken ct)
    {
        foreach (var indicator in all.Select(o => o.Objective.Indicator).Distinct(StringComparer.Ordinal))
            if ((await figures.AgeAsync(indicator, ct)).Watermark is { } mark && mark < period.To)
                return false;
        return true;
    }
}
