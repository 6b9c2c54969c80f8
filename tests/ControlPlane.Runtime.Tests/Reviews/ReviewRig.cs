using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Governance;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Runtime.Reviews.Sources;
using ControlPlane.Runtime.Tests.Engine;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Tests.Reviews;

/// <summary>The engine with the review clock and the governance score beside it.</summary>
internal sealed class ReviewRig : IAsyncDisposable
{
    private readonly ReviewOptions _options = new() { Zone = "Europe/Berlin" };

    private ReviewRig(EngineRig engine)
    {
        Engine = engine;
        Causes = new(engine.Db, Runtime.ExceptionCases.Causes.Shipped(), engine.Clock);
        Ownership = new(engine.Db, engine.Owners, new(engine.Db, engine.Owners, engine.Connections), engine.Clock);
        Versions = new(engine.Db, [new RunbookKind(), new GovernanceRuleKind()], engine.Clock);
        Runbooks = new(Versions);
        Board = NewBoard();
    }

    public EngineRig Engine { get; }

    public CauseStore Causes { get; }

    public OwnershipStore Ownership { get; }

    public EstateVersions Versions { get; }

    public Runbooks Runbooks { get; }

    public ReviewBoard Board { get; }

    /// <summary>Objectives have a store of their own; here a test says what there is.</summary>
    public ObjectivesOf? Objectives { get; set; }

    public GovernanceBoard Governance => new(Engine.Db, Facts, Versions, Engine.Connectors, Engine.Clock);

    public GovernanceFactsReader Facts => new(
        Engine.Db, Engine.Connections, Engine.Connectors, new FlowsOf(Engine.Flow), new(Engine.Db, Engine.Connections, Engine.Connectors, Engine.Emails, Engine.Clock), NewBoard(), Runbooks, Sources(), Causes, Engine.Clock);

    public static async Task<ReviewRig> StartAsync(DatabaseProvider provider, CancellationToken ct)
    {
        var rig = new ReviewRig(await EngineRig.StartAsync(provider, ct));
        await using var context = rig.Engine.Db.CreateContext();
        foreach (var connection in rig.Engine.Connections.All)
            context.Connections.Add(new()
            {
                TenantId = 1, Key = connection.Key, Connector = connection.Connector, Role = connection.Role, DisplayName = connection.DisplayName, Document = "kind: Connection", Revision = 1,
                UpdatedAt = Domain.Shared.Instant.ToMicroseconds(rig.Engine.Clock.GetUtcNow()),
            });
        await context.SaveChangesAsync(ct);
        return rig;
    }

    public ReviewBoard NewBoard() => new(Engine.Db, Sources(), new(Engine.Db, Engine.Clock), Options.Create(_options), Engine.Clock);

    private IReadOnlyList<IReviewableSource> Sources() =>
    [
        new ConnectionReviewables(Engine.Db, Engine.Connections), new MappingReviewables(Engine.Db, Engine.Connections), new OwnershipReviewables(Ownership), new CauseReviewables(Causes), new RunbookReviewables(Runbooks),
        .. Objectives is null ? Array.Empty<IReviewableSource>() : [Objectives],
    ];

    public async Task<ReviewItem> ItemAsync(ReviewKind kind, string key) => (await Board.ReadAsync(TenantScope.Default, TestContext.Current.CancellationToken)).Items.Single(i => i.Thing.Kind == kind && i.Thing.Key == key);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}

internal sealed class ObjectivesOf(params Reviewable[] all) : IReviewableSource
{
    public ReviewKind Kind => ReviewKind.Objective;

    public Task<IReadOnlyList<Reviewable>> AllAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult<IReadOnlyList<Reviewable>>(all);
}
