using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>
/// Crosswalks as configuration documents. A document is applied when it differs from the one that was applied last: what people change in
/// between stays. Whoever may apply documents has the approval of changes elsewhere.
/// </summary>
public sealed class CrosswalkDocuments(IControlPlaneDb db, CrosswalkStore store, CrosswalkLoader loader, TimeProvider clock)
{
    /// <summary>Nothing is changed; problems name the entry.</summary>
    public async Task<(EstatePlanItem Item, IReadOnlyList<EstateProblem> Problems)> PlanAsync(TenantScope tenant, EstateObject.OfCrosswalk of, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var (table, digest) = (of.Document.Table, Digest(of.Text));
        var row = await context.CrosswalkTables.AsNoTracking().FirstOrDefaultAsync(t => t.Name == table.Name, ct);
        if (row?.Applied == digest)
            return (new("Crosswalk", of.Name, EstateChange.Unchanged, of.Source, of.Text.Trim(), of.Text.Trim()), []);
        var inForce = await InForceAsync(context, table.Name, ct);
        var wishes = Wishes(of.Document, inForce);
        var plan = wishes.Count == 0 ? new([]) : await CrosswalkStore.PlanAsync(context, table, wishes, ct);
        var before = row is null && inForce.Count == 0 ? "" : CrosswalkDocument.Write(row?.ToTable() ?? table, inForce.Take(CrosswalkDocument.MostEntries));
        return (new("Crosswalk", of.Name, before.Length == 0 ? EstateChange.Create : EstateChange.Change, of.Source, before.Trim(), of.Text.Trim()),
            [.. plan.Steps.SelectMany(s => s.Problems.Select(p => new EstateProblem(of.Source, 0, $"spec.entries.{p.Field}", $"{s.After.Theirs}: {p.Message}")))]);
    }

    public async Task<(EstatePlanItem Item, IReadOnlyList<EstateProblem> Problems)> ApplyAsync(TenantScope tenant, EstateObject.OfCrosswalk of, string author, string reason, CancellationToken ct)
    {
        var (item, problems) = await PlanAsync(tenant, of, ct);
        if (item.Change == EstateChange.Unchanged || problems.Count > 0)
            return (item, problems);
        var by = CrosswalkAuthor.System(author);
        var why = reason.Trim() is { Length: > 0 and <= CrosswalkStore.LongestReason } said ? said : "applied as configuration";
        await store.SetTableAsync(tenant, of.Document.Table, by, why, "", null, ct);
        await using var context = db.CreateContext(tenant);
        if (Wishes(of.Document, await InForceAsync(context, of.Name, ct)) is { Count: > 0 } wishes
            && await store.ChangeAsync(tenant, of.Name, wishes, by, why, skipRefused: false, approved: true, null, ct) is var outcome and not (CrosswalkOutcome.Applied or CrosswalkOutcome.Unchanged))
            return (item, [new(of.Source, 0, "spec.entries", outcome is CrosswalkOutcome.NotPossible no ? no.Message : "Somebody changed the same entries at the same moment. Apply it again.")]);
        // Last: a document whose entries are not in service was not applied.
        await store.SetTableAsync(tenant, of.Document.Table, by, why, Digest(of.Text), null, ct);
        return (item, problems);
    }

    /// <summary>What is stored comes into service.</summary>
    public Task RefreshAsync(CancellationToken ct) => loader.RefreshAsync(ct);

    /// <summary>Those that people made or changed, as documents; larger ones are exported as files.</summary>
    public async Task<IReadOnlyList<(string Name, string Text)>> WriteAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var written = new List<(string, string)>();
        foreach (var table in await CrosswalkLoader.TablesAsync(context, ct))
            if (await InForceAsync(context, table.Name, ct) is { Count: > 0 and <= CrosswalkDocument.MostEntries } entries)
                written.Add((table.Name, CrosswalkDocument.Write(table, entries)));
        return written;
    }

    private static async Task<List<CrosswalkEntry>> InForceAsync(ControlPlaneDbContext context, string table, CancellationToken ct) =>
        (await context.CrosswalkEntries.AsNoTracking().Where(v => v.Crosswalk == table && v.ReplacedIn == null && v.State == CrosswalkState.Approved).OrderBy(v => v.TheirsKey).ThenBy(v => v.Id)
            .Take(CrosswalkStore.MostWishes).ToListAsync(ct)).ConvertAll(CrosswalkSql.Entry);

    private List<CrosswalkWish> Wishes(CrosswalkDocument document, IReadOnlyList<CrosswalkEntry> inForce)
    {
        var wishes = document.Entries.Select(e => new CrosswalkWish(e with { Id = EntityId.New(clock) })).ToList();
        if (!document.Complete)
            return wishes;
        var named = document.Entries.Select(Key).ToHashSet();
        wishes.AddRange(inForce.Where(e => !named.Contains(Key(e))).Select(e => new CrosswalkWish(e with { State = CrosswalkState.Retired }, 0, Known: true)));
        return wishes;
    }

    private static (CrosswalkScope, string, DateTimeOffset?) Key(CrosswalkEntry entry) => (entry.Scope, CrosswalkSql.Key(entry.Directions.Has(CrosswalkDirection.ToOurs) ? entry.Theirs : "\0" + entry.Ours), entry.From);

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim())));
}
