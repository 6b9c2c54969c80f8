using System.Data.Common;
using ControlPlane.Runtime.Persistence.Batches;

namespace ControlPlane.Runtime.Objectives;

/// <summary>Numbers for combinations of channel, brand, region, warehouse and canary. Read anew in each batch, under the lock of the counting, so that no two get one number.</summary>
internal sealed class ObjectiveSlices
{
    private readonly Dictionary<(int, string, string, string, string, bool), int> _known = [];

    private readonly List<ObjectiveSliceRow> _new = [];

    private int _highest;

    public static async Task<ObjectiveSlices> ReadAsync(DbConnection connection, CancellationToken ct)
    {
        var slices = new ObjectiveSlices();
        foreach (var row in await new BatchSql(connection).ReadAsync("SELECT id, tenant_id, connection, brand, region, warehouse, canary FROM objective_slices", Row, ct))
            slices.Know(row);
        return slices;
    }

    public int Of(int tenantId, string connection, string brand, string region, string warehouse, bool canary)
    {
        if (_known.TryGetValue((tenantId, connection, brand, region, warehouse, canary), out var id))
            return id;
        var row = new ObjectiveSliceRow { Id = _highest + 1, TenantId = tenantId, Connection = connection, Brand = brand, Region = region, Warehouse = warehouse, Canary = canary };
        _new.Add(row);
        Know(row);
        return row.Id;
    }

    public async Task SaveAsync(DbConnection connection, ISqlDialect dialect, CancellationToken ct)
    {
        if (_new.Count > 0)
            await dialect.InsertAsync(connection, CountedTables.Slices, _new, ct);
        _new.Clear();
    }

    public static ObjectiveSliceRow Row(DbDataReader r) => new() { Id = r.GetInt32(0), TenantId = r.GetInt32(1), Connection = r.GetString(2), Brand = r.GetString(3), Region = r.GetString(4), Warehouse = r.GetString(5), Canary = r.GetBoolean(6) };

    private void Know(ObjectiveSliceRow row)
    {
        _known[(row.TenantId, row.Connection, row.Brand, row.Region, row.Warehouse, row.Canary)] = row.Id;
        _highest = Math.Max(_highest, row.Id);
    }
}
