using Connectors;
using Connectors.Catalog.Starts;
using Connectors.Protocols.OpenApi;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.Catalogue;

namespace ControlPlane.Web.Tests.Catalogue;

/// <summary>The words of the page on which a person chooses what to begin from, and the desk on which a description is read.</summary>
public sealed class StartPageTests
{
    private const string Shop = """
        openapi: 3.0.3
        info: { title: Corner shop, version: "1" }
        paths:
          /orders:
            get: { operationId: listOrders, parameters: [{ name: updated_since, in: query, schema: { type: string } }], responses: { "200": { description: ok } } }
          /archive:
            get: { operationId: listArchive, summary: Old orders, responses: { "200": { description: ok } } }
          /prices:
            put: { operationId: setPrice, responses: { "204": { description: ok } } }
        """;

    [Fact]
    public void Every_start_says_where_it_leads() =>
        Assert.All(StartingPoints.All, s => Assert.Contains(s.Opens switch { StartOpens.Import => "reads it", StartOpens.Broker => "the broker", _ => "the workbench" }, CataloguePresentation.Opens(s), StringComparison.Ordinal));

    [Theory]
    [InlineData("walmart", 1), InlineData("edi 3pl", 1), InlineData("there is nothing so", 0), InlineData("", 2)]
    public void The_catalogue_is_searched_by_name_title_description_and_role(string search, int least)
    {
        var found = ConnectorsFeature.BuiltIn(TimeProvider.System).All.Select(c => new CatalogueEntry(c.Manifest, false, false, [], false, [])).Count(c => CataloguePresentation.Fits(c, search));
        Assert.True(least == 0 ? found == 0 : found >= least, $"{search}: {found}");
    }

    [Fact]
    public void A_description_is_read_with_the_likeliest_chosen_and_a_person_may_choose_otherwise()
    {
        var desk = new OpenApiDesk();
        desk.Read(Shop, "shop.yaml");
        Assert.Equal("listOrders", desk.Chosen(OpenApiPurpose.ListOrders)!.Id);
        Assert.Contains("updated_since", desk.Why(OpenApiPurpose.ListOrders), StringComparison.Ordinal);
        Assert.Contains("/orders?updated_since={since}", desk.Draft.Document, StringComparison.Ordinal);
        desk.Choose(OpenApiPurpose.ListOrders, "listArchive");
        Assert.Equal("Old orders", desk.Why(OpenApiPurpose.ListOrders));
        Assert.Contains("path: \"/archive\"", desk.Draft.Document, StringComparison.Ordinal);
        desk.Choose(OpenApiPurpose.ListOrders, "");
        Assert.DoesNotContain("feeds:", desk.Draft.Document, StringComparison.Ordinal);
        desk.Add("setPrice");
        desk.Add("setPrice");
        Assert.Contains("- name: setPrice", desk.Draft.Document, StringComparison.Ordinal);
        desk.Remove(Assert.Single(desk.Added));
        Assert.DoesNotContain("setPrice", desk.Draft.Document, StringComparison.Ordinal);
        // A second document that cannot be read leaves the first.
        desk.Read("openapi: 9", "other.yaml");
        Assert.Equal("Corner shop", desk.Description!.Title);
        Assert.Contains("other.yaml, line 1: openapi: '9' is not read.", desk.Problems[0].ToString(), StringComparison.Ordinal);
    }

    /// <summary>A delivery of several orders lies on the workbench as its first.</summary>
    [Theory, InlineData("delimited"), InlineData("x12"), InlineData("edifact"), InlineData("fixed-width"), InlineData("soap"), InlineData("rabbitmq"), InlineData("webhook"), InlineData("sftp")]
    public void The_workbench_shows_what_becomes_of_the_sample_of_a_start(string name)
    {
        var start = StartingPoints.Find(name)!;
        var bench = new Bench(TimeProvider.System) { Text = start.Document!, Message = System.Text.Encoding.UTF8.GetString(start.Sample), Topic = start.Topic };
        bench.Show();
        bench.Connection = start.SampleConnection(bench.Draft!.Manifest);
        bench.Show();
        Assert.True(bench.Incoming!.Outcome is "order" or "shipment.confirmed", bench.Incoming.Text + string.Join("; ", bench.Incoming.Refusals.Select(r => r.Message)));
        Assert.NotNull(bench.Source());
        Assert.Empty(bench.Unmapped);
    }
}

/// <summary>The pages as they are shown, on a product that runs.</summary>
public sealed class StartPagesTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_pages_are_there_for_admins_and_for_nobody_else()
    {
        await using var product = await ProductHost.StartAsync();
        using var admin = await product.ClientAsync(PortalRoles.Admin);
        var page = await admin.GetStringAsync(new Uri("/connectors/new", UriKind.Relative), Ct);
        Assert.Contains("What do you want to connect?", page, StringComparison.Ordinal);
        foreach (var start in StartingPoints.All)
            Assert.Contains($"href=\"/connectors/new/{start.Name}\"", page, StringComparison.Ordinal);
        Assert.Contains("/connections/new?connector=woocommerce", page, StringComparison.Ordinal);
        Assert.Contains("my-x12-partner", await admin.GetStringAsync(new Uri("/connectors/new/x12", UriKind.Relative), Ct), StringComparison.Ordinal);
        Assert.Contains("There is no such start", await admin.GetStringAsync(new Uri("/connectors/new/morse", UriKind.Relative), Ct), StringComparison.Ordinal);
        Assert.Contains("No description was read yet", await admin.GetStringAsync(new Uri("/connectors/new/imported", UriKind.Relative), Ct), StringComparison.Ordinal);
        Assert.Contains("From an OpenAPI description", await admin.GetStringAsync(new Uri("/connectors/new/openapi", UriKind.Relative), Ct), StringComparison.Ordinal);
        Assert.Contains("- topics: [order.created]", await admin.GetStringAsync(new Uri("/connections/new?connector=kafka&start=kafka", UriKind.Relative), Ct), StringComparison.Ordinal);
        using var business = await product.ClientAsync(PortalRoles.Business);
        foreach (var address in new[] { "/connectors/new", "/connectors/new/openapi" })
            Assert.DoesNotContain("Have ready", await (await business.GetAsync(new Uri(address, UriKind.Relative), Ct)).Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
    }
}
