using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <summary>The orders behind each band of the chart, against what each order says of itself.</summary>
public sealed class OrderWayTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Behind_a_band_are_the_very_orders_that_went_that_way(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        var random = new Random(11);
        TransactionState[] states = [TransactionState.Closed, TransactionState.Running, TransactionState.Stuck, TransactionState.Cancelled];
        var expected = new Dictionary<(string From, string To), HashSet<Guid>>();
        for (var i = 0; i < 80; i++)
        {
            var (channel, erp, warehouse) = (Pick("market", "shop")!, Pick("erp", "erp2", null), Pick("wms", "3pl", null));
            var (state, shipped) = (states[random.Next(4)], random.Next(2) == 0);
            var order = await rig.OrderAsync(rig.Clock.GetUtcNow().AddHours(-random.Next(1, 200)), channel, state, ship: shipped ? 600 : null, erp: erp, warehouse: warehouse);
            var end = state switch { TransactionState.Closed => "done", TransactionState.Stuck => "stuck", TransactionState.Cancelled => "cancelled", _ => "under-way" };
            var stops = new[] { "c:" + channel, "us", erp is null ? null : "e:" + erp, warehouse is null ? null : "w:" + warehouse, shipped ? "carriers" : null, end }.OfType<string>().ToList();
            foreach (var band in stops.Zip(stops.Skip(1)))
                (expected.TryGetValue(band, out var ids) ? ids : expected[band] = []).Add(order.Id);
        }

        // Long before the period: on no band.
        await rig.OrderAsync(rig.Clock.GetUtcNow().AddDays(-60));
        await rig.Keeper.KeepAsync(ScorecardRig.Us, 50, Ct);
        Assert.True(expected.Count > 20);
        foreach (var ((from, to), ids) in expected)
        {
            var way = OrderWay.Between(from, to);
            var ask = new ScorecardListAsk(ScorecardListKind.Way, ScorecardAsk.Everything with { Scope = new ObjectiveScope(way.Channel) }, Way: way);
            var found = new List<Guid>();
            for (string? cursor = null; ;)
            {
                var page = await rig.Scorecard.OrdersAsync(ScorecardRig.Us, ask, cursor, 3, Ct);
                Assert.Equal(ids.Count, page.Total);
                found.AddRange(page.Items.Select(o => o.Id));
                if ((cursor = page.Next) is null)
                    break;
            }

            Assert.Equal(ids.Order(), found.Order());
        }

        string? Pick(params string?[] of) => of[random.Next(of.Length)];
    }
}
