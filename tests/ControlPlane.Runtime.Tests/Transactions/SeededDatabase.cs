using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Tests.Transactions.Seeding;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Transactions;

/// <summary>A database with one transaction of each case, and the queries over it.</summary>
internal sealed class SeededDatabase : IAsyncDisposable
{
    public static readonly DateTimeOffset Latest = new(2026, 11, 23, 14, 0, 0, TimeSpan.Zero);

    private readonly TestDatabase _database;

    private SeededDatabase(TestDatabase database) => _database = database;

    public FakeTimeProvider Clock { get; } = new(Latest.AddHours(1));

    public IControlPlaneDb Db => _database.Db;

    public TransactionSeed Seed { get; private set; } = null!;

    public IReadOnlyDictionary<SeedCase, SeedRows> Rows { get; private set; } = null!;

    public TransactionQueries Queries => QueriesOf(TenantScope.Default);

    public TransactionQueries QueriesOf(TenantScope tenant) => new(Db, tenant, SeedEstate.Flows(), SeedEstate.Connections(), Clock);

    public static async Task<SeededDatabase> CreateAsync(DatabaseProvider provider, CancellationToken ct)
    {
        var seeded = new SeededDatabase(await TestDatabase.CreateAsync(provider, ct));
        seeded.Seed = new(seeded.Db);
        seeded.Rows = await seeded.Seed.OneOfEachAsync(Latest, ct);
        return seeded;
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();
}
