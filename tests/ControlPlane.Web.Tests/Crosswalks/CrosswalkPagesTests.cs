using Bunit;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Crosswalks;
using ControlPlane.Web.Tests.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using CrosswalkPage = ControlPlane.Web.Features.Crosswalks.CrosswalkPage;

namespace ControlPlane.Web.Tests.Crosswalks;

/// <summary>Crosswalks in the portal: the list, one of them, import, gaps and changes, each in its states and for each role.</summary>
public sealed class CrosswalkPagesTests : PagesContext
{
    private static readonly Guid Message = Guid.CreateVersion7();

    public CrosswalkPagesTests()
    {
        Slowly<CrosswalkQueries>();
        Slowly<CrosswalkGaps>();
        Slowly<CrosswalkApprovals>();
        Take<CrosswalkStore>();
        Take<CrosswalkImport>();
        Take<CrosswalkMaster>();
        Take<CrosswalkScan>();
        Take<CrosswalkBoard>();
        Take<IConnectionRegistry>();
        SignIn("Ada", PortalRoles.Admin);
    }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        // A connection that is gone has no gaps.
        await ApplyAsync("""
            kind: Connection
            metadata: { name: shop }
            spec: { connector: shopify, role: storefront, displayName: The shop, baseAddress: "https://shop.example", secrets: { webhookSecret: "${secret:KEY}", accessToken: "${secret:KEY}" } }
            """);
    }

    private CrosswalkStore Store => Product.GetRequiredService<CrosswalkStore>();

    [Fact]
    public void While_the_list_reads_it_shows_the_shape_of_what_comes()
    {
        Database.Gate = new();
        var page = Render<CrosswalksPage>();
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        Assert.Contains("Loading", page.Find("[role=status].cp-visually-hidden").TextContent, StringComparison.Ordinal);
        Database.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Equal(6, page.FindAll("tbody tr").Count), TimeSpan.FromSeconds(10));
        Assert.Empty(page.FindAll(".cp-skeleton"));
    }

    [Fact]
    public void A_list_that_cannot_be_read_says_so_and_can_be_tried_again()
    {
        Database.Broken = true;
        FailsAndRecovers(Render<CrosswalksPage>(), page => Assert.Equal(6, page.FindAll("tbody tr").Count));
    }

    [Fact]
    public async Task The_list_counts_entries_codes_without_one_and_changes_that_wait_and_each_leads_to_them()
    {
        await EntryAsync("carrier", "UPS", "ups");
        await AddAsync(Miss("carrier", "GLS"));
        await RulesAsync("payment-terms", approval: true);
        await EntryAsync("payment-terms", "N30", "30D");
        var page = Loaded<CrosswalksPage>();
        Assert.Equal("One entry in 7 crosswalks. One code that came lately has none. One change waits for a second person.", page.Find(".cp-answer").TextContent);
        var row = page.FindAll("tbody tr").Single(r => r.QuerySelector("th code")?.TextContent == "carrier");
        Assert.Equal(["/crosswalks/carrier", "/crosswalks/carrier?view=gaps", "/crosswalks/carrier?unused=true"], row.QuerySelectorAll("a").Select(a => a.GetAttribute("href")));
        var terms = page.FindAll("tbody tr").Single(r => r.QuerySelector("th code")?.TextContent == "payment-terms");
        Assert.Contains("second person", terms.TextContent, StringComparison.Ordinal);
        Assert.Contains("/crosswalks/payment-terms?view=changes", terms.InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public void One_without_entries_says_where_they_come_from_and_who_may_not_import_is_led_to_the_gaps()
    {
        Assert.Equal("/crosswalks/sku?view=import", One("sku").Find(".cp-state a").GetAttribute("href"));
        SignIn("Bo", PortalRoles.Business);
        Assert.Equal("/crosswalks/sku?view=gaps", One("sku").Find(".cp-state a").GetAttribute("href"));
    }

    [Fact]
    public void One_that_is_not_there_is_told_with_a_way_on()
    {
        var page = One("nothing");
        Assert.Equal("There is no such crosswalk", page.Find(".cp-state-title").TextContent);
        Assert.Equal("/crosswalks", page.Find(".cp-state a").GetAttribute("href"));
    }

    [Fact]
    public async Task One_that_cannot_be_read_says_so_and_can_be_tried_again()
    {
        await EntryAsync("carrier", "UPS", "ups");
        Database.Broken = true;
        FailsAndRecovers(At<CrosswalkPage>("/crosswalks/carrier", p => p.Add(x => x.Table, "carrier")), page => Assert.Equal("UPS", page.Find("tbody th code").TextContent));
    }

    [Fact]
    public async Task While_one_reads_it_shows_the_shape_of_what_comes()
    {
        await EntryAsync("carrier", "UPS", "ups");
        Database.Gate = new();
        var page = At<CrosswalkPage>("/crosswalks/carrier", p => p.Add(x => x.Table, "carrier"));
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        Database.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Equal("UPS", page.Find("tbody th code").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Who_is_no_admin_reads_entries_and_finds_no_way_to_change_them()
    {
        await EntryAsync("carrier", "UPS", "ups");
        var admin = One("carrier");
        Assert.Contains("Add an entry", admin.Markup, StringComparison.Ordinal);
        Assert.Equal(["Entries", "Codes without one", "Import", "Changes", "Rules"], admin.FindAll("nav.views a").Select(a => a.TextContent));
        Assert.Single(admin.FindAll("a[aria-label='Change UPS']"));

        SignIn("Bo", PortalRoles.Business);
        var business = One("carrier");
        Assert.Equal("UPS", business.Find("tbody th code").TextContent);
        Assert.Equal(["Entries", "Codes without one", "Changes"], business.FindAll("nav.views a").Select(a => a.TextContent));
        Assert.Empty(business.FindAll("a[aria-label='Change UPS']"));
        Assert.DoesNotContain("Add an entry", business.Markup, StringComparison.Ordinal);
        // Nor by the address.
        Assert.Empty(One("carrier", "import").FindAll("input[type=file]"));
        Assert.Empty(One("carrier", "rules").FindAll("form.rules"));
    }

    [Fact]
    public void A_search_that_fits_nothing_says_which_filters_it_had()
    {
        var page = At<CrosswalkPage>("/crosswalks/carrier?q=nobody", p => p.Add(x => x.Table, "carrier"));
        page.WaitForAssertion(() => Assert.Equal("Nothing fits", page.Find(".cp-state-title").TextContent), TimeSpan.FromSeconds(10));
        Assert.Contains("nobody", page.Find(".cp-filters, .filter-chips, ul").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_shown_before_it_is_applied_and_its_bad_lines_say_why()
    {
        await EntryAsync("carrier", "UPS", "ups");
        var page = One("carrier", "import");
        Assert.Empty(page.FindAll("form.apply"));
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("theirs,ours\nUPS,united\nDHL,dhl\nGLS,\n", "carriers.csv"));
        page.WaitForAssertion(() => Assert.Contains("Nothing is changed yet", page.Find(".import ~ .said").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Equal(["Refused", "Changed", "Added"], page.FindAll("tbody tr .cp-chip").Select(c => c.TextContent.Trim()));
        Assert.Contains("A code has 1 to 128 characters.", page.Find("tbody tr").TextContent, StringComparison.Ordinal);
        Assert.Equal("4", page.Find("tbody tr td[data-label=Line]").TextContent);
        Assert.Equal("ups", Ours("UPS"));

        page.Find("#i-reason").Change("week 48");
        page.Find("form.apply").Submit();
        page.WaitForAssertion(() => Assert.Contains("In service as revision", page.Find(".import ~ .said").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Equal(("united", "dhl"), (Ours("UPS"), Ours("DHL")));
    }

    [Fact]
    public void A_file_that_is_none_says_in_which_line()
    {
        var page = One("carrier", "import");
        page.FindComponent<InputFile>().UploadFiles(InputFileContent.CreateFromText("nothing,of,this\n", "carriers.csv"));
        page.WaitForAssertion(() => Assert.StartsWith("The file cannot be read. Line 1:", page.Find(".import ~ .said").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Empty(page.FindAll("form.apply"));
    }

    [Fact]
    public void Without_gaps_it_says_that_every_code_has_an_entry() => Assert.Equal("Every code has an entry", One("carrier", "gaps").Find(".cp-state-title").TextContent);

    [Fact]
    public async Task Gaps_that_cannot_be_read_say_so_and_can_be_tried_again()
    {
        await AddAsync(Miss("carrier", "GLS"));
        Database.Broken = true;
        FailsAndRecovers(Render<GapsView>(p => p.Add(x => x.Table, "carrier")), page => Assert.Equal("GLS", page.Find("tbody th code").TextContent));
    }

    [Fact]
    public async Task A_gap_leads_to_its_example_and_an_admin_maps_it_by_a_suggestion()
    {
        await EntryAsync("carrier", "DHL Paket", "dhl");
        await AddAsync(Miss("carrier", "DHL-Paket"));
        SignIn("Bo", PortalRoles.Business);
        var business = One("carrier", "gaps");
        business.WaitForElement("tbody tr");
        Assert.Equal($"/messages/{Message}", business.Find("tbody th a").GetAttribute("href"));
        Assert.Empty(business.FindAll("button[aria-label='Map DHL-Paket to dhl']"));

        SignIn("Ada", PortalRoles.Admin);
        var admin = One("carrier", "gaps");
        admin.WaitForElement("button[aria-label='Map DHL-Paket to dhl']").Click();
        admin.WaitForAssertion(() => Assert.Equal("Every code has an entry", admin.Find(".cp-state-title").TextContent), TimeSpan.FromSeconds(10));
        Assert.Equal("dhl", Product.GetRequiredService<CrosswalkBoard>().For("shop", "shopify", Domain.Connections.SystemRole.Storefront).Find("carrier", "DHL-Paket", CrosswalkDirection.ToOurs, Now)?.Value);
    }

    [Fact]
    public async Task Rules_that_switch_the_second_person_off_wait_for_one_who_is_somebody_else()
    {
        await RulesAsync("carrier", approval: true);
        var rules = One("carrier", "rules");
        rules.WaitForElement("#r-approval").Change(false);
        rules.Find("#r-reason").Change("quicker");
        rules.Find("form.rules").Submit();
        rules.WaitForAssertion(() => Assert.StartsWith("Proposed: other rules.", rules.Find("form.rules .said").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));

        var own = One("carrier", "changes");
        own.WaitForElement("section.change");
        Assert.Contains("changes no longer need a second person", own.Find("section.change").TextContent, StringComparison.Ordinal);
        Decide(own);
        own.WaitForAssertion(() => Assert.Equal("You proposed it. Somebody else has to approve it.", Said(own)), TimeSpan.FromSeconds(10));

        SignIn("Bo", PortalRoles.Business);
        Assert.Empty(One("carrier", "changes").FindAll("form.decide"));
        SignIn("Olga", PortalRoles.Operator);
        var other = One("carrier", "changes");
        other.WaitForElement("section.change");
        Decide(other);
        other.WaitForAssertion(() => Assert.Empty(other.FindAll("section.change")), TimeSpan.FromSeconds(10));
        Assert.False(Product.GetRequiredService<CrosswalkBoard>().Current.Table("carrier")!.Approval);
        Assert.Contains("approved by Olga", other.Markup, StringComparison.Ordinal);
    }

    private static void Decide(IRenderedComponent<CrosswalkPage> page)
    {
        page.Find("form.decide input").Change("looked at it");
        page.Find("form.decide").Submit();
    }

    private static string Said(IRenderedComponent<CrosswalkPage> page) => page.FindComponent<ChangesView>().Find(".said").TextContent;

    private string? Ours(string code) => Product.GetRequiredService<CrosswalkBoard>().For("shop", "shopify", Domain.Connections.SystemRole.Storefront).Find("carrier", code, CrosswalkDirection.ToOurs, Now)?.Value;

    private IRenderedComponent<CrosswalkPage> One(string table, string? view = null)
    {
        var page = At<CrosswalkPage>($"/crosswalks/{table}{(view is null ? "" : $"?view={view}")}", p => p.Add(x => x.Table, table));
        page.WaitForState(() => page.FindAll(".cp-skeleton").Count == 0, TimeSpan.FromSeconds(10));
        return page;
    }

    private IRenderedComponent<T> At<T>(string address, Action<ComponentParameterCollectionBuilder<T>> parameters)
        where T : IComponent
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render(parameters);
    }

    private IRenderedComponent<T> Loaded<T>()
        where T : IComponent
    {
        var page = Render<T>();
        page.WaitForState(() => page.FindAll(".cp-skeleton").Count == 0, TimeSpan.FromSeconds(10));
        return page;
    }

    private async Task EntryAsync(string table, string theirs, string ours) => await Store.ChangeAsync(
        TenantScope.Default, table, [new(new() { Id = EntityId.New(Clock), Theirs = theirs, Ours = ours })], new("Bea", "Bea"), "because", false, Ct);

    private async Task RulesAsync(string table, bool approval) =>
        Assert.IsType<CrosswalkOutcome.Applied>(await Store.SetTableAsync(TenantScope.Default, new(table, table) { Approval = approval }, new("Bea", "Bea"), "because", Ct));

    private static CrosswalkMissRow Miss(string table, string code) => new()
    {
        TenantId = 1, Connection = "shop", Crosswalk = table, Direction = CrosswalkDirections.ToOurs, CodeKey = code.ToUpperInvariant(), Code = code, Count = 3,
        FirstAt = Now.AddHours(-2).ToMicroseconds(), LastAt = Now.AddHours(-1).ToMicroseconds(), MessageId = Message,
    };
}
