using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Reviews;

/// <summary>The review clock on each database: what stands on it, doing reviews, taking them back, debt as it was.</summary>
public sealed class ReviewsTests
{
    private const string Runbook = """
        kind: Runbook
        metadata: { name: erp-down }
        spec: { title: ERP down, owner: finance, text: "Ask the owner.", connections: [erp] }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Everything_stands_on_one_clock_what_is_due_first(DatabaseProvider provider)
    {
        await using var rig = await ReviewRig.StartAsync(provider, Ct);
        Assert.True((await rig.Ownership.PublishAsync(TenantScope.Default, OwnershipSetup.First with { Teams = [.. OwnershipSetup.First.Teams, new Team { Key = "service", Name = "Service", Members = ["bo"] }] }, 0, "Ada", "a second team", Ct)).Accepted);
        await rig.Causes.PutAsync(TenantScope.Default, new Cause("own-one", "A cause of ours", "It is ours.", CauseFixer.Business, ["Mend it."], null, new CauseRule(["x.y"], [], [], [], [])), null, "Ada", "ours", Ct);
        await rig.Versions.PutAsync(TenantScope.Default, new RunbookKind(), "erp-down", Runbook, 0, "Ada", "first", Ct);
        await using (var context = rig.Engine.Db.CreateContext())
        {
            context.ConnectorDocuments.Add(new() { TenantId = 1, Name = "own-erp", Revision = 4, UpdatedAt = Domain.Shared.Instant.ToMicroseconds(rig.Engine.Clock.GetUtcNow()) });
            await context.SaveChangesAsync(Ct);
        }

        rig.Objectives = new(new Reviewable(ReviewKind.Objective, "orders-in", "Orders in", "ops", rig.Engine.Clock.GetUtcNow(), "version 1", "/objectives", []) { Everywhere = true });
        var list = await rig.NewBoard().ReadAsync(TenantScope.Default, Ct);
        Assert.Equal(Enum.GetValues<ReviewKind>(), list.Items.Select(i => i.Thing.Kind).Distinct().Order());
        Assert.Equal(["rules", "team:operations", "team:service"], list.Items.Where(i => i.Thing.Kind == ReviewKind.Ownership).Select(i => i.Thing.Key));
        Assert.Equal(list.Items.Select(i => i.Due.Due).Order(), list.Items.Select(i => i.Due.Due));
        var mapping = list.Items.Single(i => i.Thing.Kind == ReviewKind.Mapping);
        Assert.Equal(("version 4", new DateOnly(2027, 5, 23), "every 6 months", null), (mapping.Thing.Version, mapping.Due.Due, mapping.Interval.Words, mapping.Last));
        Assert.Equal("finance", list.Items.Single(i => i.Thing.Kind == ReviewKind.Runbook).Thing.Owner);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_review_moves_the_day_and_is_taken_back_by_who_did_it_only(DatabaseProvider provider)
    {
        await using var rig = await ReviewRig.StartAsync(provider, Ct);
        rig.Engine.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal((ReviewUrgency.Overdue, 35), ((await rig.ItemAsync(ReviewKind.Connection, "erp")).Due.Urgency, (await rig.ItemAsync(ReviewKind.Connection, "erp")).Due.DaysOver));
        var first = await rig.Board.ReviewAsync(TenantScope.Default, ReviewKind.Connection, "erp", ReviewOutcome.Changed, " limits were too low ", "Ada", Ct);
        Assert.True(first.Outcome.Accepted, first.Outcome.Message);
        var item = await rig.ItemAsync(ReviewKind.Connection, "erp");
        Assert.Equal((ReviewUrgency.Later, "Ada", ReviewOutcome.Changed, "limits were too low", "revision 1"), (item.Due.Urgency, item.Last!.By, item.Last.Outcome, item.Last.Note, item.Last.Version));
        rig.Engine.Clock.Advance(TimeSpan.FromSeconds(1));
        var second = await rig.Board.ReviewAsync(TenantScope.Default, ReviewKind.Connection, "erp", ReviewOutcome.Kept, "", "Bo", Ct);
        Assert.Equal("not_possible", (await rig.Board.UndoAsync(TenantScope.Default, second.Event!.Value, "Ada", Ct)).Code);
        Assert.Equal("accepted", (await rig.Board.UndoAsync(TenantScope.Default, second.Event!.Value, "Bo", Ct)).Code);
        Assert.Equal("already_done", (await rig.Board.UndoAsync(TenantScope.Default, second.Event!.Value, "Bo", Ct)).Code);
        // The one before counts again, and nothing is lost.
        Assert.Equal("Ada", (await rig.ItemAsync(ReviewKind.Connection, "erp")).Last!.By);
        var story = await rig.Board.StoryAsync(TenantScope.Default, ReviewKind.Connection, "erp", Ct);
        Assert.Equal(3, story.Count);
        Assert.Equal(second.Event, story.Single(s => s.TakenBack).Id);
        rig.Engine.Clock.Advance(IReviews.UndoWithin + TimeSpan.FromSeconds(1));
        Assert.Equal("not_possible", (await rig.Board.UndoAsync(TenantScope.Default, first.Event!.Value, "Ada", Ct)).Code);
        Assert.Equal("not_found", (await rig.Board.UndoAsync(TenantScope.Default, Guid.CreateVersion7(), "Ada", Ct)).Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Debt_is_told_as_it_was_at_an_instant(DatabaseProvider provider)
    {
        await using var rig = await ReviewRig.StartAsync(provider, Ct);
        rig.Engine.Clock.Advance(TimeSpan.FromDays(400));
        var before = rig.Engine.Clock.GetUtcNow();
        rig.Engine.Clock.Advance(TimeSpan.FromDays(1));
        await rig.Board.ReviewAsync(TenantScope.Default, ReviewKind.Connection, "erp", ReviewOutcome.Kept, "", "Ada", Ct);
        Assert.Equal(["shop", "shop-b", "wms"], (await rig.Board.OverdueAsync(TenantScope.Default, rig.Engine.Clock.GetUtcNow(), Ct)).Select(i => i.Thing.Key));
        var then = await rig.Board.OverdueAsync(TenantScope.Default, before, Ct);
        Assert.Equal(["erp", "shop", "shop-b", "wms"], then.Select(i => i.Thing.Key));
        Assert.All(then, i => Assert.Equal(35, i.Due.DaysOver));
        Assert.Empty(await rig.Board.OverdueAsync(TenantScope.Default, before.AddDays(-300), Ct));
        // A tenant sees its own alone.
        Assert.Empty((await rig.Board.ReadAsync(new(2), Ct)).Items);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_interval_of_its_own_counts_until_it_is_given_up(DatabaseProvider provider)
    {
        await using var rig = await ReviewRig.StartAsync(provider, Ct);
        Assert.Equal("interval", (await rig.Board.SetIntervalAsync(TenantScope.Default, ReviewKind.Connection, "erp", "FREQ=HOURLY", "Ada", "often", Ct)).Code);
        Assert.Equal("reason_missing", (await rig.Board.SetIntervalAsync(TenantScope.Default, ReviewKind.Connection, "erp", "FREQ=WEEKLY", "Ada", " ", Ct)).Code);
        Assert.True((await rig.Board.SetIntervalAsync(TenantScope.Default, ReviewKind.Connection, "erp", "RRULE:FREQ=WEEKLY;INTERVAL=2", "Ada", "it changes often", Ct)).Accepted);
        Assert.Equal(("every 2 weeks", true, new DateOnly(2026, 12, 7)), ((await rig.ItemAsync(ReviewKind.Connection, "erp")).Interval.Words, (await rig.ItemAsync(ReviewKind.Connection, "erp")).Own, (await rig.ItemAsync(ReviewKind.Connection, "erp")).Due.Due));
        rig.Engine.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await rig.Board.SetIntervalAsync(TenantScope.Default, ReviewKind.Connection, "erp", null, "Ada", "calm again", Ct)).Accepted);
        Assert.Equal("every year", (await rig.ItemAsync(ReviewKind.Connection, "erp")).Interval.Words);
    }

    [Fact]
    public async Task What_cannot_be_noted_is_refused_with_the_reason()
    {
        await using var rig = await ReviewRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Equal("not_found", (await rig.Board.ReviewAsync(TenantScope.Default, ReviewKind.Connection, "nobody", ReviewOutcome.Kept, "", "Ada", Ct)).Outcome.Code);
        Assert.Equal("note", (await rig.Board.ReviewAsync(TenantScope.Default, ReviewKind.Connection, "erp", ReviewOutcome.Retire, "  ", "Ada", Ct)).Outcome.Code);
        Assert.Equal("note", (await rig.Board.ReviewAsync(TenantScope.Default, ReviewKind.Connection, "erp", ReviewOutcome.Kept, new string('x', 501), "Ada", Ct)).Outcome.Code);
        Assert.Equal("outcome", (await rig.Board.ReviewAsync(TenantScope.Default, ReviewKind.Connection, "erp", (ReviewOutcome)9, "", "Ada", Ct)).Outcome.Code);
        Assert.Null((await rig.ItemAsync(ReviewKind.Connection, "erp")).Last);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_document_is_kept_in_versions_and_the_second_of_two_people_is_told(DatabaseProvider provider)
    {
        await using var rig = await ReviewRig.StartAsync(provider, Ct);
        var kind = new RunbookKind();
        Assert.Equal(("done", 1), Said(await rig.Versions.PutAsync(TenantScope.Default, kind, "erp-down", Runbook, 0, "Ada", "first", Ct)));
        Assert.Equal(("unchanged", 1), Said(await rig.Versions.PutAsync(TenantScope.Default, kind, "erp-down", Runbook + "\n", 1, "Ada", "again", Ct)));
        Assert.Equal(("done", 2), Said(await rig.Versions.PutAsync(TenantScope.Default, kind, "erp-down", Runbook.Replace("ERP down", "ERP is down", StringComparison.Ordinal), 1, "Bo", "a better title", Ct)));
        Assert.Contains("Bo made version 2 meanwhile", (await rig.Versions.PutAsync(TenantScope.Default, kind, "erp-down", Runbook, 1, "Ada", "mine", Ct)).Message, StringComparison.Ordinal);
        // Several at once: one of them is first, none is lost or half.
        var together = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() => rig.Versions.PutAsync(TenantScope.Default, kind, "erp-down", Runbook.Replace("Ask", $"Ask {i}", StringComparison.Ordinal), 2, $"p{i}", "at once", Ct), Ct)));
        Assert.Equal((1, 3), (together.Count(o => o.Accepted), together.Count(o => o.Code == "changed_meanwhile")));
        Assert.Equal(("done", 4), Said(await rig.Versions.RemoveAsync(TenantScope.Default, RunbookKind.Name, "erp-down", 3, "Ada", "gone", Ct)));
        Assert.Empty(await rig.Runbooks.AllAsync(TenantScope.Default, Ct));
        Assert.Equal("not_found", (await rig.Versions.RemoveAsync(TenantScope.Default, RunbookKind.Name, "erp-down", null, "Ada", "again", Ct)).Code);
        Assert.Equal(("done", 5), Said(await rig.Versions.PutAsync(TenantScope.Default, kind, "erp-down", Runbook, null, "Ada", "back", Ct)));
        Assert.Equal(5, (await rig.Versions.VersionsAsync(TenantScope.Default, RunbookKind.Name, "erp-down", Ct)).Count);
        Assert.Equal("ERP down", (await rig.Runbooks.AllAsync(TenantScope.Default, Ct)).Single().Runbook.Title);
        Assert.Equal("invalid", (await rig.Versions.PutAsync(TenantScope.Default, kind, "other", Runbook, 0, "Ada", "wrong name", Ct)).Code);
        Assert.Equal("reason_missing", (await rig.Versions.PutAsync(TenantScope.Default, kind, "erp-down", Runbook + " ", 5, "Ada", "", Ct)).Code);
    }

    [Theory]
    [InlineData("owner: finance", "ownr: finance", "spec.ownr", 3)]
    [InlineData("title: ERP down, ", "", "spec.title", 3)]
    [InlineData("text: \"Ask the owner.\"", "link: \"ftp://x\"", "spec.link", 3)]
    [InlineData("text: \"Ask the owner.\"", "link: \"https://u:p@x/\"", "spec.link", 3)]
    [InlineData("text: \"Ask the owner.\"", "text: a, link: \"https://x/\"", "spec.text", 3)]
    [InlineData("text: \"Ask the owner.\", ", "", "spec.text", 3)]
    [InlineData("connections: [erp]", "connections: []", "spec.connections", 3)]
    [InlineData("erp-down", "ERP Down", "metadata.name", 2)]
    [InlineData("kind: Runbook", "kind: Runbok", "kind", 1)]
    public void A_runbook_that_cannot_be_used_is_refused_by_line_and_field(string right, string wrong, string field, int line)
    {
        var problem = Assert.Single(new RunbookKind().Check(new("r.yaml", Runbook.Replace(right, wrong, StringComparison.Ordinal))), p => p.Field == field);
        Assert.Equal(("r.yaml", line), (problem.Source, problem.Line));
    }

    [Fact]
    public void The_reader_of_documents_knows_kinds_that_bring_their_own()
    {
        var reader = new EstateReader(new Estate.References(), null, [new RunbookKind()]);
        var (objects, problems) = reader.Read([new("two.yaml", Runbook + "\n---\n" + Runbook.Replace("erp-down", "erp-slow", StringComparison.Ordinal))]);
        Assert.Empty(problems);
        Assert.Equal(["erp-down", "erp-slow"], objects.Cast<EstateObject.OfKind>().Select(o => o.Name));
        Assert.Contains("defined twice", reader.Read([new("a.yaml", Runbook), new("b.yaml", Runbook)]).Problems.Single().Message, StringComparison.Ordinal);
        var wrong = reader.Read([new("two.yaml", Runbook + "\n---\n" + Runbook.Replace("owner", "ownr", StringComparison.Ordinal))]).Problems.Single();
        Assert.Equal((7, "spec.ownr"), (wrong.Line, wrong.Field));
        Assert.Contains("Runbook", reader.Read([new("x.yaml", "kind: Nothing\nmetadata: { name: x }\nspec: {}")]).Problems.Single(p => p.Field == "kind").Message, StringComparison.Ordinal);
    }

    private static (string, int) Said(EstateVersionOutcome outcome) => (outcome.Code, outcome.Version);
}
