using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>
/// The installation's own entries as a configuration document. It is applied when it holds other entries than the version in service: then
/// what it does not name is taken out, and a shipped entry that it stood for answers again.
/// </summary>
public sealed class CauseDocuments(CauseStore store)
{
    private const string Kind = "CauseCatalogue";

    public async Task<EstatePlanItem> PlanAsync(TenantScope tenant, EstateObject.OfCauses of, CancellationToken ct)
    {
        var (_, own) = await store.OwnAsync(tenant, ct);
        var (before, after) = (own.Count == 0 ? "" : Causes.Write(own).Trim(), Causes.Write(of.Causes).Trim());
        return new(Kind, of.Name, before == after || (own.Count == 0 && of.Causes.Count == 0) ? EstateChange.Unchanged : own.Count == 0 ? EstateChange.Create : EstateChange.Change, of.Source, before, after);
    }

    public async Task<EstatePlanItem> ApplyAsync(TenantScope tenant, EstateObject.OfCauses of, string author, string reason, CancellationToken ct)
    {
        var item = await PlanAsync(tenant, of, ct);
        if (item.Change != EstateChange.Unchanged)
            await store.ReplaceAsync(tenant, of.Causes, $"applied {of.Source} with {of.Causes.Count} entries", author, reason.Trim() is { Length: > 0 and <= CauseStore.LongestReason } said ? said : "applied as configuration", ct);
        return item;
    }

    /// <summary>Null when there are no own entries.</summary>
    public async Task<string?> WriteAsync(TenantScope tenant, CancellationToken ct) => (await store.OwnAsync(tenant, ct)).Own is { Count: > 0 } own ? Causes.Write(own) : null;
}
