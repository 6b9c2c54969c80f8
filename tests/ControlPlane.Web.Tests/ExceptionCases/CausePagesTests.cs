using Bunit;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.ExceptionCases;
using ControlPlane.Web.Tests.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.ExceptionCases;

/// <summary>The catalogue of causes in the portal: its views in their states, the form with its trial, and what each role may do.</summary>
public sealed class CausePagesTests : PagesContext
{
    private static readonly Cause Blacklist = new("blacklist", "The debtor is on the blacklist", "Finance does not want to sell to it.", CauseFixer.Business, ["Ask finance."], null, new(["erp.*"], [], [], ["on the blacklist"], []));

    private readonly ToldEndings _last = new();

    public CausePagesTests()
    {
        Slowly<CauseStore>();
        Services.AddSingleton(s => ActivatorUtilities.CreateInstance<CauseBoard>(Product, Database, s.GetRequiredService<CauseStore>()));
        Services.AddSingleton<ILastTimes>(_last);
        SignIn("Ada", PortalRoles.Admin);
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_of_what_comes()
    {
        Database.Gate = new();
        var page = Render<CausesPage>();
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        Database.Gate.SetResult();
        page.WaitForAssertion(() => Assert.True(page.FindAll("tbody tr").Count > 60), TimeSpan.FromSeconds(10));
        Assert.Equal("Nothing got stuck in the last 30 days.", page.Find(".cp-answer").TextContent);
    }

    [Fact]
    public void A_failure_is_told_without_its_innards_and_can_be_tried_again()
    {
        Database.Broken = true;
        FailsAndRecovers(Render<CausesPage>(), page => Assert.NotEmpty(page.FindAll("tbody tr")));
    }

    [Fact]
    public async Task Entries_are_found_and_told_apart_by_their_origin()
    {
        await PutAsync(Blacklist);
        var page = At<CausesPage>("/causes?origin=own");
        page.WaitForAssertion(() => Assert.Contains("The debtor is on the blacklist", Assert.Single(page.FindAll("tbody tr")).TextContent));
        Assert.Equal("/causes/blacklist", page.Find("tbody a").GetAttribute("href"));
        page = At<CausesPage>("/causes?q=there-is-nothing");
        page.WaitForAssertion(() => Assert.Equal("Nothing fits", page.Find(".cp-state-title").TextContent));
    }

    [Fact]
    public async Task What_is_not_explained_waits_in_a_queue_and_an_admin_is_led_to_the_form()
    {
        var id = await FailedAsync("Debtor 7 is on the blacklist.", 3);
        var page = At<CausesPage>("/causes?view=unexplained");
        page.WaitForAssertion(() => Assert.Contains("Debtor 7 is on the blacklist.", Assert.Single(page.FindAll("tbody tr")).TextContent));
        Assert.Equal($"/causes/new?case={id:D}", page.Find("td.acts a").GetAttribute("href"));
        Assert.StartsWith("None of 3 failures", page.Find(".cp-answer").TextContent, StringComparison.Ordinal);
        SignIn("Bo", PortalRoles.Business);
        page = At<CausesPage>("/causes?view=unexplained");
        page.WaitForAssertion(() => Assert.Single(page.FindAll("tbody tr")));
        Assert.Empty(page.FindAll("td.acts a"));
    }

    [Fact]
    public async Task The_form_begins_with_what_is_known_is_tried_and_published()
    {
        var id = await FailedAsync("Debtor 7 is on the blacklist.", 3);
        var page = At<CausePage>($"/causes/new?case={id:D}", p => p.Add(x => x.Key, "new"));
        page.WaitForAssertion(() => Assert.Equal("erp.refused", page.Find("#c-codes").GetAttribute("value")));
        Assert.Equal("is on the blacklist", page.Find("#c-texts").GetAttribute("value"));
        page.FindAll("button").Single(b => b.TextContent == "Try it").Click();
        page.WaitForAssertion(() => Assert.Contains("It would explain 3 failures of 1 case", page.Find(".trial").TextContent));
        Assert.Contains("until now: ", page.Find(".trial .note").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll(".problems li"));
        page.Find("#c-id").Change("blacklist");
        page.Find("#c-title").Change(Blacklist.Title);
        page.Find("#c-what").Change(Blacklist.What);
        page.Find("#c-steps").Change("Ask finance.\nRelease the case.");
        page.Find("#c-reason").Change("known since May");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.EndsWith("/causes/blacklist", Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal));
        var own = Assert.Single((await Store.OwnAsync(TenantScope.Default, Ct)).Own);
        Assert.Equal(2, own.Steps.Count);
    }

    [Fact]
    public async Task An_id_that_is_taken_is_said_before_anything_is_published()
    {
        var page = At<CausePage>("/causes/new", p => p.Add(x => x.Key, "new"));
        page.WaitForAssertion(() => Assert.NotNull(page.Find("#c-id")));
        page.Find("#c-id").Change("customer-blocked");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("There is an entry customer-blocked already", page.Find(".problems").TextContent));
        Assert.Equal(0, (await Store.OwnAsync(TenantScope.Default, Ct)).Version);
    }

    [Fact]
    public void Business_reads_an_entry_and_has_no_form()
    {
        SignIn("Bo", PortalRoles.Business);
        var page = At<CausePage>("/causes/customer-blocked", p => p.Add(x => x.Key, "customer-blocked"));
        page.WaitForAssertion(() => Assert.Contains("Ask credit control", page.Find(".says").TextContent));
        Assert.Empty(page.FindAll("form"));
        page = At<CausePage>("/causes/nothing", p => p.Add(x => x.Key, "nothing"));
        page.WaitForAssertion(() => Assert.Equal("There is no such entry", page.Find(".cp-state-title").TextContent));
    }

    [Fact]
    public async Task Versions_show_their_difference_and_lead_back()
    {
        await PutAsync(Blacklist);
        await PutAsync(Blacklist with { Title = "The debtor is blocked by finance" });
        var page = At<CausesPage>("/causes?view=versions");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count));
        page.FindAll("button").First(b => b.TextContent == "Difference").Click();
        page.WaitForAssertion(() => Assert.Contains("+       title: \"The debtor is blocked by finance\"", page.Find(".diff .plus").TextContent));
        page.FindAll("button").First(b => b.TextContent == "Go back").Click();
        page.Find("#causes-back").Change("it was right");
        page.Find("form.back").Submit();
        page.WaitForAssertion(() => Assert.Equal(3, page.FindAll("tbody tr").Count));
        Assert.Equal(Blacklist.Title, Assert.Single((await Store.OwnAsync(TenantScope.Default, Ct)).Own).Title);
    }

    [Fact]
    public void The_last_times_are_told_in_words_with_what_helped()
    {
        _last.Endings = new(20, [new(Ending.CrosswalkChanged, 14, 10), new(Ending.Cancelled, 4, 4), new(Ending.ByItself, 2, 2)], TimeSpan.FromMinutes(11), new(Ending.CrosswalkChanged, 14, 10));
        var box = Render<LastTimes>(p => p.Add(x => x.CaseId, Guid.CreateVersion7()));
        box.WaitForAssertion(() => Assert.Equal("The last 20 times: 14× a crosswalk was changed, 4× cancelled, 2× went on by itself; half of them within 11 min.", box.Find(".told").TextContent));
        Assert.Contains("That worked in 71 % of 14.", box.Find(".advice").TextContent, StringComparison.Ordinal);
        Assert.Equal("70%", box.Find(".bar").GetAttribute("style")!.Replace("width:", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_history_or_when_it_cannot_be_read_nothing_is_shown()
    {
        Assert.Equal("", Render<LastTimes>(p => p.Add(x => x.CaseId, Guid.CreateVersion7())).Markup.Trim());
        _last.Broken = true;
        Assert.Equal("", Render<LastTimes>(p => p.Add(x => x.CaseId, Guid.CreateVersion7())).Markup.Trim());
    }

    private CauseStore Store => Product.GetRequiredService<CauseStore>();

    private IRenderedComponent<T> At<T>(string address, Action<ComponentParameterCollectionBuilder<T>>? parameters = null)
        where T : IComponent
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<T>(parameters ?? (_ => { }));
    }

    private async Task PutAsync(Cause cause) => Assert.IsType<CauseOutcome.Done>(await Store.PutAsync(TenantScope.Default, cause, null, "Ada", "r", Ct));

    private async Task<Guid> FailedAsync(string message, int failures)
    {
        var print = Fingerprint.Of(FaultKind.Data, "erp.refused", message, null, null, "createSalesOrder");
        var hour = Clock.GetUtcNow().ToMicroseconds() / 3_600_000_000 * 3_600_000_000;
        await AddAsync(
            new ExceptionCaseRow { Id = print.CaseId(1), TenantId = 1, Algorithm = 1, Fingerprint = print.Value, FaultKind = FaultKind.Data, FaultCode = "erp.refused", Operation = "createSalesOrder", Pattern = print.Parts.Pattern, Sample = message, FirstSeenAt = hour },
            new ExceptionCaseHourRow { TenantId = 1, CaseId = print.CaseId(1), Hour = hour, NodeId = Guid.CreateVersion7(), Failures = failures });
        return print.CaseId(1);
    }
}
