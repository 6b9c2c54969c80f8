using ControlPlane.Runtime.Persistence.Batches;

namespace ControlPlane.Runtime.Objectives;

/// <summary>How counted rows are written, many at once.</summary>
internal static class CountedTables
{
    public static readonly TableSpec<ObjectiveReadingRow> Readings = new("objective_readings", 2, OnConflict.Replace,
    [
        new("transaction_id", DbKind.Id, r => r.TransactionId),
        new("counter_id", DbKind.Int, r => r.CounterId),
        new("tenant_id", DbKind.Int, r => r.TenantId),
        new("started_at", DbKind.Long, r => r.StartedAt),
        new("took", DbKind.Long, r => r.Took),
        new("cancelled_after", DbKind.Long, r => r.CancelledAfter),
        new("outcome", DbKind.Int, r => (int)r.Outcome),
        new("due_at", DbKind.Long, r => r.DueAt),
        new("slice_id", DbKind.Int, r => r.SliceId),
        new("party", DbKind.Text, r => r.Party),
        new("case_id", DbKind.Id, r => r.CaseId),
    ]);

    public static readonly TableSpec<ObjectiveTallyRow> Tallies = new("objective_tallies", 4, OnConflict.Add,
    [
        new("counter_id", DbKind.Int, t => t.CounterId),
        new("grain", DbKind.Short, t => (short)t.Grain),
        new("at", DbKind.Int, t => t.At),
        new("slice_id", DbKind.Int, t => t.SliceId),
        new("good", DbKind.Long, t => t.Good),
        new("bad", DbKind.Long, t => t.Bad),
        new("voided", DbKind.Long, t => t.Voided),
        new("pending", DbKind.Long, t => t.Pending),
    ]);

    public static readonly TableSpec<ObjectiveSliceRow> Slices = new("objective_slices", 1, OnConflict.Fail,
    [
        new("id", DbKind.Int, s => s.Id),
        new("tenant_id", DbKind.Int, s => s.TenantId),
        new("connection", DbKind.Text, s => s.Connection),
        new("brand", DbKind.Text, s => s.Brand),
        new("region", DbKind.Text, s => s.Region),
        new("warehouse", DbKind.Text, s => s.Warehouse),
        new("canary", DbKind.Bool, s => s.Canary),
    ]);
}
