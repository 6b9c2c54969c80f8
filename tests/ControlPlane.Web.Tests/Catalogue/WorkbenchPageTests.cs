using Bunit;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Web.Features.Catalogue;
using ControlPlane.Web.Features.Catalogue.Workbench;
using ControlPlane.Web.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Catalogue;

/// <summary>The workbench in its states and for each role, on a connector that a user wrote.</summary>
public sealed class WorkbenchPageTests : PagesContext
{
    private const string Order = """{"id":"o-1","no":"B-1001","placed":1795424400,"money":"EUR","sum":1999,"items":[{"id":1,"article":"TEE-M","pieces":2}]}""";

    private const string Connection = """
        kind: Connection
        metadata: { name: bazaar-de }
        spec: { connector: bazaar, role: marketplace, displayName: Bazaar DE, baseAddress: "https://bazaar.example", settings: { shop: "77" }, secrets: { token: "${secret:KEY}", hook: "${secret:KEY}" } }
        """;

    public WorkbenchPageTests()
    {
        Slowly<ConnectorDesk>();
        Take<MappingDesk>();
        Take<IConnectionRegistry>();
        Take<BackTests>();
        Take<ConnectorVersions>();
        Take<MappingTests>();
        Take<OutgoingTrials>();
        SignIn("Ada", PortalRoles.Admin);
    }

    [Fact]
    public async Task While_it_opens_it_says_so_and_then_shows_document_rows_and_message()
    {
        await ApplyAsync(OnboardingTests.Document, Connection);
        await ReceivedAsync();
        Database.Gate = new();
        var page = Render<WorkbenchPage>(p => p.Add(x => x.Name, "bazaar"));
        Assert.Equal("true", page.Find(".skeleton").GetAttribute("aria-busy"));
        Database.Gate.SetResult();
        page.WaitForElement("#w-document");
        Assert.Equal("Bazaar", page.Find("h1").TextContent);
        Assert.Contains("title: Bazaar", page.Find("#w-document").GetAttribute("value") ?? page.Find("#w-document").TextContent, StringComparison.Ordinal);
        page.WaitForAssertion(() => Assert.Contains("An order, number B-1001, with one line.", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Contains("TEE-M", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connector_that_cannot_be_read_says_so_and_can_be_tried_again()
    {
        await ApplyAsync(OnboardingTests.Document);
        Database.Broken = true;
        FailsAndRecovers(Render<WorkbenchPage>(p => p.Add(x => x.Name, "bazaar")), page => Assert.NotNull(page.Find("#w-document")));
    }

    [Theory]
    [InlineData("nobody", "There is no such connector")]
    [InlineData("amazon", "A part of this connector is code")]
    public void What_cannot_be_opened_is_told_with_a_way_on(string name, string title)
    {
        var page = Open(name);
        Assert.Equal(title, page.Find(".cp-state-title").TextContent);
        Assert.Equal("/connectors", page.Find(".cp-state a").GetAttribute("href"));
        Assert.Empty(page.FindAll("#w-document"));
    }

    [Fact]
    public void A_connector_of_code_shows_what_it_can_do_and_leads_to_all_connectors_once()
    {
        var page = Open("amazon");
        Assert.Contains("What it can do", page.FindAll("h2").Select(h => h.TextContent));
        Assert.NotEmpty(page.FindAll("td[data-label='A repeat']"));
        Assert.Single(page.FindAll("a"), a => a.TextContent.Trim() == "All connectors");
    }

    [Fact]
    public async Task A_draft_that_is_broken_is_opened_with_the_readers_time_and_without_a_word_of_what_is_not_there()
    {
        await ApplyAsync(OnboardingTests.Document, Connection);
        await Product.GetRequiredService<ConnectorVersions>().SaveDraftAsync(Runtime.Persistence.TenantScope.Default, "bazaar", "Ada", OnboardingTests.Document.Replace("roles: [marketplace]", "roles: [nothing]", StringComparison.Ordinal), 0, Ct);
        var page = Open("bazaar");
        page.WaitForAssertion(() => Assert.Contains("This is your draft, saved at 14:40:00 UTC+1.", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Contains("The text has problems", page.Markup, StringComparison.Ordinal);
        Assert.DoesNotContain("from before", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_messages_and_tests_it_says_so_and_takes_one_that_is_pasted()
    {
        await ApplyAsync(OnboardingTests.Document, Connection);
        var page = Open("bazaar");
        page.WaitForAssertion(() => Assert.Contains("No message came yet. Paste one below.", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        page.Find("#w-topic").Input("order.placed");
        page.Find("#w-message").Input(Order);
        await PausedAsync(page);
        page.WaitForAssertion(() => Assert.Contains("An order, number B-1001, with one line.", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Who_is_no_admin_looks_and_finds_no_way_to_publish_or_keep()
    {
        await ApplyAsync(OnboardingTests.Document, Connection);
        await ReceivedAsync();
        Assert.Contains("Publish", Open("bazaar").FindAll("button").Select(b => b.TextContent));
        SignIn("Bo", PortalRoles.Business);
        var page = Open("bazaar");
        Assert.True(page.Find("#w-document").HasAttribute("readonly"));
        Assert.DoesNotContain("Publish", page.FindAll("button").Select(b => b.TextContent));
        Assert.Empty(page.FindAll("#w-keep, #w-reason"));
        page.WaitForAssertion(() => Assert.Contains("An order, number B-1001", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task What_is_typed_wrong_is_told_by_line_and_cannot_be_published_until_it_is_right()
    {
        await ApplyAsync(OnboardingTests.Document, Connection);
        await ReceivedAsync();
        var page = Open("bazaar");
        page.Find("#w-document").Input(OnboardingTests.Document.Replace("to: total", "to: totl", StringComparison.Ordinal));
        await PausedAsync(page);
        page.WaitForAssertion(() => Assert.Contains("totl", page.Find(".problems, [role=alert]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.True(Publish(page).HasAttribute("disabled"));
        page.Find("#w-document").Input(OnboardingTests.Document.Replace("convert: minor", "convert: \"minor, negate\"", StringComparison.Ordinal));
        await PausedAsync(page);
        page.WaitForAssertion(() => Assert.False(Publish(page).HasAttribute("disabled")), TimeSpan.FromSeconds(10));
        Publish(page).Click();
        page.WaitForAssertion(() => Assert.Contains("Say why, so that others need not ask.", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        page.Find("#w-reason").Change("refunds");
        Publish(page).Click();
        page.WaitForAssertion(() => Assert.Contains("Bazaar is in service as version 2.", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
    }

    /// <summary>Time passes only once the page has heard the stroke: else the pause begins after it.</summary>
    private async Task PausedAsync(IRenderedComponent<WorkbenchPage> page)
    {
        await page.InvokeAsync(() => { });
        Clock.Advance(WorkbenchPage.Pause);
    }

    private static AngleSharp.Dom.IElement Publish(IRenderedComponent<WorkbenchPage> page) => page.FindAll("button").Single(b => b.TextContent == "Publish");

    private IRenderedComponent<WorkbenchPage> Open(string name)
    {
        var page = Render<WorkbenchPage>(p => p.Add(x => x.Name, name));
        page.WaitForState(() => page.FindAll(".skeleton").Count == 0, TimeSpan.FromSeconds(10));
        return page;
    }

    private async Task ReceivedAsync()
    {
        var payload = PayloadRows.Make(1, System.Text.Encoding.UTF8.GetBytes(Order), "application/json", Clock);
        await AddAsync(payload, new MessageRow { Id = Guid.CreateVersion7(Now), TenantId = 1, Connection = "bazaar-de", Topic = "orders-feed", State = MessageState.Accepted, CorrelationId = "c", ReceivedAt = payload.CreatedAt, PayloadId = payload.Id });
    }
}
