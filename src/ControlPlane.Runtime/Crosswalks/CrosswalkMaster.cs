using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>The lists of our codes, where they are loaded: entries are checked against them, and suggestions are made from them.</summary>
public sealed class CrosswalkMaster(IControlPlaneDb db)
{
    private const int Few = 200;

    public async Task<int> CountAsync(TenantScope tenant, string table, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.CrosswalkMasterCodes.CountAsync(m => m.Crosswalk == table, ct);
    }

    /// <summary>The whole list anew, in one transaction. An empty one takes the check away.</summary>
    public async Task ReplaceAsync(TenantScope tenant, string table, IReadOnlyList<MasterCode> codes, CancellationToken ct) => await CrosswalkTransaction.RunAsync(db, async (sql, dialect, connection) =>
    {
        await sql.ExecuteAsync("DELETE FROM crosswalk_master_codes WHERE tenant_id = @t AND crosswalk = @c", ct, ("t", tenant.TenantId), ("c", table));
        foreach (var chunk in codes.DistinctBy(c => CrosswalkSql.Key(c.Code)).Chunk(10_000))
            await dialect.InsertAsync(connection, CrosswalkSql.Master,
                [.. chunk.Select(c => new CrosswalkMasterRow { TenantId = tenant.TenantId, Crosswalk = table, CodeKey = CrosswalkSql.Key(c.Code), Code = c.Code, Gtin = c.Gtin, Title = c.Title })], ct);
        return true;
    }, ct);

    internal static async Task<IReadOnlyList<MasterCode>> AllAsync(ControlPlaneDbContext context, string table, CancellationToken ct) =>
        await context.CrosswalkMasterCodes.AsNoTracking().Where(m => m.Crosswalk == table).Select(m => new MasterCode(m.Code, m.Gtin, m.Title)).ToListAsync(ct);

    /// <summary>Null when no list is loaded for the table.</summary>
    internal static async Task<Func<string, bool>?> KnownAsync(ControlPlaneDbContext context, string table, IReadOnlyList<CrosswalkWish> wishes, CancellationToken ct)
    {
        var codes = context.CrosswalkMasterCodes.AsNoTracking().Where(m => m.Crosswalk == table);
        if (!await codes.AnyAsync(ct))
            return null;
        if (wishes.Count <= Few)
        {
            var wanted = wishes.Select(w => CrosswalkSql.Key(w.Entry.Ours)).Distinct().ToList();
            codes = codes.Where(m => wanted.Contains(m.CodeKey));
        }

        var known = (await codes.Select(m => m.CodeKey).ToListAsync(ct)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return known.Contains;
    }
}
