using System.Security.Cryptography;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Orders whose promise lay in the period and was broken.</summary>
public sealed record LateSum(string Channel, int Orders, IReadOnlyList<Money> Value);

/// <param name="Handled">Orders that people worked on.</param>
internal sealed record ReportFigures(IReadOnlyList<ObjectiveLine> Lines, IReadOnlyList<CompositeLine> Composites, IReadOnlyList<CauseLine> Causes, IReadOnlyList<LateSum> Late, int Orders, int Handled, string Digest);

/// <summary>Reads what a report says, as of its instant: what happened later does not change it.</summary>
internal sealed class ReportReading(IControlPlaneDb db, IObjectives objectives, IObjectiveFigures figures)
{
    private const int PageOfMisses = 200;

    public async Task<ReportFigures> ReadAsync(TenantScope tenant, ReportBasis basis, CancellationToken ct)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var published = new List<PublishedObjective>();
        foreach (var name in basis.Objectives)
            published.Add((await objectives.HistoryAsync(name.Name, ct)).FirstOrDefault(o => o.Version == name.Version) ?? throw new InvalidDataException($"Version {name.Version} of the objective {name.Name} is not there any more."));
        var ask = new ScorecardAsk(basis.Scope, basis.Period, Capability.Everything, basis.ZoneInfo);
        var lines = await new ObjectiveLines(objectives, figures).ReadAsync(published, basis.Exclusions, ask, basis.AsOf, ct);
        var misses = new List<(string, string, long)>();
        foreach (var indicator in published.Select(o => o.Objective.Indicator).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            misses.AddRange((await figures.TalliesByAsync(indicator, ObjectiveDimension.Party, basis.Period, TimeSpan.FromDays(1), basis.Scope, ct)).GroupBy(t => PartyGroup.Of(t.Key).Key).Select(g => (indicator, g.Key, g.Sum(t => t.Tally.Bad))));
            await AddMissesAsync(digest, indicator, basis, ct);
        }

        await using var context = db.CreateContext(tenant);
        var (late, orders) = await LateAsync(context, basis, digest, ct);
        var handled = await HandledAsync(context, basis, digest, ct);
        return new(lines, [.. (basis.Composites ?? []).Select(c => CompositeLine.Of(c, lines))], ScorecardReader.Causes(misses), late, orders, handled, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    private async Task AddMissesAsync(IncrementalHash digest, string indicator, ReportBasis basis, CancellationToken ct)
    {
        digest.AppendData(System.Text.Encoding.UTF8.GetBytes(indicator));
        string? cursor = null;
        do
        {
            var page = await figures.MissedAsync(indicator, basis.Period, basis.Scope, null, null, cursor, PageOfMisses, ct);
            foreach (var missed in page.Items)
                digest.AppendData(missed.TransactionId.ToByteArray(bigEndian: true));
            cursor = page.Next;
        }
        while (cursor is not null);
    }

    private static async Task<(IReadOnlyList<LateSum>, int)> LateAsync(ControlPlaneDbContext context, ReportBasis basis, IncrementalHash digest, CancellationToken ct)
    {
        var (from, to, asOf) = (basis.From.ToMicroseconds(), basis.To.ToMicroseconds(), basis.AsOf.ToMicroseconds());
        // A promise is at most months after the order: days before the period bound what is read.
        var (first, last) = (ScorecardCounter.DayOf(from) - 120, ScorecardCounter.DayOf(to));
        var rows = context.ScorecardOrders.AsNoTracking().Where(o => o.Day >= first && o.Day <= last);
        if (basis.Scope.Connection is { } channel)
            rows = rows.Where(o => o.Connection == channel);
        var late = await rows.Where(o => o.ShipBy >= from && o.ShipBy < to && o.ShipBy < asOf && (o.ShippedAt == null || o.ShippedAt > asOf || o.ShippedAt > o.ShipBy)
                && !(o.ShippedAt == null && ((o.End == OrderEnd.Cancelled && o.EndedAt <= asOf) || (o.End == OrderEnd.Done && o.EndedAt <= o.ShipBy))))
            .OrderBy(o => o.TransactionId).Select(o => new { o.TransactionId, o.Connection, o.Currency, o.TotalMinor }).ToListAsync(ct);
        foreach (var order in late)
            digest.AppendData(order.TransactionId.ToByteArray(bigEndian: true));
        var (firstDay, lastDay) = (ScorecardCounter.DayOf(from), ScorecardCounter.DayOf(to - 1));
        var placed = await rows.Where(o => o.Day >= firstDay && o.Day <= lastDay).CountAsync(ct);
        return ([.. late.GroupBy(o => o.Connection, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new LateSum(
            g.Key, g.Count(), [.. g.Where(o => Currencies.IsKnown(o.Currency)).GroupBy(o => o.Currency).Select(c => new Money(c.Sum(o => o.TotalMinor ?? 0), c.Key)).OrderBy(m => m.Currency, StringComparer.Ordinal)]))], placed);
    }

    private static async Task<int> HandledAsync(ControlPlaneDbContext context, ReportBasis basis, IncrementalHash digest, CancellationToken ct)
    {
        var ids = await MoneyQuery.Triaged(context, basis.Scope.Connection, basis.Period).OrderBy(t => t.Id).Select(t => t.Id).ToListAsync(ct);
        foreach (var id in ids)
            digest.AppendData(id.ToByteArray(bigEndian: true));
        return ids.Count;
    }
}
