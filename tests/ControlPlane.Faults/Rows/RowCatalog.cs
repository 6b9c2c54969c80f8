using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Rows;

/// <summary>Every row there is, in the order in which they run.</summary>
internal static class RowCatalog
{
    public static readonly IReadOnlyList<IRow> All =
    [
        new PlantedViolations(),
        new KillOfTheOnlyNode(DatabaseKind.Sqlite),
        new KillOfTheOnlyNode(DatabaseKind.PostgreSql),
        new KillOfOneOfTwoNodes(),
        new RollingRestart(),
        new PausedNode(),
        new AmbiguousCommits(),
        new LostReplies(),
        new NthFailure(),
        new DiskFull(),
        new CopiesUnderLoad(),
        new DatabaseRestart(),
        new WriterContention(),
        new BrokerOutage(DatabaseKind.Sqlite),
        new BrokerOutage(DatabaseKind.PostgreSql),
        new DuplicateDeliveries(),
        new NoisyShop(),
        new PoisonOrders(),
        new SlowSystem(),
        new Flood(),
        new SustainedIngest(DatabaseKind.Sqlite),
        new SustainedIngest(DatabaseKind.PostgreSql),
        new SlowSenders(),
        new MalformedOrders(),
        new BulkReplay(),
        new Soak(),
        new TelemetrySinkDown(),
        new ConcurrentRetries(),
    ];

    /// <summary>"1" means all of its variants, "1p" that one.</summary>
    public static bool Fits(IRow row, string wanted) => row.Id == wanted || row.Id.TrimEnd('p') == wanted;
}
