using Bunit;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Governance;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Governance;
using ControlPlane.Web.Tests.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Governance;

/// <summary>The score of connections in its states, each rule with its evidence and way to mend, and rules that are changed.</summary>
public sealed class GovernancePageTests : PagesContext
{
    private const string Wms = """
        kind: Connection
        metadata: { name: gov-wms }
        spec: { connector: regional-wms, role: wms, displayName: Gov WMS, baseAddress: "http://127.0.0.1:1", secrets: { apiKey: "${secret:KEY}", webhookSecret: "${secret:KEY}" } }
        """;

    public GovernancePageTests()
    {
        Services.AddSingleton<IGovernance>(_ => new GovernanceBoard(
            Database, ActivatorUtilities.CreateInstance<GovernanceFactsReader>(Product, Database), ActivatorUtilities.CreateInstance<EstateVersions>(Product, Database), Product.GetRequiredService<Domain.Connections.IConnectorCatalog>(), Clock));
        Take<EstateVersions>();
        SignIn("Ada", PortalRoles.Admin);
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_and_with_nothing_it_says_what_comes()
    {
        var gate = Database.Gate = new();
        var page = Page("/governance");
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        gate.SetResult();
        page.WaitForAssertion(() => Assert.Equal("No connection yet", page.Find(".cp-state-title").TextContent));
        Assert.Equal("There is no connection to judge yet.", page.Find(".cp-answer").TextContent);
    }

    [Fact]
    public void A_failure_is_told_without_its_innards_and_can_be_tried_again()
    {
        Database.Broken = true;
        FailsAndRecovers(Page("/governance"), page => Assert.Equal("No connection yet", page.Find(".cp-state-title").TextContent));
    }

    [Fact]
    public async Task Each_rule_shows_its_evidence_and_where_it_is_mended()
    {
        await AddAsync(new Runtime.Connections.ConnectionRow { TenantId = 1, Key = "gov-wms", Connector = "regional-wms", Role = Domain.Connections.SystemRole.Wms, DisplayName = "Gov WMS", Document = Wms, Revision = 1, UpdatedAt = Domain.Shared.Instant.ToMicroseconds(Clock.GetUtcNow()) });
        await AddAsync(new GovernanceDayRow { TenantId = 1, Connection = "gov-wms", Day = Today - 1, Score = 40, Held = 4, Applied = 10 }, new GovernanceDayRow { TenantId = 1, Connection = "gov-wms", Day = Today, Score = 50, Held = 5, Applied = 10 });
        var page = Page("/governance?connection=gov-wms");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll(".lines li")));
        var lines = page.FindAll(".lines li");
        Assert.Equal(Enum.GetValues<Domain.Governance.GovernanceCheck>().Length, lines.Count);
        var owner = lines.Single(l => l.TextContent.Contains("Somebody owns it", StringComparison.Ordinal));
        Assert.Contains("Its document names no owner.", owner.TextContent, StringComparison.Ordinal);
        Assert.Contains("fails", owner.QuerySelector(".cp-chip")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/connections/gov-wms", owner.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal("/runbooks/new?connection=gov-wms", lines.Single(l => l.TextContent.Contains("There is a runbook", StringComparison.Ordinal)).QuerySelector("a")!.GetAttribute("href"));
        Assert.Contains("not judged yet", lines.Single(l => l.TextContent.Contains("Few of its calls fail", StringComparison.Ordinal)).TextContent, StringComparison.Ordinal);
        Assert.Contains("40 on ", page.Find(".trend").TextContent, StringComparison.Ordinal);
        Assert.Matches("^\\d+ of 100 over 1 connection; lowest is Gov WMS with \\d+", page.Find(".cp-answer").TextContent);
        // The list says what is wrong, not the statement that does not hold.
        page = Page("/governance");
        page.WaitForAssertion(() => Assert.Contains("Nobody owns it", page.Find("[data-label='What fails']").TextContent, StringComparison.Ordinal));
        Assert.DoesNotContain("Somebody owns it", page.Markup, StringComparison.Ordinal);
        page = Page("/governance?connection=nobody");
        page.WaitForAssertion(() => Assert.Contains("There is no connection of this name", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        page = Page("/governance?view=apis");
        page.WaitForAssertion(() => Assert.Contains("gov-wms", page.Find("tbody").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_are_changed_and_what_is_wrong_is_named()
    {
        var page = Page("/governance?view=rules");
        page.WaitForAssertion(() => Assert.NotEmpty(page.FindAll("textarea")));
        Assert.DoesNotContain("..", page.Find(".note").TextContent, StringComparison.Ordinal);
        var text = page.Find("textarea").GetAttribute("value") ?? page.Find("textarea").TextContent;
        page.Find("textarea").Change(text.Replace("weight: 10", "weight: 1000", StringComparison.Ordinal));
        page.Find(".why input").Change("owners matter");
        page.Find("form.document").Submit();
        page.WaitForAssertion(() => Assert.Contains("spec.rules[0].weight: Expected a whole number from 1 to 100.", page.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        page.Find("textarea").Change(text.Replace("weight: 10", "weight: 12", StringComparison.Ordinal));
        page.Find("form.document").Submit();
        page.WaitForAssertion(() => Assert.Contains("Rules, version 1", page.Markup, StringComparison.Ordinal));
        SignIn("Eve", PortalRoles.Executive);
        var read = Page("/governance?view=rules");
        read.WaitForAssertion(() => Assert.NotEmpty(read.FindAll("tbody tr")));
        Assert.Empty(read.FindAll("textarea"));
    }

    private int Today => (int)(Domain.Shared.Instant.ToMicroseconds(Clock.GetUtcNow()) / 86_400_000_000);

    private IRenderedComponent<GovernancePage> Page(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<GovernancePage>();
    }
}
