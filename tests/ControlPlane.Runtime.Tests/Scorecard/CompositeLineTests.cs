using System.Text;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Reviews;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Tests.Reviews;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <summary>What came to the scorecard and its reports: several objectives as one, and reviews that are overdue.</summary>
public sealed class CompositeLineTests
{
    private static readonly TenantScope Us = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_composite_stands_with_its_parts_and_says_which_have_no_data()
    {
        await using var rig = await WithTrafficAsync();
        var line = Assert.Single((await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything, Ct)).Composites);
        // 10 of 100 bad where 20 may be: half is left. 3 of 10 bad where 1 may be: -2. Two to one: a third of -1 is left.
        Assert.Equal(-1m / 3, line.Composed.Left!.Value, 10);
        Assert.Equal((0.9m * 2 + 0.7m) / 3, line.Composed.Ratio!.Value, 10);
        Assert.Equal((ScorecardStanding.Missed, "settled"), (line.Standing, Assert.Single(line.Composed.Silent)));
        Assert.Equal([(2m, ScorecardStanding.RunningLow), (1m, ScorecardStanding.Missed), (5m, ScorecardStanding.NoData)], line.Parts.Select(p => (p.Part.Weight, p.Line!.Standing)));
        // Nobody promises anything for a channel where nothing was counted.
        Assert.Equal(ScorecardStanding.NoData, (await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything with { Scope = new("market") }, Ct)).Composites[0].Standing);
    }

    [Fact]
    public async Task A_report_has_composites_and_overdue_reviews_of_its_instant_whatever_was_reviewed_since()
    {
        await using var rig = await WithTrafficAsync();
        var board = Board(rig);
        rig.Reviews = board;
        Assert.Empty(await rig.Desk.SaveAsync(Us, new("board", "Board", ReportRhythm.Month, "UTC", null, [], ObjectiveScope.All, true), "Kim", Ct));
        var made = (await rig.Desk.MakeAsync(Us, "board", "Kim", Ct))!;
        var (html, csv) = (await TextAsync(rig, made.Id, "html"), await TextAsync(rig, made.Id, "csv"));
        foreach (var said in new[] { "Several as one", "Selling &amp; shipping", "orders in time × 2", "Reviews that are overdue", "Old promise &lt;b&gt; (objective)", "operations", "1 Apr 2026" })
            Assert.Contains(said, html, StringComparison.Ordinal);
        Assert.DoesNotContain("New promise", html, StringComparison.Ordinal);
        Assert.Contains("composite part,selling/orders,", csv, StringComparison.Ordinal);
        Assert.Contains("reviews overdue,all,,1,", csv, StringComparison.Ordinal);
        Assert.Contains("review overdue,objective old,operations,236,2026-04-01", csv, StringComparison.Ordinal);
        // Somebody looks at it, and the composite is made up otherwise: the report is the same.
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True((await board.ReviewAsync(Us, ReviewKind.Objective, "old", ReviewOutcome.Kept, "", "Ada", Ct)).Outcome.Accepted);
        rig.Figures.Composites[0] = new("selling", [new("orders", 1)]);
        var check = (await rig.Desk.CheckAsync(Us, made.Id, Ct))!;
        Assert.True(check.Same, check.Message);
        Assert.Contains("None: everything was looked at in time.", await TextAsync(rig, (await rig.Desk.MakeAsync(Us, "board", "Kim", Ct))!.Id, "html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_report_of_before_these_sections_is_made_again_without_them()
    {
        await using var rig = await WithTrafficAsync();
        rig.Reviews = Board(rig);
        var basis = await rig.Maker.BasisAsync(Us, "board", "Board", new(rig.Clock.GetUtcNow().AddDays(-30), rig.Clock.GetUtcNow()), "UTC", ObjectiveScope.All, [], Ct);
        var old = ReportBasis.Read((basis with { Composites = null, Overdue = null }).Write());
        var made = await rig.Maker.MakeAsync(Us, old, Ct);
        Assert.DoesNotContain("Several as one", made.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("overdue", made.Html + made.Csv, StringComparison.Ordinal);
        var now = await rig.Maker.MakeAsync(Us, ReportBasis.Read(basis.Write()), Ct);
        Assert.Equal(made.Digest, now.Digest);
        Assert.Contains("Several as one", now.Html, StringComparison.Ordinal);
    }

    private static ReviewBoard Board(ScorecardRig rig) => new(
        rig.Db, [new ObjectivesOf(Thing("old", "Old promise <b>", new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), Thing("new", "New promise", rig.Clock.GetUtcNow().AddDays(-1)))],
        new(rig.Db, rig.Clock), Options.Create(new ReviewOptions { Zone = "UTC" }), rig.Clock);

    private static Reviewable Thing(string key, string title, DateTimeOffset since) => new(ReviewKind.Objective, key, title, "operations", since, "version 1", "/objectives/" + key, []);

    private static async Task<ScorecardRig> WithTrafficAsync()
    {
        var rig = await ScorecardRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Figures.Published.Add(GivenFigures.Objective("orders", "order-ingestion", 0.8m));
        rig.Figures.Published.Add(GivenFigures.Objective("shipments", "shipment-confirmation", 0.9m));
        rig.Figures.Published.Add(GivenFigures.Objective("settled", "settlement-match", 0.9m));
        rig.Figures.Composites.Add(new("selling", [new("orders", 2), new("shipments", 1), new("settled", 5)]) { Title = "Selling & shipping" });
        for (var i = 0; i < 110; i++)
            rig.Figures.Events.Add(new(i < 100 ? "order-ingestion" : "shipment-confirmation", Guid.CreateVersion7(), rig.Clock.GetUtcNow().AddDays(-20).AddMinutes(i), "shop", "", i % 10 == 0 && i < 100 || i >= 107 ? "erp" : null));
        rig.Figures.Watermark = rig.Clock.GetUtcNow();
        return rig;
    }

    private static async Task<string> TextAsync(ScorecardRig rig, Guid id, string format) => Encoding.UTF8.GetString((await rig.Desk.FileAsync(Us, id, format, Ct))!.Value.Bytes);
}
