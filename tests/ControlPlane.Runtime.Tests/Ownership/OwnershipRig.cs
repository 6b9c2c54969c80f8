using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Transactions;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Runtime.Tests.Ownership;

/// <summary>The engine with everything of ownership beside it, on a clock that the test owns.</summary>
internal sealed class OwnershipRig : IAsyncDisposable
{
    public static readonly Person Bo = new("bo", "Bo Lind", [PortalRoles.Business]);
    public static readonly Person Li = new("li", "Li Wan", [PortalRoles.Business]);
    public static readonly Person Op = new("op", "Op Erator", [PortalRoles.Operator]);

    private OwnershipRig(EngineRig engine)
    {
        Engine = engine;
        Store = new(engine.Db, engine.Owners, new(engine.Db, engine.Owners, engine.Connections), engine.Clock);
        Claims = NewClaims();
        Decider = new(engine.Db, engine.Owners, engine.Connections, new ChangeFeed(), engine.Clock);
        Escalator = new(engine.Db, engine.Owners, Signal, engine.Clock, NullLogger<Escalator>.Instance);
        Keeper = new(engine.Db, engine.Owners, Decider, Escalator, new(engine.Db, new ChangeFeed(), Signal, engine.Clock), engine.Clock);
        Queues = new(engine.Db, engine.Owners, engine.Clock);
        Bells = new(engine.Db, engine.Clock);
    }

    public EngineRig Engine { get; }

    public NotificationSignal Signal { get; } = new();

    public OwnershipStore Store { get; }

    public Claims Claims { get; }

    public OwnershipDecider Decider { get; }

    public Escalator Escalator { get; }

    public OwnershipKeeper Keeper { get; }

    public QueueQueries Queues { get; }

    public Notifications Bells { get; }

    /// <summary>As another node: nothing in memory is shared.</summary>
    public Claims NewClaims() => new(Engine.Db, Engine.Owners, new ChangeFeed(), Signal, Engine.Clock);

    public static async Task<OwnershipRig> StartAsync(DatabaseProvider provider, CancellationToken ct)
    {
        var rig = new OwnershipRig(await EngineRig.StartAsync(provider, ct));
        await rig.PeopleAsync(ct);
        return rig;
    }

    private async Task PeopleAsync(CancellationToken ct)
    {
        await using var context = Engine.Db.CreateContext();
        foreach (var role in PortalRoles.All)
            context.Roles.Add(new IdentityRole<Guid>(role) { Id = EntityId.New(Engine.Clock), NormalizedName = role.ToUpperInvariant() });
        await context.SaveChangesAsync(ct);
        foreach (var person in new[] { Bo, Li, Op, new Person("eve", "Eve Exec", [PortalRoles.Executive]), new Person("ada", "Ada Admin", [PortalRoles.Admin]) })
        {
            var user = new PortalUser { Id = EntityId.New(Engine.Clock), UserName = person.Key, NormalizedUserName = person.Key.ToUpperInvariant(), DisplayName = person.Name, Email = person.Key + "@example.com" };
            context.Users.Add(user);
            var role = person.Roles.First().ToUpperInvariant();
            context.UserRoles.Add(new() { UserId = user.Id, RoleId = await context.Roles.Where(r => r.NormalizedName == role).Select(r => r.Id).FirstAsync(ct) });
        }

        await context.SaveChangesAsync(ct);
    }

    public async Task FailAsync(int order, string message = "Customer 7 is blocked.", string code = "erp.customer_blocked", string? country = null, DateTimeOffset? shipBy = null)
    {
        Engine.Erp.Script.Enqueue(_ => new OperationResult.Failed(new Fault(FaultKind.Data, code, message)));
        Engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await Engine.ReceiveAsync("shop", Orders.Order(order) with { ShipTo = new() { CountryCode = country }, ShipBy = shipBy });
        await Engine.DrainAsync(TestContext.Current.CancellationToken);
    }

    public async Task<TransactionRow> OrderAsync(int order)
    {
        await using var context = Engine.Db.CreateContext();
        var number = $"#{1000 + order}";
        return await context.Transactions.AsNoTracking().SingleAsync(t => t.Number == number, TestContext.Current.CancellationToken);
    }

    public async Task PublishAsync(OwnershipSetup setup)
    {
        var now = await Store.ReadAsync(TenantScope.Default, TestContext.Current.CancellationToken);
        var outcome = await Store.PublishAsync(TenantScope.Default, setup, now.Version, "Ada", "as the test needs it", TestContext.Current.CancellationToken);
        Assert.True(outcome.Accepted, outcome.Message);
    }

    public Guid Operation() => EntityId.New(Engine.Clock);

    public static Team Team(string key, params string[] members) => new() { Key = key, Name = char.ToUpperInvariant(key[0]) + key[1..], Members = members.Length == 0 ? ["bo"] : members };

    public static OwnershipRule When(string team, string field, string value) => new([new(field, [value])], team);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
