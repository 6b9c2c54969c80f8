using Bunit;
using ControlPlane.Domain.Schemas.Drift;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Web.Features.Schemas;
using ControlPlane.Web.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Schemas;

/// <summary>Schemas in the portal: the list with its drift, and one subject, each in its states and for each role.</summary>
public sealed class SchemaPagesTests : PagesContext
{
    private const string First = """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"id":{"type":"string"},"note":{"type":"string"}},"required":["id"]}""";

    private const string Narrower = """{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"id":{"type":"string","maxLength":3},"note":{"type":"string"}},"required":["id"]}""";

    private const string Subject = "woocommerce/order.created";

    public SchemaPagesTests()
    {
        Slowly<DriftDesk>();
        Slowly<SchemaRegistry>();
        Services.AddSingleton(s => ActivatorUtilities.CreateInstance<SchemaDesk>(Product, s.GetRequiredService<SchemaRegistry>(), s.GetRequiredService<DriftDesk>()));
        SignIn("Ada", PortalRoles.Admin);
    }

    private SchemaRegistry Registry => Product.GetRequiredService<SchemaRegistry>();

    [Fact]
    public void While_the_list_reads_it_shows_the_shape_of_what_comes()
    {
        Database.Gate = new();
        var page = Render<SchemasPage>();
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        Database.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Equal("No schema is kept yet", page.Find(".cp-state-title").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Without_schemas_an_admin_is_led_to_the_first_one_and_others_are_not()
    {
        Assert.Equal("/schemas/new", List().Find(".cp-state a").GetAttribute("href"));
        SignIn("Bo", PortalRoles.Business);
        var business = List();
        Assert.Equal("No schema is kept yet", business.Find(".cp-state-title").TextContent);
        Assert.DoesNotContain("Draft a schema", business.FindAll("a").Select(a => a.TextContent));
    }

    [Fact]
    public void A_list_that_cannot_be_read_says_so_and_can_be_tried_again()
    {
        Database.Broken = true;
        FailsAndRecovers(Render<SchemasPage>(), page => Assert.Equal("No schema is kept yet", page.Find(".cp-state-title").TextContent));
    }

    [Fact]
    public async Task The_list_shows_what_is_in_service_and_what_changed_its_shape_with_samples()
    {
        await ActiveAsync();
        var sample = Guid.CreateVersion7();
        await AddAsync(Drift(sample));
        var page = List();
        Assert.Equal(["Changes of shape", "Subjects"], page.FindAll("h2").Select(h => h.TextContent));
        var drift = page.FindAll("tbody tr")[0];
        Assert.Contains("/customer/vat", drift.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/messages/{sample}", drift.QuerySelector("a")!.GetAttribute("href"));
        var subject = page.FindAll("tbody tr")[1];
        Assert.Contains("version 1", subject.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/schemas/{Subject}", Uri.UnescapeDataString(subject.QuerySelector("a")!.GetAttribute("href")!));
    }

    [Fact]
    public async Task An_admin_settles_a_finding_and_others_only_read_it()
    {
        await ActiveAsync();
        await AddAsync(Drift(Guid.CreateVersion7()));
        SignIn("Bo", PortalRoles.Business);
        Assert.Empty(List().FindAll("button[aria-label='It is as it should be: /customer/vat']"));
        SignIn("Ada", PortalRoles.Admin);
        var page = List();
        page.Find("button[aria-label='It is as it should be: /customer/vat']").Click();
        page.WaitForAssertion(() => Assert.Empty(page.FindAll("button[aria-label='It is as it should be: /customer/vat']")), TimeSpan.FromSeconds(10));
        await using var context = Product.GetRequiredService<ControlPlaneDb>().CreateContext();
        Assert.Equal((DriftState.Acknowledged, "Ada"), context.DriftFindings.Single() is var row ? (row.State, row.By) : default);
    }

    [Fact]
    public async Task While_one_reads_it_says_so_and_then_shows_its_versions()
    {
        await ActiveAsync();
        Database.Gate = new();
        var page = Render<SchemaPage>(p => p.Add(x => x.Subject, Subject));
        Assert.Equal("true", page.Find(".skeleton").GetAttribute("aria-busy"));
        Database.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Contains("in service", page.Find("tbody tr .cp-chip").TextContent.ToLowerInvariant() + page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Equal("Version 1 is in service; it promises backward.", page.Find(".cp-answer").TextContent);
        Assert.Empty(page.FindAll(".skeleton"));
    }

    [Fact]
    public async Task One_that_cannot_be_read_says_so_and_can_be_tried_again()
    {
        await ActiveAsync();
        Database.Broken = true;
        FailsAndRecovers(Render<SchemaPage>(p => p.Add(x => x.Subject, Subject)), page => Assert.Contains("Version 1 is in service", page.Find(".cp-answer").TextContent, StringComparison.Ordinal));
    }

    [Fact]
    public void One_that_is_not_there_is_told_with_a_way_on()
    {
        var page = One("nobody/nothing");
        Assert.Equal("There is no such subject", page.Find(".cp-state-title").TextContent);
        Assert.Equal("/schemas", page.Find(".cp-state a").GetAttribute("href"));
    }

    [Fact]
    public async Task Who_is_no_admin_reads_the_document_and_finds_no_way_to_change_it()
    {
        await ActiveAsync();
        SignIn("Bo", PortalRoles.Business);
        var page = One(Subject);
        Assert.True(page.Find("#s-document").HasAttribute("readonly"));
        Assert.Equal(["Look"], page.FindAll("button").Select(b => b.TextContent));
        SignIn("Ada", PortalRoles.Admin);
        Assert.Contains("Deprecate", One(Subject).FindAll("button").Select(b => b.TextContent));
    }

    [Fact]
    public async Task A_draft_that_breaks_a_promise_is_shown_with_a_document_as_proof_and_comes_into_service_only_with_a_reason()
    {
        await ActiveAsync();
        var page = One(Subject);
        page.Find("#s-document").Input(Narrower);
        Button(page, "Compare with what is in service").Click();
        page.WaitForElement("section.finding");
        Assert.Equal("proven", page.Find("section.finding .cp-chip").TextContent.Trim());
        Assert.NotEmpty(page.Find("section.finding pre").TextContent);

        page.Find("#s-reason").Input("shorter numbers");
        Button(page, "Keep as draft").Click();
        page.WaitForAssertion(() => Assert.Equal("Version 2 is kept as a draft.", page.Find(".said").TextContent), TimeSpan.FromSeconds(10));
        page.Find("#s-reason").Input("go");
        page.Find("button[aria-label='Activate version 2']").Click();
        page.WaitForAssertion(() => Assert.DoesNotContain("kept as a draft", page.Find(".said").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(10));
        Assert.Contains("Version 1 is in service", page.Find(".cp-answer").TextContent, StringComparison.Ordinal);
        page.Find("#s-reason").Input("go");
        page.Find("#s-waiver").Input("the partner agreed");
        page.Find("button[aria-label='Activate version 2']").Click();
        page.WaitForAssertion(() => Assert.Equal("Version 2 is in service.", page.Find(".said").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_document_that_is_no_schema_says_where_and_cannot_be_kept()
    {
        var page = One("new");
        page.Find("#s-document").Input("""{"type":"no such type"}""");
        Assert.Contains("/type", page.Find(".problems").TextContent, StringComparison.Ordinal);
        page.Find("#s-reason").Input("why not");
        Assert.True(Button(page, "Keep as draft").HasAttribute("disabled"));
    }

    [Fact]
    public async Task Behind_a_subject_stand_the_objectives_over_its_connections_and_not_those_of_others()
    {
        await ApplyAsync("""
            kind: Connection
            metadata: {name: woo-eu}
            spec: {connector: woocommerce, role: storefront, displayName: Woo EU, baseAddress: "http://127.0.0.1:1/wp-json/wc/v3", allowPrivateNetwork: true, settings: {consumerKey: k}, secrets: {consumerSecret: "${secret:KEY}", webhookSecret: "${secret:KEY}"}}
            """, """
            kind: Indicator
            metadata: {name: in-erp}
            spec: {title: In the ERP, from: {event: Received}, to: {reached: erp-posted}, within: 10m}
            """, Promise("of-everything", "{}"), Promise("of-woo", "{connection: woo-eu}"), Promise("of-another", "{connection: market}"));
        await ActiveAsync();
        var reach = One(Subject).Find("p.reach").TextContent;
        Assert.Contains("Connections: woo-eu.", reach, StringComparison.Ordinal);
        Assert.Contains("Objectives: of-everything, of-woo.", reach, StringComparison.Ordinal);
    }

    private static string Promise(string name, string scope) => $$"""
        kind: Objective
        metadata: {name: {{name}}}
        spec: {title: {{name}}, indicator: in-erp, target: 0.9, window: {rolling: 30d}, scope: {{scope}}}
        """;

    private static AngleSharp.Dom.IElement Button(IRenderedComponent<SchemaPage> page, string text) => page.FindAll("button").Single(b => b.TextContent == text);

    private IRenderedComponent<SchemasPage> List()
    {
        var page = Render<SchemasPage>();
        page.WaitForState(() => page.FindAll(".cp-skeleton").Count == 0, TimeSpan.FromSeconds(10));
        return page;
    }

    private IRenderedComponent<SchemaPage> One(string subject)
    {
        var page = Render<SchemaPage>(p => p.Add(x => x.Subject, subject));
        page.WaitForState(() => page.FindAll(".skeleton").Count == 0, TimeSpan.FromSeconds(10));
        return page;
    }

    private async Task ActiveAsync()
    {
        Assert.True((await Registry.DraftAsync(TenantScope.Default, Subject, First, "Bea", "first", Ct)).Done);
        Assert.True((await Registry.ActivateAsync(TenantScope.Default, Subject, 1, "Bea", "go", null, Ct)).Done);
    }

    private static DriftFindingRow Drift(Guid sample) => new()
    {
        Id = Guid.CreateVersion7(), TenantId = 1, Connection = "shop", Topic = "order.created", Kind = DriftKind.NewField, Path = "/customer/vat", Digest = "d", Before = 0, Now = 1, Documents = 9,
        Samples = $"[\"{sample}\"]", FirstSeenAt = Now.AddHours(-2).ToMicroseconds(), LastSeenAt = Now.ToMicroseconds(), State = DriftState.Open,
    };
}
