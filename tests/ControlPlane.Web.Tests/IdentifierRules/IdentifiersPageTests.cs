using Bunit;
using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.IdentifierRules;
using ControlPlane.Web.Tests.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.IdentifierRules;

/// <summary>The page of identifier rules in its states, and the way from a trial to a rule in force.</summary>
public sealed class IdentifiersPageTests : PagesContext
{
    private static readonly IdentifierRule Sku = new() { Name = "sku", Kind = "sku", Title = "SKU", Document = RuleDocument.Order, Path = "$.lines[*].sku" };

    public IdentifiersPageTests()
    {
        Slowly<RuleQueries>();
        Take<RuleStore>();
        Take<RuleTrial>();
        Take<IConnectionRegistry>();
        SignIn("Ada", PortalRoles.Admin);
    }

    private RuleStore Store => Product.GetRequiredService<RuleStore>();

    [Fact]
    public void Without_a_rule_it_says_what_is_found_all_the_same_and_what_is_often_wanted()
    {
        var page = Page("/identifiers");
        page.WaitForAssertion(() => Assert.Equal("No rule yet", page.Find(".cp-state-title").TextContent));
        Assert.Contains("tracking", page.Find(".cp-answer").TextContent, StringComparison.Ordinal);
        Assert.Contains(page.FindAll(".starts a"), a => a.GetAttribute("href") == "/identifiers?rule=new&start=sscc");
    }

    [Fact]
    public void A_failure_is_told_without_its_innards_and_can_be_tried_again()
    {
        Database.Broken = true;
        FailsAndRecovers(Page("/identifiers"), page => Assert.Equal("No rule yet", page.Find(".cp-state-title").TextContent));
    }

    [Fact]
    public async Task A_rule_is_listed_with_how_far_it_is_carried_back_and_the_run_can_be_paused()
    {
        await Store.SaveAsync(TenantScope.Default, Sku, 0, "Ada", "service asks by article", Ct);
        var page = Page("/identifiers");
        page.WaitForAssertion(() => Assert.Contains("the order of every channel", page.Find("tbody").TextContent, StringComparison.Ordinal));
        Assert.Contains("Carried back, 0 %", page.Find("tbody").TextContent, StringComparison.Ordinal);
        Assert.Single(page.FindAll("progress"));
        page.FindAll("tbody button").First(b => b.TextContent == "Pause").Click();
        page.WaitForAssertion(() => Assert.Contains("Paused", page.Find("tbody").TextContent, StringComparison.Ordinal));
        page.FindAll("tbody button").First(b => b.TextContent == "End it").Click();
        page.WaitForAssertion(() => Assert.Contains("Ended early", page.Find("tbody").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_new_rule_is_tried_and_saved()
    {
        var page = Page("/identifiers?rule=new&start=sku");
        page.WaitForAssertion(() => Assert.Equal("$.lines[*].sku", page.Find("#i-path").GetAttribute("value")));
        page.FindAll("form button").First(b => b.TextContent.Contains("Try it", StringComparison.Ordinal)).Click();
        page.WaitForAssertion(() => Assert.Contains("Nothing that this rule reads came lately", page.Find(".trial").TextContent, StringComparison.Ordinal));
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("Reason", page.Find("form [role=alert]").TextContent, StringComparison.Ordinal));
        page.Find("#i-reason").Change("service asks by article");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("stored orders are looked through now", page.Find(".said[role=status]").TextContent, StringComparison.Ordinal));
        Assert.Equal("sku", (await Product.GetRequiredService<RuleQueries>().ListAsync(TenantScope.Default, Ct)).Rules.Single().Rule.Kind);
    }

    [Fact]
    public async Task The_second_of_two_people_is_told_and_a_rule_that_is_gone_is_called_so()
    {
        await Store.SaveAsync(TenantScope.Default, Sku, 0, "Ada", "first", Ct);
        var page = Page("/identifiers?rule=sku");
        page.WaitForAssertion(() => Assert.Contains("first", page.Find(".history").TextContent, StringComparison.Ordinal));
        await Store.SaveAsync(TenantScope.Default, Sku with { Title = "Article" }, 1, "Bo", "a better word", Ct);
        page.Find("#i-path").Change("$.x");
        page.Find("#i-reason").Change("mine");
        page.Find("form").Submit();
        page.WaitForAssertion(() => Assert.Contains("Bo changed this rule", page.Find("form [role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Contains("There is no rule “nobody”", Page("/identifiers?rule=nobody").Find("[role=alert]").TextContent, StringComparison.Ordinal);
    }

    private IRenderedComponent<IdentifiersPage> Page(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<IdentifiersPage>();
    }
}
