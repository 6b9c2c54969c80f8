using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Objectives;

/// <summary>
/// Objectives as configuration documents. A document is applied when it differs from the one that was applied last under its name: what people
/// change in the portal in between stays.
/// </summary>
public sealed class ObjectiveDocuments(IControlPlaneDb db, ObjectiveBoard board, TimeProvider clock)
{
    public Task<(IReadOnlyList<EstatePlanItem> Items, IReadOnlyList<EstateProblem> Problems)> PlanAsync(TenantScope tenant, IReadOnlyList<EstateObject.OfObjective> documents, CancellationToken ct) => ActAsync(tenant, documents, null, ct);

    public Task<(IReadOnlyList<EstatePlanItem> Items, IReadOnlyList<EstateProblem> Problems)> ApplyAsync(TenantScope tenant, IReadOnlyList<EstateObject.OfObjective> documents, string author, string reason, CancellationToken ct) =>
        ActAsync(tenant, documents, (author, reason.Trim() is { Length: > 0 and <= ObjectiveStore.LongestReason } said ? said : "applied as configuration"), ct);

    private async Task<(IReadOnlyList<EstatePlanItem> Items, IReadOnlyList<EstateProblem> Problems)> ActAsync(TenantScope tenant, IReadOnlyList<EstateObject.OfObjective> documents, (string Author, string Reason)? apply, CancellationToken ct)
    {
        if (documents.Count == 0)
            return ([], []);
        await using var context = db.CreateContext(tenant);
        var applied = (await context.ObjectiveDocuments.AsNoTracking().Where(d => d.Applied).OrderBy(d => d.Version).ToListAsync(ct)).GroupBy(d => (d.Kind, d.Name)).ToDictionary(g => g.Key, g => g.Last().Document.Trim());
        var newest = (await context.ObjectiveDocuments.AsNoTracking().OrderBy(d => d.Version).Select(d => new { d.Kind, d.Name, d.Document }).ToListAsync(ct)).GroupBy(d => (d.Kind, d.Name)).ToDictionary(g => g.Key, g => g.Last().Document.Trim());
        var store = new ObjectiveStore(db, board, clock, tenant);
        var (items, problems) = (new List<EstatePlanItem>(), new List<EstateProblem>());
        // Objectives name indicators, composites name objectives. Of two of one name the later stands: a user's own beside the shipped one.
        foreach (var document in documents.GroupBy(d => (d.Definition.Kind, d.Name)).Select(g => g.Last()).OrderBy(d => d.Definition.Kind))
        {
            var key = (document.Definition.Kind, document.Name);
            var same = applied.GetValueOrDefault(key) == document.Text.Trim();
            if (!same && apply is { } by)
            {
                var outcome = await store.PublishAsync(document.Text, null, by.Author, by.Reason, applied: true, ct);
                if (!outcome.Accepted)
                {
                    problems.Add(new(document.Source, 0, outcome.Problems.Count > 0 ? outcome.Problems[0].Field : "", outcome.Message));
                    continue;
                }
            }

            items.Add(new(document.Definition.Kind == ObjectiveDocumentKind.Composite ? "ObjectiveComposite" : document.Definition.Kind.ToString(), document.Name,
                same ? EstateChange.Unchanged : newest.ContainsKey(key) ? EstateChange.Change : EstateChange.Create, document.Source, newest.GetValueOrDefault(key, ""), document.Text.Trim()));
        }

        return (items, problems);
    }
}
