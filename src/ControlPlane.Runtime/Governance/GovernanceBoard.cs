using System.Collections.Concurrent;
using ControlPlane.Domain.Governance;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Governance;

/// <summary>Judges every connection, and keeps a score a day. One reading in ten seconds serves all viewers of a tenant.</summary>
public sealed class GovernanceBoard(IControlPlaneDb db, GovernanceFactsReader facts, EstateVersions versions, IConnectorCatalog connectors, TimeProvider clock) : IGovernance
{
    public const int TrendDays = 90;

    private const long DayMicroseconds = 86_400_000_000;

    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(10);

    private static readonly (GovernanceRuleSet Rules, string Text) Shipped = GovernanceRuleKind.Shipped();

    private readonly ConcurrentDictionary<int, (GovernanceReport Report, DateTimeOffset Until)> _kept = new();

    public async Task<GovernanceRulesNow> RulesAsync(TenantScope tenant, CancellationToken ct)
    {
        var kept = await versions.FindAsync(tenant, GovernanceRuleKind.KindName, GovernanceRuleKind.DocumentName, ct);
        // What was sound when it came may not be to a later version of the product: then the shipped ones judge, and the page says version 0.
        return kept is not null && GovernanceRuleKind.Read(kept.Document, "governance", []) is { } rules
            ? new(rules, kept.Version, kept.Document, kept.By, kept.At, kept.Reason)
            : new(Shipped.Rules, 0, Shipped.Text, null, null, null);
    }

    public async Task<GovernanceReport> ReadAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var rules = await RulesAsync(tenant, ct);
        if (_kept.TryGetValue(tenant.TenantId, out var kept) && now >= kept.Report.ReadAt && now < kept.Until && kept.Report.Rules.Version == rules.Version)
            return kept.Report;
        var scores = (await facts.ReadAsync(tenant, ct)).Select(f => GovernanceScore.Of(rules.Rules, f, now))
            .OrderBy(s => s.Score ?? 101).ThenBy(s => s.Name, StringComparer.OrdinalIgnoreCase).ThenBy(s => s.Connection, StringComparer.Ordinal).ToList();
        var report = new GovernanceReport(now, rules, scores, [.. scores.GroupBy(s => s.Connector, StringComparer.Ordinal).Select(g => Api(g, rules.Rules)).OrderBy(a => a.Score ?? 101).ThenBy(a => a.Connector, StringComparer.Ordinal)]);
        _kept[tenant.TenantId] = (report, now + KeepFor);
        return report;
    }

    private ApiScore Api(IGrouping<string, GovernanceScore> of, GovernanceRuleSet rules)
    {
        var (held, applied) = (of.Sum(s => s.Held), of.Sum(s => s.Applied));
        int? score = applied == 0 ? null : held * 100 / applied;
        return new(of.Key, connectors.Find(of.Key)?.Manifest.Title ?? of.Key, [.. of.Select(s => s.Connection).Order(StringComparer.Ordinal)], score, held, applied, score is { } s ? rules.LevelOf(s) : null);
    }

    public async Task<ILookup<string, GovernanceDay>> TrendAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var from = Today() - TrendDays + 1;
        var rows = await context.GovernanceDays.AsNoTracking().Where(d => d.Day >= from).OrderBy(d => d.Day).ToListAsync(ct);
        return rows.ToLookup(d => d.Connection, d => new GovernanceDay(DateOnly.FromDayNumber(d.Day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber), d.Score, d.Held, d.Applied, d.RulesVersion), StringComparer.Ordinal);
    }

    /// <summary>Writes today's scores over those of an earlier look today; forgets what no trend shows. Safe to run twice, on any node.</summary>
    public async Task KeepAsync(CancellationToken ct)
    {
        var tenant = TenantScope.Default;
        var report = await ReadAsync(tenant, ct);
        await using var context = db.CreateContext(tenant);
        var (today, old) = (Today(), Today() - (4 * TrendDays));
        var rows = await context.GovernanceDays.Where(d => d.Day == today).ToDictionaryAsync(d => d.Connection, StringComparer.Ordinal, ct);
        foreach (var score in report.Scores)
        {
            if (!rows.TryGetValue(score.Connection, out var row))
                context.GovernanceDays.Add(row = new() { TenantId = tenant.TenantId, Connection = score.Connection, Day = today });
            (row.Score, row.Held, row.Applied, row.RulesVersion) = (score.Score, score.Held, score.Applied, report.Rules.Version);
        }

        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Another node wrote the day's first rows at the same moment: the next run, an hour on, finds them.
            return;
        }

        await context.GovernanceDays.Where(d => d.Day < old).ExecuteDeleteAsync(ct);
    }

    private int Today() => (int)(clock.GetUtcNow().ToMicroseconds() / DayMicroseconds);
}
