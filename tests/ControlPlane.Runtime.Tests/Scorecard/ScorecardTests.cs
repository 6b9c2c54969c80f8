using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <summary>Every figure of the scorecard, and that the list behind it holds as many orders as it says.</summary>
public sealed class ScorecardTests
{
    private static readonly TenantScope Us = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Counting_beside_the_engine_is_equal_to_counting_all_of_it_again(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        var random = new Random(7);
        var open = new List<TransactionRow>();
        for (var round = 0; round < 6; round++)
        {
            for (var i = 0; i < 12; i++)
            {
                var now = rig.Clock.GetUtcNow();
                var state = (TransactionState)(1 + random.Next(7));
                var shipped = state == TransactionState.Closed || random.Next(3) == 0;
                var order = await rig.OrderAsync(now.AddMinutes(-random.Next(4000)), random.Next(2) == 0 ? "market" : "shop", state, random.Next(5) == 0 ? null : random.Next(60, 3000), shipped ? random.Next(10, 2000) : null, random.Next(4) > 0, random.Next(2) == 0);
                if (!shipped && !state.IsFinal())
                    open.Add(order);
            }

            Assert.True(await rig.Keeper.KeepAsync(Us, 5, Ct));
            // Twice changes nothing.
            Assert.True(await rig.Keeper.KeepAsync(Us, 5, Ct));
            rig.Clock.Advance(TimeSpan.FromHours(7));
            if (open.Count > 3)
            {
                await rig.ShipAsync(open[0], rig.Clock.GetUtcNow().AddMinutes(-5));
                open.RemoveAt(0);
            }
        }

        await rig.Keeper.KeepAsync(Us, 5, Ct);
        var (days, orders) = (await DaysAsync(rig), await OrdersAsync(rig));
        Assert.Equal(72, orders.Count);
        Assert.Contains(days, d => d.Late > 0 && d.Orders > 0);
        Assert.Contains(days, d => d.OurCancellations > 0);
        await rig.Keeper.RebuildAsync(Us, Ct);
        Assert.Equal(days, await DaysAsync(rig));
        Assert.Equal(orders, await OrdersAsync(rig));
        Assert.Equal(72, days.Sum(d => d.Orders));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_marketplaces_ratio_its_bad_orders_and_those_that_would_save_it(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        var now = rig.Clock.GetUtcNow();
        for (var i = 0; i < 97; i++)
            await rig.OrderAsync(now.AddDays(-9).AddMinutes(i));
        for (var i = 0; i < 3; i++)
            await rig.OrderAsync(now.AddDays(-8).AddMinutes(i), ship: 3000, tracked: i > 0);
        var waiting = new List<TransactionRow>();
        for (var i = 0; i < 5; i++)
            waiting.Add(await rig.OrderAsync(now.AddHours(-2), state: TransactionState.Waiting, promise: 600 - i * 30, ship: null));
        await rig.Keeper.KeepAsync(Us, 5, Ct);
        var ask = ScorecardAsk.Everything with { Scope = new("market") };
        var view = await rig.Scorecard.ReadAsync(Us, ask, Ct);
        var late = view.Marketplaces.Single(m => m.Rule.Id == "amazon-late-shipment");
        // Three of a hundred; at most three may be late of a hundred below 4 %, so each of the five has to be shipped.
        Assert.Equal((3L, 100L, 0.03m, false, 0L, 5L, 5L), (late.Forecast.Bad, late.Forecast.Total, late.Forecast.Rate!.Value, late.Forecast.Breached, late.Forecast.MayStillFail, late.Waiting, late.ToSave));
        await SameAsync(rig, new(ScorecardListKind.MarketplaceBad, ask, Rule: late.Rule.Id), 3);
        var save = await rig.Scorecard.OrdersAsync(Us, new(ScorecardListKind.ToSave, ask, Rule: late.Rule.Id), null, 50, Ct);
        Assert.Equal(5, save.Total);
        Assert.Equal(waiting.AsEnumerable().Reverse().Select(o => o.Id), save.Items.Select(o => o.Id));
        var tracking = view.Marketplaces.Single(m => m.Rule.Id == "amazon-tracking");
        Assert.Equal((1L, 100L), (tracking.Forecast.Bad, tracking.Forecast.Total));
        await SameAsync(rig, new(ScorecardListKind.MarketplaceBad, ask, Rule: tracking.Rule.Id), 1);
        // What nobody shipped is late the moment its promise passes, without an event.
        rig.Clock.Advance(TimeSpan.FromHours(11));
        await rig.Keeper.KeepAsync(Us, 5, Ct);
        late = (await rig.Scorecard.ReadAsync(Us, ask, Ct)).Marketplaces.Single(m => m.Rule.Id == "amazon-late-shipment");
        Assert.Equal((8L, 105L, true, 0L), (late.Forecast.Bad, late.Forecast.Total, late.Forecast.Breached, late.Waiting));
        // A cancellation by the customer before the promise is nobody's fault.
        await rig.OrderAsync(now.AddDays(-1), state: TransactionState.Cancelled, ship: null);
        await rig.OrderAsync(now.AddDays(-1), state: TransactionState.Cancelled, ship: null, byPerson: true);
        await rig.Keeper.KeepAsync(Us, 5, Ct);
        var cancelled = (await rig.Scorecard.ReadAsync(Us, ask, Ct)).Marketplaces.Single(m => m.Rule.Id == "amazon-cancellation");
        Assert.Equal(1, cancelled.Forecast.Bad);
        await SameAsync(rig, new(ScorecardListKind.MarketplaceBad, ask, Rule: cancelled.Rule.Id), 1);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Money_at_risk_has_its_parts_and_each_leads_to_its_orders(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        var now = rig.Clock.GetUtcNow();
        await rig.OrderAsync(now.AddDays(-2), state: TransactionState.Waiting, ship: null);
        var stuck = await rig.OrderAsync(now.AddDays(-2), "shop", TransactionState.Stuck, ship: null, total: 700, currency: "USD");
        await rig.OrderAsync(now.AddHours(-2), state: TransactionState.Waiting, ship: null);
        await rig.OrderAsync(now.AddDays(-2));
        await rig.HandledAsync(stuck, now.AddHours(-1));
        await rig.HandledAsync(stuck, now.AddHours(-1));
        await rig.HandledAsync(stuck, now.AddDays(-40));
        var view = await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything, Ct);
        Assert.Equal([new Money(10_000, "EUR"), new Money(700, "USD")], view.Money.Of(RiskPart.PastDeadline));
        // Amazon: half a chance of a tenth of 100, three tenths of three hundredths of it once a day has passed since; the loss of the sale is in the value already.
        Assert.Equal(500, view.Money.Lines.Where(l => l is { Part: RiskPart.Penalties, Channel: "market" }).Sum(l => l.Amount!.Value.MinorUnits));
        Assert.Equal(new Money(1500, "EUR"), view.Money.Of(RiskPart.Triage).Single());
        Assert.Contains("15 min × 60.00 EUR", view.Prices.Single(p => p.Part == RiskPart.Triage).Formula, StringComparison.Ordinal);
        foreach (var (part, list) in new[] { (RiskPart.PastDeadline, ScorecardListKind.PastDeadline), (RiskPart.Penalties, ScorecardListKind.Penalties), (RiskPart.Triage, ScorecardListKind.Triage) })
            await SameAsync(rig, new(list, ScorecardAsk.Everything), view.Money.Orders(part));
        Assert.Equal((2, 1), (view.Money.Orders(RiskPart.PastDeadline), view.Money.Orders(RiskPart.Triage)));
        await SameAsync(rig, new(ScorecardListKind.PastDeadline, ScorecardAsk.Everything with { Scope = new("shop") }, "us"), 1);
        // What is stuck without a deadline is in no part, and said.
        Assert.Equal(0, view.Money.Undated.Orders);
        await rig.OrderAsync(now.AddDays(-2), "shop", TransactionState.Stuck, promise: null, ship: null, total: 5_800_000);
        await rig.OrderAsync(now.AddDays(-2), "market", TransactionState.Stuck, promise: null, ship: null, total: 300, currency: "USD");
        var more = (await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything, Ct)).Money;
        Assert.Equal(view.Money.Of(RiskPart.PastDeadline), more.Of(RiskPart.PastDeadline));
        Assert.Equal(2, more.Undated.Orders);
        Assert.Equal([new Money(5_800_000, "EUR"), new Money(300, "USD")], more.Undated.Money);
        await SameAsync(rig, new(ScorecardListKind.Undated, ScorecardAsk.Everything), 2);
        await SameAsync(rig, new(ScorecardListKind.Undated, ScorecardAsk.Everything with { Scope = new("shop") }), 1);
        rig.Prices.TriageHourlyRate = 0;
        Assert.EndsWith("a rate is not set", (await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything, Ct)).Prices.Single(p => p.Part == RiskPart.Triage).Formula, StringComparison.Ordinal);
        rig.Prices.TriageHourlyRate = 60;
        Assert.Equal(1, (await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything with { Scope = new("shop") }, Ct)).Money.Orders(RiskPart.PastDeadline));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Every_percentage_leads_to_exactly_the_events_behind_it(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        var now = rig.Clock.GetUtcNow();
        rig.Figures.Published.Add(GivenFigures.Objective("orders", "order-ingestion", 0.9m));
        rig.Figures.Published.Add(GivenFigures.Objective("orders-week", "order-ingestion", 0.8m, new RollingWindow(TimeSpan.FromDays(7))));
        rig.Figures.Published.Add(GivenFigures.Objective("shipments", "shipment-confirmation", 0.9m));
        rig.Figures.Published.Add(GivenFigures.Objective("settled", "settlement-match", 0.9m));
        var (random, parties) = (new Random(3), new[] { null, null, null, null, "erp", "wms", "3pl", "us", "", "payment" });
        for (var i = 0; i < 1500; i++)
            rig.Figures.Events.Add(new(random.Next(3) == 0 ? "shipment-confirmation" : "order-ingestion", Guid.CreateVersion7(), now.AddMinutes(-random.Next(60 * 24 * 29)), random.Next(2) == 0 ? "market" : "shop", random.Next(2) == 0 ? "Nord" : "Fell", parties[random.Next(parties.Length)]));
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        foreach (var scope in new[] { ObjectiveScope.All, new ObjectiveScope("shop"), new ObjectiveScope(Brand: "Nord") })
        {
            var ask = ScorecardAsk.Everything with { Scope = scope, Zone = zone };
            var view = await rig.Scorecard.ReadAsync(Us, ask, Ct);
            Assert.Equal(1000, view.Causes.Sum(c => c.PerMille));
            Assert.Equal(["order-ingestion", "inventory-publication", "shipment-confirmation", "refund-posting", "settlement", "webhook-acknowledgement"], view.Capabilities.Select(c => c.Capability!.Key));
            Assert.Equal(ScorecardStanding.NoData, view.Capabilities[4].Standing);
            Assert.Equal(ScorecardStanding.NoData, view.Capabilities[1].Standing);
            foreach (var line in view.Capabilities.SelectMany(c => c.Objectives))
                await SameAsync(rig, new(ScorecardListKind.Misses, ask with { Period = line.Period }, Objective: line.Published.Objective.Name), line.Missed);
            var fixedAsk = ask with { Period = view.Period };
            foreach (var cause in view.Causes)
                await SameAsync(rig, new(ScorecardListKind.Misses, fixedAsk, cause.Party), cause.Missed);
            foreach (var party in view.Parties)
                await SameAsync(rig, new(ScorecardListKind.Misses, fixedAsk, party.Party), party.Missed);
            foreach (var row in view.Hours.Rows)
                foreach (var cell in row.Cells)
                    await SameAsync(rig, new(ScorecardListKind.Misses, fixedAsk with { Scope = scope with { Connection = row.Key } }, Hour: cell.Hour), cell.Missed);
            Assert.Equal(view.Causes.Sum(c => c.Missed), view.Hours.Rows.Sum(r => r.Missed));
        }

        var narrow = await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything with { About = "shipment-confirmation" }, Ct);
        Assert.Equal(rig.Figures.Events.Count(e => e is { Indicator: "shipment-confirmation", Party: not null } && narrow.Period.Contains(e.At)), narrow.Causes.Sum(c => c.Missed));
        Assert.Equal(["Fell", "Nord"], narrow.Brands);
    }

    [Fact]
    public async Task A_party_is_judged_by_the_objective_that_it_hurts_most_whatever_the_others_have_left()
    {
        await using var rig = await ScorecardRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var began = rig.Clock.GetUtcNow().AddDays(-2);
        rig.Figures.Published.Add(GivenFigures.Objective("orders", "order-ingestion", 0.9m));
        rig.Figures.Published.Add(GivenFigures.Objective("shipments", "shipment-confirmation", 0.9m));
        // Three of ten where one may be; nobody misses the other, which may lack six.
        for (var i = 0; i < 70; i++)
            rig.Figures.Events.Add(new(i < 10 ? "order-ingestion" : "shipment-confirmation", Guid.CreateVersion7(), began.AddMinutes(i), "shop", "", i < 3 ? "erp" : null));
        async Task<PartyLine> OfAsync(string party) => (await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything, Ct)).Parties.Single(p => p.Party == party);
        var erp = await OfAsync("erp");
        Assert.Equal((3L, 3m, ScorecardStanding.Missed, "orders"), (erp.Missed, erp.Spent!.Value, erp.Standing, erp.Objective!.Name));
        var warehouse = await OfAsync("wms");
        Assert.Equal((0L, 0m, ScorecardStanding.Inside), (warehouse.Missed, warehouse.Spent!.Value, warehouse.Standing));
        // An objective of a shorter window, which begins after those misses, has lost nothing to them.
        rig.Figures.Published[0] = GivenFigures.Objective("orders", "order-ingestion", 0.9m, new RollingWindow(TimeSpan.FromDays(1)));
        rig.Figures.Events.Add(new("order-ingestion", Guid.CreateVersion7(), began.AddDays(1.5), "shop", "", null));
        Assert.Equal((0m, ScorecardStanding.Inside), await OfAsync("erp") is var shorter ? (shorter.Spent!.Value, shorter.Standing) : default);
        // Nor has one where that time is left out, as its tile says too; the misses are there all the same.
        rig.Figures.Published[0] = GivenFigures.Objective("orders", "order-ingestion", 0.9m);
        rig.Figures.Excluded.Add(new("erp-away", "orders", began, began.AddMinutes(3), "planned", "ann", "bob"));
        erp = await OfAsync("erp");
        Assert.Equal((3L, 0m, ScorecardStanding.Inside), (erp.Missed, erp.Spent!.Value, erp.Standing));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Orders_go_in_and_come_out(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        var now = rig.Clock.GetUtcNow();
        for (var i = 0; i < 6; i++)
            await rig.OrderAsync(now.AddDays(-i), i % 2 == 0 ? "market" : "shop", i == 5 ? TransactionState.Stuck : TransactionState.Closed, ship: i == 5 ? null : 60);
        await rig.OrderAsync(now.AddDays(-60));
        await rig.Keeper.KeepAsync(Us, 5, Ct);
        var ways = (await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything, Ct)).Passages;
        Assert.Equal((6L, 5L), (ways.Sum(w => w.Orders), ways.Sum(w => w.Shipped)));
        Assert.Equal(1, ways.Single(w => w.End == OrderEnd.Stuck).Orders);
        Assert.All(ways, w => Assert.Equal(("erp", "wms"), (w.Erp, w.Warehouse)));
    }

    [Fact]
    public void Limits_of_marketplaces_are_sound_dated_and_name_their_source()
    {
        var rules = MarketplaceRulesReader.Shipped();
        Assert.All(rules, r => Assert.True(r.Source.Length > 10 && r.ValidFrom.Year >= 2000 && r.ReadOn is not null && r.Limit is > 0 and <= 1 && r.Words.Length > 0, r.Id));
        var (_, problems) = MarketplaceRulesReader.Read("kind: MarketplaceRules\nspec:\n  rules:\n    - { id: a, title: t, connector: c, metric: lateness, limit: \"4\", days: 0, words: w, validFrom: \"1/1/26\", source: s, extra: x }\n", "own.yaml");
        foreach (var said in new[] { "late-shipment", "above 0 and at most 1", "days", "Expected a day", "extra" })
            Assert.Contains(problems, p => p.ToString().Contains(said, StringComparison.Ordinal));
    }

    /// <summary>The list is as long as the figure says, from page to page, without a row twice.</summary>
    private static async Task SameAsync(ScorecardRig rig, ScorecardListAsk ask, long expected)
    {
        var (rows, cursor) = (new List<(Guid, string?)>(), (string?)null);
        do
        {
            var page = await rig.Scorecard.OrdersAsync(Us, ask, cursor, 200, Ct);
            Assert.Equal(expected, page.Total);
            rows.AddRange(page.Items.Select(o => (o.Id, o.Indicator)));
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(expected, rows.Distinct().Count());
        Assert.Equal(expected, rows.Count);
    }

    private static async Task<List<(int Day, string Channel, string Erp, OrderEnd End, int Orders, int Shipped, int Untracked, int Promised, int Late, int OurCancellations)>> DaysAsync(ScorecardRig rig)
    {
        await using var context = rig.Db.CreateContext();
        return [.. (await context.ScorecardDays.AsNoTracking().ToListAsync(Ct)).OrderBy(d => d.Day).ThenBy(d => d.Connection, StringComparer.Ordinal).ThenBy(d => d.End)
            .Select(d => (d.Day, d.Connection, d.Erp + d.Warehouse, d.End, d.Orders, d.Shipped, d.Untracked, d.Promised, d.Late, d.OurCancellations))];
    }

    private static async Task<List<string>> OrdersAsync(ScorecardRig rig)
    {
        await using var context = rig.Db.CreateContext();
        return [.. (await context.ScorecardOrders.AsNoTracking().ToListAsync(Ct)).OrderBy(o => o.TransactionId).Select(o => System.Text.Json.JsonSerializer.Serialize(o))];
    }
}
