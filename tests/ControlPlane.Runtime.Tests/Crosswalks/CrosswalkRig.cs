using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Crosswalks;

/// <summary>Crosswalks on a database of their own, as one node has them; <see cref="OtherNode"/> is another on the same database.</summary>
internal sealed class CrosswalkRig : IAsyncDisposable
{
    public static readonly CrosswalkAuthor Ada = new("1", "Ada");

    public static readonly CrosswalkAuthor Ben = new("2", "Ben");

    private readonly TestDatabase _database;

    private CrosswalkRig(TestDatabase database, FakeTimeProvider clock)
    {
        (_database, Clock) = (database, clock);
        Loader = new(Db, Board);
        Store = new(Db, Loader, clock);
        Approvals = new(Db, Store, Loader, clock);
        Import = new(Db, Store, new CrosswalkMaster(Db), clock);
        Counts = new(Db, Board, clock);
        Registry.Replace(new[] { "shop-eu", "shop-us" }.Select(key => new Connection { Key = key, Connector = "shopify", Role = SystemRole.Storefront, DisplayName = key, Crosswalks = Board.For(key, "shopify", SystemRole.Storefront) }));
        Gaps = new(Db, Board, Counts, Registry, clock);
        Queries = new(Db, Gaps, clock);
    }

    public ControlPlaneDb Db => _database.Db;

    public FakeTimeProvider Clock { get; }

    public CrosswalkBoard Board { get; } = new();

    public ConnectionRegistry Registry { get; } = new();

    public CrosswalkLoader Loader { get; }

    public CrosswalkStore Store { get; }

    public CrosswalkApprovals Approvals { get; }

    public CrosswalkImport Import { get; }

    public CrosswalkCounts Counts { get; }

    public CrosswalkGaps Gaps { get; }

    public CrosswalkQueries Queries { get; }

    public static async Task<CrosswalkRig> StartAsync(DatabaseProvider provider, CancellationToken ct)
    {
        var rig = new CrosswalkRig(await TestDatabase.CreateAsync(provider, ct), new(new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero)));
        await rig.Loader.RefreshAsync(ct);
        return rig;
    }

    public CrosswalkRig OtherNode() => new(_database, Clock);

    public CrosswalkWish Wish(string theirs, string ours, string scope = "global", CrosswalkDirections directions = CrosswalkDirections.Both, decimal factor = 1, bool retired = false) => new(new()
    {
        Id = EntityId.New(Clock), Scope = CrosswalkScope.TryParse(scope, out var parsed) ? parsed : throw new ArgumentException(scope), Theirs = theirs, Ours = ours, Directions = directions, Factor = factor,
        State = retired ? CrosswalkState.Retired : CrosswalkState.Approved,
    });

    public Task<CrosswalkOutcome> ChangeAsync(string table, CancellationToken ct, params CrosswalkWish[] wishes) => Store.ChangeAsync(TenantScope.Default, table, wishes, Ada, "because", false, ct);

    public string? Ours(string table, string code, string connection = "shop-eu") => Registry.Find(connection)!.Crosswalks.Find(table, code, CrosswalkDirection.ToOurs, Clock.GetUtcNow())?.Value;

    public ValueTask DisposeAsync()
    {
        Loader.Dispose();
        return _database.DisposeAsync();
    }
}
