using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>Definitions as documents, as OpenSLO, and what figures are shown without.</summary>
public sealed class ObjectiveStoreTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_shipped_can_be_read_and_what_is_written_is_read_again_equal()
    {
        var (objects, problems) = new EstateReader(new NoReferences()).Read([new("shipped/objectives.yaml", Shipped())]);
        Assert.Empty(problems);
        Assert.Equal(13, objects.Count);
        foreach (var definition in objects.Cast<EstateObject.OfObjective>().Select(o => o.Definition))
        {
            var (again, wrong) = ObjectiveBoard.Read(ObjectiveText.Write(definition), "again");
            Assert.Empty(wrong);
            Assert.Equal(ObjectiveText.Write(definition), ObjectiveText.Write(again!));
        }
    }

    [Theory]
    [InlineData("kind: Objective\nmetadata: {name: a}\nspec: {indicator: x, target: 1}", "spec.target", 3)]
    [InlineData("kind: Objective\nmetadata: {name: a}\nspec: {indicator: x}", "spec.target", 3)]
    [InlineData("kind: Objective\nmetadata: {name: a}\nspec:\n  indicator: x\n  target: 0.9\n  window: {calendar: fortnight}", "spec.window.calendar", 6)]
    [InlineData("kind: Objective\nmetadata: {name: a}\nspec:\n  indicator: x\n  target: 0.9\n  tarket: 0.8", "spec.tarket", 6)]
    [InlineData("kind: Objective\nmetadata: {name: A b}\nspec: {indicator: x, target: 0.9}", "metadata.name", 2)]
    [InlineData("kind: Indicator\nmetadata: {name: a}\nspec: {from: {event: Arrived}, to: {reached: erp-posted}, within: 5m}", "spec.from.event", 3)]
    [InlineData("kind: Indicator\nmetadata: {name: a}\nspec: {from: {}, to: {reached: erp-posted}, within: 5m}", "spec.from.event", 3)]
    [InlineData("kind: Indicator\nmetadata: {name: a}\nspec: {from: {event: Received}, to: {reached: erp-posted}, within: 5 minutes}", "spec.within", 3)]
    [InlineData("kind: ObjectiveComposite\nmetadata: {name: a}\nspec: {objectives: [{name: x, weight: 0}]}", "spec.objectives[0].weight", 3)]
    [InlineData("kind: Promise\nmetadata: {name: a}\nspec: {}", "kind", 1)]
    public async Task A_mistake_is_refused_by_line_and_field_and_stores_nothing(string document, string field, int line)
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var outcome = await rig.Store.PublishAsync(document, null, "ann", "try", false, Ct);
        Assert.Equal((false, "invalid"), (outcome.Accepted, outcome.Code));
        Assert.Contains(outcome.Problems, p => p.Field == field && p.Line == line);
        Assert.Empty(await rig.Store.NewestAsync(Ct));
    }

    [Fact]
    public async Task A_document_is_applied_when_it_changed_and_what_people_changed_in_between_stays()
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var documents = new ObjectiveDocuments(rig.Db, rig.Board, rig.Clock);
        Assert.Equal([EstateChange.Create, EstateChange.Create], (await documents.ApplyAsync(TenantScope.Default, Read(CountingRig.Ingestion, CountingRig.Promise), "system", "start", Ct)).Items.Select(i => i.Change));
        Assert.True((await rig.Store.PublishAsync(CountingRig.Promise.Replace("0.9,", "0.8,", StringComparison.Ordinal), 1, "ann", "lower", false, Ct)).Accepted);
        Assert.All((await documents.ApplyAsync(TenantScope.Default, Read(CountingRig.Ingestion, CountingRig.Promise), "system", "start", Ct)).Items, i => Assert.Equal(EstateChange.Unchanged, i.Change));
        Assert.Equal(0.8m, (await rig.Store.AllAsync(Ct))[0].Objective.Target);
        await documents.ApplyAsync(TenantScope.Default, Read(CountingRig.Ingestion, CountingRig.Promise.Replace("0.9,", "0.95,", StringComparison.Ordinal)), "system", "start", Ct);
        Assert.Equal([0.95m, 0.8m, 0.9m], (await rig.Store.HistoryAsync("order-ingestion", Ct)).Select(h => h.Objective.Target));
    }

    [Fact]
    public async Task OpenSlo_goes_out_and_comes_back_equal_and_a_wrong_file_changes_nothing()
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct, CountingRig.Ingestion, CountingRig.Promise.Replace("rolling: 30d", "calendar: month, zone: Europe/Berlin", StringComparison.Ordinal));
        var exchange = new OpenSloExchange(rig.Store);
        var before = await rig.Store.AllAsync(Ct);
        var (text, left) = await exchange.ExportAsync(Ct);
        Assert.StartsWith("indicator order-ingestion: ", Assert.Single(left), StringComparison.Ordinal);
        var import = await exchange.ImportAsync(text, "objectives.yaml", "ann", "again", Ct);
        Assert.Empty(import.Problems);
        // The document in service is written in other words than ours: by what it says it is the same, and no new version.
        var (name, outcome) = Assert.Single(import.Outcomes);
        Assert.Equal(("order-ingestion", "unchanged", 1), (name, outcome.Code, outcome.Version));
        Assert.Single(await rig.Store.HistoryAsync("order-ingestion", Ct));
        var changed = Assert.Single((await exchange.ImportAsync(text.Replace("target: 0.9", "target: 0.8", StringComparison.Ordinal), "objectives.yaml", "ann", "lower", Ct)).Outcomes).Outcome;
        Assert.Equal(("accepted", 2), (changed.Code, changed.Version));
        Assert.Equal("accepted", Assert.Single((await exchange.ImportAsync(text, "objectives.yaml", "ann", "back", Ct)).Outcomes).Outcome.Code);
        Assert.Equal(before.Select(o => o.Objective), (await rig.Store.AllAsync(Ct)).Select(o => o.Objective));
        Assert.Equal(text, (await exchange.ExportAsync(Ct)).Text);
        var wrong = await exchange.ImportAsync(text.Replace("target: 0.9", "target: 1.9", StringComparison.Ordinal), "objectives.yaml", "ann", "wrong", Ct);
        Assert.Contains(wrong.Problems, p => p.Field.EndsWith("target", StringComparison.Ordinal));
        Assert.Equal(before.Select(o => o.Objective), (await rig.Store.AllAsync(Ct)).Select(o => o.Objective));
    }

    [Fact]
    public async Task What_OpenSlo_cannot_say_is_named()
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct, CountingRig.Ingestion, CountingRig.Promise.Replace("target: 0.9,", "target: 0.9, owner: finance, minimumCount: 20,", StringComparison.Ordinal));
        Assert.True((await rig.Store.PublishAsync("kind: ObjectiveComposite\nmetadata: {name: selling}\nspec: {title: Selling, objectives: [{name: order-ingestion, weight: 1}]}", null, "ada", "as one", false, Ct)).Accepted);
        var (text, left) = await new OpenSloExchange(rig.Store).ExportAsync(Ct);
        Assert.Contains("order-ingestion", text, StringComparison.Ordinal);
        Assert.Equal(["indicator order-ingestion", "objective order-ingestion", "composite selling"], left.Select(l => l.Split(':')[0]));
        Assert.EndsWith(": minimumCount, owner", left[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exclusion_needs_two_people_and_is_ended_but_never_gone()
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct, CountingRig.Ingestion, CountingRig.Promise);
        await rig.CountAsync(Ct);
        var began = rig.Clock.GetUtcNow();
        for (var i = 0; i < 8; i++)
        {
            var order = await rig.OrderAsync("shop", Ct, at: began.AddMinutes(i * 10));
            await rig.WriteAsync([CountingRig.Event(order, 1, began.AddMinutes(i * 10), JournalEventType.Received), CountingRig.Event(order, 2, began.AddMinutes(i * 10 + (i is 2 or 3 ? 20 : 1)), JournalEventType.CallSucceeded, "erp-posted")], Ct);
        }

        rig.Clock.Advance(TimeSpan.FromHours(3));
        await rig.CountAsync(Ct);
        var (exclusions, standings) = (new ExclusionStore(rig.Db, rig.Clock), new ObjectiveStandings(rig.Store, rig.Figures, rig.Clock));
        async Task<(long, long)> EventsAsync() => (await standings.FindAsync("order-ingestion", ObjectiveScope.All, null, Ct))!.Ways is var ways ? (ways.Whole.Events, ways.Adjusted.Events) : default;
        var id = Guid.CreateVersion7();
        Assert.Equal("objective_unknown", (await exclusions.AskAsync(id, "ERP away", "nobody", began, began.AddHours(1), "planned", "ann", Ct)).Code);
        Assert.Equal("period_invalid", (await exclusions.AskAsync(id, "ERP away", null, began, began, "planned", "ann", Ct)).Code);
        Assert.True((await exclusions.AskAsync(id, "ERP away", "order-ingestion", began.AddMinutes(20), began.AddMinutes(40), "planned", "ann", Ct)).Accepted);
        Assert.Equal((8L, 8L), await EventsAsync());
        Assert.Equal("same_person", (await exclusions.ApproveAsync(id, "Ann", Ct)).Code);
        Assert.True((await exclusions.ApproveAsync(id, "bob", Ct)).Accepted);
        // The figure is there both ways: everything, and without the two that fell into it.
        Assert.Equal((8L, 6L), await EventsAsync());
        var figure = await standings.FindAsync("order-ingestion", ObjectiveScope.All, null, Ct);
        Assert.Equal((ObjectiveStanding.Missed, ObjectiveStanding.Met), (figure!.Ways.Whole.Standing, figure.Ways.Adjusted.Standing));
        Assert.True((await exclusions.EndAsync(id, "it was not planned", "bob", Ct)).Accepted);
        Assert.Equal((8L, 8L), await EventsAsync());
        Assert.Equal(("ended", "bob", "it was not planned"), Assert.Single(await exclusions.AllAsync(Ct)) is var left ? (left.State, left.EndedBy, left.EndedWhy) : default);
    }

    [Theory]
    [InlineData(20, 40, 6)]
    [InlineData(5, 55, 3)]
    public async Task An_exclusion_inside_an_hour_takes_the_same_minutes_on_the_scorecard_and_on_the_objectives_page(int from, int to, long left)
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct, CountingRig.Ingestion, CountingRig.Promise);
        await rig.CountAsync(Ct);
        var began = rig.Clock.GetUtcNow();
        for (var i = 0; i < 8; i++)
        {
            var order = await rig.OrderAsync("shop", Ct, at: began.AddMinutes(i * 10));
            await rig.WriteAsync([CountingRig.Event(order, 1, began.AddMinutes(i * 10), JournalEventType.Received), CountingRig.Event(order, 2, began.AddMinutes(i * 10 + (i is 2 or 3 ? 20 : 1)), JournalEventType.CallSucceeded, "erp-posted")], Ct);
        }

        rig.Clock.Advance(TimeSpan.FromHours(3));
        await rig.CountAsync(Ct);
        var (exclusions, id) = (new ExclusionStore(rig.Db, rig.Clock), Guid.CreateVersion7());
        Assert.True((await exclusions.AskAsync(id, "ERP away", "order-ingestion", began.AddMinutes(from), began.AddMinutes(to), "planned", "ann", Ct)).Accepted);
        Assert.True((await exclusions.ApproveAsync(id, "bob", Ct)).Accepted);
        var page = (await new ObjectiveStandings(rig.Store, rig.Figures, rig.Clock).FindAsync("order-ingestion", ObjectiveScope.All, null, Ct))!.Ways;
        var card = Assert.Single(await new ObjectiveLines(rig.Store, rig.Figures).ReadAsync(ScorecardAsk.Everything, rig.Clock.GetUtcNow(), Ct)).Both;
        Assert.Equal((8L, left), (card.Whole.Events, card.Adjusted.Events));
        Assert.Equal((page.Whole, page.Adjusted), (card.Whole, card.Adjusted));
        Assert.Equal("ERP away", Assert.Single(card.Applied).Name);
    }

    [Fact]
    public async Task A_composite_and_an_objective_do_not_share_a_name_since_alerts_and_silences_name_either()
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct, CountingRig.Ingestion, CountingRig.Promise);
        const string together = "kind: ObjectiveComposite\nmetadata: {name: order-ingestion}\nspec: {title: Selling, objectives: [{name: order-ingestion, weight: 1}]}";
        var refused = await rig.Store.PublishAsync(together, null, "ada", "as one", false, Ct);
        Assert.Equal((false, "metadata.name"), (refused.Accepted, Assert.Single(refused.Problems).Field));
        Assert.True((await rig.Store.PublishAsync(together.Replace("{name: order-ingestion}\n", "{name: selling}\n", StringComparison.Ordinal), null, "ada", "as one", false, Ct)).Accepted);
        Assert.Equal("Selling", Assert.Single(await rig.Store.CompositesAsync(Ct)).Title);
        refused = await rig.Store.PublishAsync(CountingRig.Promise.Replace("{name: order-ingestion}", "{name: selling}", StringComparison.Ordinal), null, "ada", "as one", false, Ct);
        Assert.Equal((false, "metadata.name"), (refused.Accepted, Assert.Single(refused.Problems).Field));
    }

    private static List<EstateObject.OfObjective> Read(params string[] documents) => [.. new EstateReader(new NoReferences()).Read(documents.Select((d, i) => new EstateDocument($"{i}.yaml", d))).Objects.Cast<EstateObject.OfObjective>()];

    private static string Shipped()
    {
        using var reader = new StreamReader(typeof(ObjectiveStore).Assembly.GetManifestResourceStream("ControlPlane.Runtime.Objectives.Shipped.objectives.yaml")!);
        return reader.ReadToEnd();
    }

    private sealed class NoReferences : IReferenceResolver
    {
        public string? Resolve(string reference) => null;
    }
}
