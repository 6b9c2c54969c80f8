using System.Collections.Concurrent;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

public enum UnexplainedSort
{
    /// <summary>Most failures first.</summary>
    Count,

    /// <summary>Largest sum of what is stuck first. Currencies are compared by their figures here: this only sorts.</summary>
    Money,
}

/// <summary>A text that no entry explains: cases whose message, code and connector are the same.</summary>
/// <param name="Case">The one with the most failures: what "explain this" begins with.</param>
/// <param name="Cases">How many cases have it: one a system and operation.</param>
/// <param name="General">What kind of failure it is, where at least that is known.</param>
/// <param name="Money">Of the orders that are stuck for it now, a sum a currency.</param>
public sealed record UnexplainedText(FailedCase Case, int Cases, int Failures, int Stuck, IReadOnlyList<Money> Money, Cause? General, DateTimeOffset LastSeen);

/// <summary>How well the catalogue explains what failed in the last 30 days.</summary>
/// <param name="Unexplained">The queue, at most <see cref="CauseBoard.MostUnexplained"/>.</param>
/// <param name="UnexplainedCount">All texts that nothing explains.</param>
/// <param name="Answers">Failures by the entry that answered, by its id.</param>
public sealed record CauseStanding(CauseCoverage Coverage, IReadOnlyList<UnexplainedText> Unexplained, int UnexplainedCount, IReadOnlyDictionary<string, int> Answers, int OwnVersion, DateTimeOffset ReadAt);

/// <summary>Measures the catalogue against the last 30 days, and tries entries on them. One reading in ten seconds serves all viewers of a tenant.</summary>
public sealed class CauseBoard(IControlPlaneDb db, CauseStore store, IConnectionRegistry connections, TimeProvider clock)
{
    public const int Days = 30;

    public const int MostUnexplained = 100;

    private const long DayMicroseconds = 86_400_000_000;

    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<int, (DateTimeOffset At, IReadOnlyList<Failed> Failed)> _kept = new();

    public async Task<CauseStanding> StandingAsync(TenantScope tenant, UnexplainedSort sort, CancellationToken ct)
    {
        var failed = await FailedAsync(tenant, ct);
        var catalogue = await store.EffectiveAsync(tenant, ct);
        var (version, _) = await store.OwnAsync(tenant, ct);
        var cases = failed.Select(f => f.Case).ToList();
        var texts = failed.Select(f => (Failed: f, Answer: catalogue.Explain(f.Case.Question))).Where(f => f.Answer is not { General: false })
            .GroupBy(f => (f.Failed.Case.Question.Code, f.Failed.Case.Question.ProviderCode, f.Failed.Case.Question.Connector, f.Failed.Case.Pattern))
            .Select(g => new UnexplainedText(
                g.MaxBy(f => f.Failed.Case.Failures).Failed.Case, g.Count(), g.Sum(f => f.Failed.Case.Failures), g.Sum(f => f.Failed.Case.Stuck), CaseReading.Sum(g.SelectMany(f => f.Failed.Money)), g.First().Answer, g.Max(f => f.Failed.LastSeen)))
            .OrderByDescending(t => sort == UnexplainedSort.Money ? t.Money.Sum(m => m.ToDecimal()) : t.Failures).ThenByDescending(t => t.Failures).ThenBy(t => t.Case.Id).ToList();
        var answers = failed.GroupBy(f => catalogue.Explain(f.Case.Question)?.Id ?? "").ToDictionary(g => g.Key, g => g.Sum(f => f.Case.Failures));
        return new(CauseTrial.Coverage(catalogue, cases), [.. texts.Take(MostUnexplained)], texts.Count, answers, version, clock.GetUtcNow());
    }

    /// <summary>Changes nothing. The entry is tried as it is, sound or not.</summary>
    public async Task<CauseTrialResult> TryAsync(TenantScope tenant, Cause entry, CancellationToken ct) =>
        CauseTrial.Run(await store.EffectiveAsync(tenant, ct), entry, [.. (await FailedAsync(tenant, ct)).Select(f => f.Case)]);

    /// <summary>Null when it did not fail in the last 30 days.</summary>
    public async Task<FailedCase?> CaseAsync(TenantScope tenant, Guid id, CancellationToken ct) => (await FailedAsync(tenant, ct)).FirstOrDefault(f => f.Case.Id == id)?.Case;

    private async Task<IReadOnlyList<Failed>> FailedAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_kept.TryGetValue(tenant.TenantId, out var kept) && now >= kept.At && now - kept.At < KeepFor)
            return kept.Failed;
        await using var context = db.CreateContext(tenant);
        var today = now.ToMicroseconds() / DayMicroseconds;
        var from = (today - Days + 1) * DayMicroseconds;
        var days = (await context.ExceptionCaseHours.AsNoTracking().Where(h => h.Hour >= from)
            .GroupBy(h => new { h.CaseId, h.Hour }).Select(g => new { g.Key.CaseId, g.Key.Hour, Failures = g.Sum(h => h.Failures) }).ToListAsync(ct)).ToLookup(h => h.CaseId);
        // The cases that failed, a bounded list at a time.
        var rows = new List<ExceptionCaseRow>();
        foreach (var part in days.Select(d => d.Key).Chunk(500))
            rows.AddRange(await context.ExceptionCases.AsNoTracking().Where(c => part.Contains(c.Id)).ToListAsync(ct));
        var stuck = (await context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Stuck && t.CaseId != null)
            .GroupBy(t => new { t.CaseId, t.Currency }).Select(g => new { g.Key.CaseId, g.Key.Currency, Count = g.Count(), Total = g.Sum(t => t.TotalMinor ?? 0) }).ToListAsync(ct)).ToLookup(s => s.CaseId!.Value);
        var failed = new List<Failed>();
        foreach (var row in rows)
        {
            var counts = new int[Days];
            foreach (var hour in days[row.Id])
                counts[(int)Math.Clamp(hour.Hour / DayMicroseconds - today + Days - 1, 0, Days - 1)] += hour.Failures;
            failed.Add(new(
                new(row.Id, Question(row), row.Sample, row.Pattern, counts, stuck[row.Id].Sum(s => s.Count)),
                CaseReading.Sum(stuck[row.Id].Where(s => Currencies.IsKnown(s.Currency)).Select(s => new Money(s.Total, s.Currency))),
                Instant.FromMicroseconds(days[row.Id].Max(h => h.Hour))));
        }

        _kept[tenant.TenantId] = (now, failed);
        return failed;
    }

    private CauseQuestion Question(ExceptionCaseRow row) =>
        new(row.FaultKind, row.FaultCode, row.ProviderCode, row.System is null ? null : connections.Find(row.System)?.Connector, row.Sample);

    private sealed record Failed(FailedCase Case, IReadOnlyList<Money> Money, DateTimeOffset LastSeen);
}
