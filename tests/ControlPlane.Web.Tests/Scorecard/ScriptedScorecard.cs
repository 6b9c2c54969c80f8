using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;

namespace ControlPlane.Web.Tests.Scorecard;

/// <summary>A scorecard as a test lays it out, and what was asked.</summary>
internal sealed class ScriptedScorecard(DateTimeOffset now) : IScorecard
{
    public TaskCompletionSource? Gate { get; set; }

    public bool Broken { get; set; }

    public ScorecardView? View { get; set; }

    public ScorecardOrders Orders { get; set; } = new(0, [], null, now);

    public List<ScorecardAsk> Asked { get; } = [];

    public List<(ScorecardListAsk Ask, string? Cursor)> Listed { get; } = [];

    public IReadOnlyList<MarketplaceRule> Rules { get; } = [Rule("amazon-late-shipment", MarketplaceMetric.LateShipment)];

    public Task<IReadOnlyList<MarketplaceRule>> RulesAsync(TenantScope tenant, CancellationToken ct) => Task.FromResult(Rules);

    public async Task<ScorecardView> ReadAsync(TenantScope tenant, ScorecardAsk ask, CancellationToken ct)
    {
        Asked.Add(ask);
        await WaitAsync();
        return View ?? Empty();
    }

    public async Task<ScorecardOrders> OrdersAsync(TenantScope tenant, ScorecardListAsk ask, string? cursor, int size, CancellationToken ct)
    {
        Listed.Add((ask, cursor));
        await WaitAsync();
        return Orders;
    }

    public ScorecardView Empty() => new()
    {
        ReadAt = now, CountedUpTo = null, Watermark = null, Rebuilding = false, Period = new(now.AddDays(-30), now), Capabilities = [.. Capability.All.Select(c => new CapabilityLine(c, [], ScorecardStanding.NoData))],
        Parties = [.. PartyGroup.All.Select(g => new PartyLine(g.Key, 0, 0, ScorecardStanding.NoData, g.Key != "carrier"))], Causes = [], Hours = new([]), Money = new([]), Prices = [new(RiskPart.PastDeadline, "sum of totals", null), new(RiskPart.Triage, "orders × 15 min", "x")],
        Marketplaces = [], Passages = [], Channels = ["shop"], Brands = ["Nord"], Regions = [],
    };

    /// <summary>One missed objective of two, with everything that a page can show.</summary>
    public ScorecardView Full() => Empty() with
    {
        CountedUpTo = now.AddSeconds(-4), Watermark = now.AddMinutes(-15),
        Capabilities = [.. Capability.All.Select(c => c.Key switch
        {
            "order-ingestion" => new CapabilityLine(c, [Line("orders", "order-ingestion", 985, 1000, 0.99m)], ScorecardStanding.Missed),
            "shipment-confirmation" => new CapabilityLine(c, [Line("shipments", "shipment-confirmation", 998, 1000, 0.99m)], ScorecardStanding.Inside),
            _ => new CapabilityLine(c, [], ScorecardStanding.NoData),
        })],
        Causes = [new("erp", 11, 647), new("wms", 6, 353)],
        Hours = HeatMap.Of([("shop", new Tally(now.AddHours(-2), 90, 107))], TimeZoneInfo.Utc),
        Money = new([new(RiskPart.PastDeadline, "shop", "erp", 3, new Money(126_40, "EUR")), new(RiskPart.PastDeadline, "shop", "us", 1, new Money(50_00, "USD"))]),
        Marketplaces = [new(Rules[0], "amazon-de", "Amazon DE", new(30, 1000, 0.03m, false, DateOnly.FromDateTime(now.UtcDateTime).AddDays(5), 9), 40, 31)],
        Passages = [new("shop", "erp", "wms", OrderEnd.Done, 90, 90), new("shop", "", "", OrderEnd.Stuck, 10, 0)],
    };

    /// <summary>The full one, with both objectives as one, and a third that is not of what is looked at.</summary>
    public ScorecardView Composed()
    {
        var full = Full();
        return full with
        {
            Composites = [CompositeLine.Of(new("selling", [new("orders", 2), new("shipments", 1.5m), new("elsewhere", 1)]) { Title = "Selling works" }, [.. full.Capabilities.SelectMany(c => c.Objectives)])],
        };
    }

    public static MarketplaceRule Rule(string id, MarketplaceMetric metric) =>
        new() { Id = id, Title = "Amazon: late shipments", Connector = "amazon", Metric = metric, Limit = 0.04m, WindowDays = 30, Words = "below 4 %", ValidFrom = new(2021, 1, 1), ReadOn = new(2026, 11, 20), Source = "https://example.com/rules" };

    private ObjectiveLine Line(string name, string indicator, long good, long total, decimal target)
    {
        var objective = new Objective { Name = name, Title = name + " in time", Indicator = indicator, Target = target, Window = new RollingWindow(TimeSpan.FromDays(30)) };
        var period = new ObjectivePeriod(now.AddDays(-30), now);
        var published = new PublishedObjective(objective, new() { Name = indicator, Kind = "order", From = new(null), To = new(null), Within = TimeSpan.FromMinutes(10) }, 1, ObjectiveScope.All, null, null, null, BudgetPolicy.Default, now, "Kim");
        var both = BothWays.Of(objective, [new(now.AddHours(-1), good, total)], [], period, []);
        return new(published, period, both, total - good, ScorecardStandings.Of(both.Adjusted, BudgetPolicy.Default), [0.99m, null, 0.97m, 0.98m], null);
    }

    private async Task WaitAsync()
    {
        if (Gate is not null)
            await Gate.Task;
        if (Broken)
            throw new InvalidOperationException("no such table", new TimeoutException());
    }
}
