using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.ExceptionCases;

/// <summary>Own entries over the shipped catalogue: versions, the way back, several nodes, documents, and what they are measured by.</summary>
public sealed class CauseEditingTests
{
    private static readonly Cause Blacklist = new("blacklist", "The debtor is on the blacklist", "Finance does not want to sell to it: \"ask\" there.", CauseFixer.Business, ["Ask finance.", "Release the case."], "customer", new(["erp.*"], [], [], ["on the blacklist"], [FaultKind.Data]));

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_entry_answers_at_once_here_and_soon_on_another_node_and_can_be_taken_back(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await FailAsync(rig, 1, "Debtor 1 is on the blacklist.");
        await rig.DrainAsync(Ct);
        var (here, there) = (Store(rig), Store(rig));
        Assert.Equal("customer-blocked", (await EntryAsync(rig, there))!.Id);
        Assert.Equal(new CauseOutcome.Done(1), await here.PutAsync(TenantScope.Default, Blacklist with { When = Blacklist.When with { Codes = ["erp.customer_blocked"] } }, 0, "Ines", "known since May", Ct));
        Assert.Equal("blacklist", (await EntryAsync(rig, here))!.Id);
        rig.Clock.Advance(CauseStore.LookEvery);
        Assert.Equal("blacklist", (await EntryAsync(rig, there))!.Id);
        Assert.Equal(new CauseOutcome.Done(2), await here.RemoveAsync(TenantScope.Default, "blacklist", 1, "Ines", "finance changed its mind", Ct));
        rig.Clock.Advance(CauseStore.LookEvery);
        Assert.Equal("customer-blocked", (await EntryAsync(rig, there))!.Id);
        Assert.Equal([(2, "removed blacklist", true), (1, "added blacklist", false)], (await here.VersionsAsync(TenantScope.Default, Ct)).Select(v => (v.Version, v.Text, v.InService)));
        Assert.Equal(new CauseOutcome.Done(3), await here.RollBackAsync(TenantScope.Default, 1, "Bo", "it was right", Ct));
        Assert.Equal("blacklist", (await EntryAsync(rig, here))!.Id);
        // Another tenant has its own.
        Assert.Empty((await here.OwnAsync(new(2), Ct)).Own);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Two_people_at_once_make_one_version_and_the_other_is_told_who_was_first(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var outcomes = await Task.WhenAll(Enumerable.Range(1, 4).Select(i => Task.Run(() => Store(rig).PutAsync(TenantScope.Default, Blacklist with { Id = $"mine-{i}" }, 0, $"person {i}", "r", Ct))));
        var done = Assert.Single(outcomes.OfType<CauseOutcome.Done>());
        Assert.Equal(1, done.Version);
        Assert.All(outcomes.OfType<CauseOutcome.Overtaken>(), o => Assert.StartsWith("person ", o.By, StringComparison.Ordinal));
        Assert.Equal(3, outcomes.OfType<CauseOutcome.Overtaken>().Count());
        Assert.Single(await rig.RowsAsync<CauseVersionRow>(Ct));
    }

    [Fact]
    public async Task A_wrong_entry_is_refused_and_the_same_again_makes_no_version()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var store = Store(rig);
        Assert.Contains(Assert.IsType<CauseOutcome.Refused>(await store.PutAsync(TenantScope.Default, Blacklist with { Steps = [] }, null, "Ines", "r", Ct)).Problems, p => p.Field == "steps");
        Assert.Contains(Assert.IsType<CauseOutcome.Refused>(await store.PutAsync(TenantScope.Default, Blacklist, null, "Ines", " ", Ct)).Problems, p => p.Field == "reason");
        Assert.Equal(new CauseOutcome.NotFound("entry"), await store.RemoveAsync(TenantScope.Default, "nothing", null, "Ines", "r", Ct));
        Assert.Equal(new CauseOutcome.NotFound("version"), await store.RollBackAsync(TenantScope.Default, 9, "Ines", "r", Ct));
        await store.PutAsync(TenantScope.Default, Blacklist, null, "Ines", "r", Ct);
        Assert.Equal(new CauseOutcome.Unchanged(1), await store.PutAsync(TenantScope.Default, Blacklist, null, "Ines", "r", Ct));
    }

    [Fact]
    public void What_is_written_reads_back_the_same()
    {
        var odd = Blacklist with { Id = "odd", What = "Colon: it's #1, \"quoted\" — über \\ and {braces}.", Field = null, General = true, When = new([], ["E-1*"], ["shopify"], ["a text + another"], [FaultKind.UnknownOutcome]) };
        var text = Causes.Write([Blacklist, odd]);
        var problems = new List<EstateProblem>();
        var (objects, found) = new EstateReader(new NoReferences()).Read([new("causes.yaml", text)]);
        Assert.Empty(found);
        var read = Assert.IsType<EstateObject.OfCauses>(Assert.Single(objects)).Causes;
        Assert.Equivalent(new[] { Blacklist, odd }, read, strict: true);
        Assert.Equal(text, Causes.Write(Causes.Own(text)));
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("name: causes", "name: others", "causes")]
    [InlineData("fixer: business", "fixer: somebody", "business")]
    [InlineData("text: [\"on the blacklist\"]", "text: [\"on\"]", "at least 4")]
    [InlineData("code: [\"erp.*\"]", "cod: [x]", "cod")]
    public void A_wrong_document_is_refused_with_what_is_allowed(string right, string wrong, string said)
    {
        var (objects, problems) = new EstateReader(new NoReferences()).Read([new("causes.yaml", Causes.Write([Blacklist]).Replace(right, wrong, StringComparison.Ordinal))]);
        Assert.Empty(objects);
        Assert.Contains(problems, p => p.ToString().Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_document_is_the_whole_of_the_own_entries()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var store = Store(rig);
        await store.PutAsync(TenantScope.Default, Blacklist with { Id = "by-hand" }, null, "Ines", "r", Ct);
        var documents = new CauseDocuments(store);
        var of = new EstateObject.OfCauses([Blacklist], "", "causes.yaml");
        Assert.Equal(EstateChange.Change, (await documents.PlanAsync(TenantScope.Default, of, Ct)).Change);
        await documents.ApplyAsync(TenantScope.Default, of, "git", "release 7", Ct);
        Assert.Equal(["blacklist"], (await store.OwnAsync(TenantScope.Default, Ct)).Own.Select(c => c.Id));
        Assert.Equal(EstateChange.Unchanged, (await documents.ApplyAsync(TenantScope.Default, of, "git", "again", Ct)).Change);
        Assert.Contains("id: blacklist", await documents.WriteAsync(TenantScope.Default, Ct), StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Coverage_and_the_queue_follow_the_entries(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        for (var i = 1; i <= 3; i++)
            await FailAsync(rig, i, $"Debtor {i} is on the blacklist.", "erp.refused");
        await FailAsync(rig, 4, "Nobody knows this.", "erp.refused");
        await FailAsync(rig, 5, "Customer 5 is blocked.");
        await rig.DrainAsync(Ct);
        var store = Store(rig);
        var board = new CauseBoard(rig.Db, store, rig.Connections, rig.Clock);
        var before = await board.StandingAsync(TenantScope.Default, UnexplainedSort.Count, Ct);
        Assert.Equal((3, 1, 5, 1), (before.Coverage.Cases, before.Coverage.CasesExplained, before.Coverage.Failures, before.Coverage.FailuresExplained));
        Assert.Equal((CauseBoard.Days, 5, 1), (before.Coverage.Days.Count, before.Coverage.Days[^1].Failures, before.Coverage.Days[^1].Explained));
        var first = before.Unexplained[0];
        Assert.Equal((2, 3, 3, "debtor # is on the blacklist", "order-refused"), (before.UnexplainedCount, first.Failures, first.Stuck, first.Case.Pattern, first.General!.Id));
        Assert.NotEmpty(first.Money);
        Assert.Equal(before.Unexplained.Select(u => u.Money.Sum(m => m.ToDecimal())).OrderDescending(), (await board.StandingAsync(TenantScope.Default, UnexplainedSort.Money, Ct)).Unexplained.Select(u => u.Money.Sum(m => m.ToDecimal())));

        var trial = await board.TryAsync(TenantScope.Default, Blacklist, Ct);
        Assert.Equal((3, "order-refused"), (Assert.Single(trial.Gains).Case.Failures, trial.Gains[0].Before!.Id));
        await store.PutAsync(TenantScope.Default, Blacklist, null, "Ines", "r", Ct);
        var after = await board.StandingAsync(TenantScope.Default, UnexplainedSort.Count, Ct);
        Assert.Equal((4, 1, 3, 1), (after.Coverage.FailuresExplained, after.UnexplainedCount, after.Answers["blacklist"], after.OwnVersion));
    }

    internal static CauseStore Store(EngineRig rig) => new(rig.Db, Causes.Shipped(), rig.Clock);

    internal static async Task FailAsync(EngineRig rig, int order, string message, string code = "erp.customer_blocked")
    {
        rig.Erp.Script.Enqueue(_ => new Domain.Connections.OperationResult.Failed(new Fault(FaultKind.Data, code, message)));
        rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await rig.ReceiveAsync("shop", Orders.Order(order));
    }

    private static async Task<Cause?> EntryAsync(EngineRig rig, CauseStore store)
    {
        var queries = new CaseQueries(rig.Db, Causes.Shipped(), new FlowsOf(rig.Flow), rig.Connections, rig.Clock, store);
        return (await queries.ListAsync(TenantScope.Default, CaseFilter.Open, 1, Ct)).Items.Single().Cause;
    }

    private sealed class NoReferences : IReferenceResolver
    {
        public string? Resolve(string reference) => null;
    }
}
