using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>What a case is called.</summary>
/// <param name="Id">Of the case that shows it: a merged one is named as what it was merged into.</param>
public sealed record CaseName(Guid Id, string Title, Cause? Cause);

/// <summary>What the cases of a page of orders are called: one read for the page, without counting what is stuck for them.</summary>
internal sealed class CaseNames(Func<CauseCatalogue> causes, IConnectionRegistry connections)
{
    /// <summary>A merge into what is merged itself: a chain of people's decisions is never long.</summary>
    private const int Deepest = 5;

    public async Task<IReadOnlyDictionary<Guid, CaseName>> OfAsync(ControlPlaneDbContext context, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var rows = new Dictionary<Guid, ExceptionCaseRow>();
        IReadOnlyCollection<Guid> missing = ids;
        for (var depth = 0; depth < Deepest && missing.Count > 0; depth++)
        {
            foreach (var row in await context.ExceptionCases.AsNoTracking().Where(c => missing.Contains(c.Id)).ToListAsync(ct))
                rows[row.Id] = row;
            missing = [.. rows.Values.Select(r => r.MergedInto).OfType<Guid>().Where(id => !rows.ContainsKey(id)).Distinct()];
        }

        return ids.Where(rows.ContainsKey).ToDictionary(id => id, id => Name(Root(rows[id], rows)));
    }

    /// <summary>The case and those that are merged into it.</summary>
    public static async Task<IReadOnlyList<Guid>> PartsAsync(ControlPlaneDbContext context, Guid id, CancellationToken ct)
    {
        var merged = await context.ExceptionCases.AsNoTracking().Where(c => c.MergedInto != null).Select(c => new { c.Id, c.MergedInto }).ToListAsync(ct);
        var parts = new List<Guid> { id };
        for (var i = 0; i < parts.Count; i++)
            parts.AddRange(merged.Where(m => m.MergedInto == parts[i] && !parts.Contains(m.Id)).Select(m => m.Id));
        return parts;
    }

    private CaseName Name(ExceptionCaseRow row)
    {
        var cause = causes().Explain(new(row.FaultKind, row.FaultCode, row.ProviderCode, row.System is null ? null : connections.Find(row.System)?.Connector, row.Sample));
        return new(row.Id, CaseReading.Title(row, cause), cause);
    }

    private static ExceptionCaseRow Root(ExceptionCaseRow row, Dictionary<Guid, ExceptionCaseRow> rows)
    {
        for (var depth = 0; depth < Deepest && row.MergedInto is { } next && rows.TryGetValue(next, out var target); depth++)
            row = target;
        return row;
    }
}
