using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Tests.Connections;

/// <summary>How long the history of a connection is kept.</summary>
public sealed class ConnectionHistoryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_older_than_the_setting_says_is_forgotten_in_batches_and_the_rest_stays(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var began = rig.Clock.GetUtcNow();
        await using (var context = rig.Db.CreateContext())
        {
            // More than two batches of old lines, and two that count.
            for (var i = 0; i < ConnectionHistory.Batch * 2 + 3; i++)
                context.ConnectionEvents.Add(Event(rig, began, "old"));
            rig.Clock.Advance(TimeSpan.FromDays(31));
            context.ConnectionEvents.Add(Event(rig, rig.Clock.GetUtcNow() - TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1), "just kept"));
            context.ConnectionEvents.Add(Event(rig, rig.Clock.GetUtcNow(), "new"));
            await context.SaveChangesAsync(Ct);
        }

        var history = new ConnectionHistory(rig.Db, Options.Create(new ControlPlaneOptions { Retention = new() { ConnectionHistoryDays = 30 } }), rig.Clock);
        Assert.Equal(ConnectionHistory.Batch * 2 + 3, await history.SweepAsync(Ct));
        Assert.Equal(0, await history.SweepAsync(Ct));
        await using var after = rig.Db.CreateContext();
        Assert.Equal(["just kept", "new"], (await after.ConnectionEvents.AsNoTracking().ToListAsync(Ct)).Select(e => e.Text).Order(StringComparer.Ordinal));
    }

    private static ConnectionEventRow Event(EngineRig rig, DateTimeOffset at, string text) => new()
    {
        Id = EntityId.New(rig.Clock), TenantId = TenantScope.Default.TenantId, Connection = "shop", At = at.ToMicroseconds(), Kind = "webhook.created", Text = text,
    };
}
