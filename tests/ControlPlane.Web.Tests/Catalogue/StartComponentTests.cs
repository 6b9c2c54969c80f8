using System.Security.Claims;
using Bunit;
using Connectors;
using Connectors.Catalog.Starts;
using ControlPlane.Runtime.BackTests;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Mappings;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Catalogue;
using ControlPlane.Web.Tests.Controls;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Catalogue;

/// <summary>The pages between "what do you want to connect" and a draft, as a person uses them.</summary>
public sealed class StartComponentTests : ControlsContext, IAsyncLifetime
{
    private const string Shop = """
        openapi: 3.0.3
        info: { title: Corner shop, version: "1" }
        servers: [{ url: https://shop.example.org/api }]
        paths:
          /orders:
            get: { operationId: listOrders, parameters: [{ name: updated_since, in: query, schema: { type: string } }], responses: { "200": { description: ok } } }
          /prices:
            put: { operationId: setPrice, responses: { "204": { description: ok } } }
        """;

    private ProductHost _product = default!;

    private string Address => new Uri(Services.GetRequiredService<NavigationManager>().Uri).PathAndQuery;

    public async ValueTask InitializeAsync()
    {
        _product = await ProductHost.StartAsync();
        Services.AddMudServices();
        Services.AddLogging();
        Services.AddSingleton(TenantScope.Default);
        void Of<T>() where T : class => Services.AddSingleton(_product.Services.GetRequiredService<T>());
        Of<ConnectorVersions>();
        Of<IConnectionRegistry>();
        Of<BackTests>();
        Of<MappingTests>();
        Of<OutgoingTrials>();
        Of<MappingDesk>();
        Of<ConnectorDesk>();
        var who = AddAuthorization();
        AddBunitPersistentComponentState();
        SetRendererInfo(new("Server", true));
        who.SetAuthorized("Ada").SetRoles(PortalRoles.Admin).SetClaims(new Claim(ClaimTypes.NameIdentifier, "ada"));
    }

    public new async ValueTask DisposeAsync()
    {
        await _product.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public void Every_start_and_every_connector_is_a_card_that_search_narrows()
    {
        var page = Render<StartPage>();
        page.WaitForAssertion(() => Assert.Equal(StartingPoints.All.Count + ConnectorsFeature.BuiltIn(TimeProvider.System).All.Count, page.FindAll("[data-arrow]").Count));
        Assert.All(page.FindAll("[data-arrow]"), a => Assert.NotNull(page.Find("#" + a.GetAttribute("aria-describedby"))));
        page.Find("input[type=search]").Input("csv");
        Assert.Equal(["Delimited file (CSV)", "CSV till"], page.FindAll("[data-arrow]").Select(a => a.TextContent));
        Assert.Equal("1 generic start, 1 connector of the catalogue.", page.Find("[role=status]").TextContent);
        page.Find("input[type=search]").Input("carrier pigeon");
        Assert.Contains("Nothing has these words", page.Markup, StringComparison.Ordinal);
        page.Find(".cp-state button").Click();
        Assert.Equal("", page.Find("input[type=search]").GetAttribute("value") ?? "");
        Assert.Contains(page.FindAll("[data-arrow]"), a => a.GetAttribute("href") == "/connectors/new/kafka");
    }

    [Fact]
    public void A_description_is_read_chosen_from_and_opened_on_the_workbench()
    {
        var page = Render<OpenApiPage>();
        page.Find("button.cp-button-primary").Click();
        Assert.Equal("Paste the document, or choose its file.", page.Find("[role=status]").TextContent);
        page.Find("#oa-text").Change("openapi: 9");
        page.Find("button.cp-button-primary").Click();
        Assert.Contains("line 1: openapi: '9' is not read.", page.Find(".problems").TextContent, StringComparison.Ordinal);
        page.Find("#oa-text").Change(Shop);
        page.Find("button.cp-button-primary").Click();
        Assert.Empty(page.FindAll(".problems"));
        Assert.Equal("listOrders", page.Find("#oa-list-orders").GetAttribute("value"));
        Assert.Contains("updated_since", page.Find("#oa-list-orders-d").TextContent, StringComparison.Ordinal);
        Assert.NotEmpty(page.FindAll(".decisions li"));
        page.Find("#oa-other").Change("setPrice");
        Assert.Contains("PUT /prices", page.Find(".added").TextContent, StringComparison.Ordinal);
        page.FindAll("button").Single(b => b.TextContent == "Open the draft on the workbench").Click();
        page.WaitForAssertion(() => Assert.Equal("/connectors/new/imported", Address));

        // There it lies, with the message that the description shows, and its address goes on to the connection.
        var bench = Render<WorkbenchPage>(p => p.Add(x => x.Start, WorkbenchPage.Imported));
        bench.WaitForAssertion(() => Assert.Contains("name: corner-shop", bench.Find("#w-document").GetAttribute("value"), StringComparison.Ordinal));
        Assert.Equal("https://shop.example.org/api", Connectors.Protocols.OpenApi.OpenApiDraft.AddressIn(bench.Find("#w-document").GetAttribute("value")!));
    }

    [Fact]
    public void A_brokers_start_goes_on_to_a_connection_that_carries_what_was_written()
    {
        var bench = Render<WorkbenchPage>(p => p.Add(x => x.Start, "rabbitmq"));
        bench.WaitForAssertion(() => Assert.Contains("An order, number E-4001, with 2 lines.", bench.Markup, StringComparison.Ordinal));
        bench.Find("#w-document").Input(bench.Find("#w-document").GetAttribute("value")!.Replace("order.shipped", "order.sent", StringComparison.Ordinal));
        bench.FindAll("button").Single(b => b.TextContent == "Go on to the connection").Click();
        bench.WaitForAssertion(() => Assert.Equal("/connections/new?connector=rabbitmq&start=rabbitmq", Address));
        var form = Render<NewConnectionPage>();
        form.WaitForAssertion(() => Assert.Contains("headers: { type: order.sent }", form.Find("#s-spec").GetAttribute("value"), StringComparison.Ordinal));
        Assert.DoesNotContain("kind: Connector", form.Find("#s-spec").GetAttribute("value"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_connector_that_does_not_exist_is_told_above_those_that_do()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/connections/new?connector=nope");
        var page = Render<NewConnectionPage>();
        page.WaitForAssertion(() => Assert.Equal("There is no connector “nope”. Choose one of these.", page.Find("[role=alert] p").TextContent));
        Assert.NotEmpty(page.FindAll(".kinds a"));
    }

    [Theory]
    [InlineData("x12", "An order, number 4500123456, with 2 lines.")]
    [InlineData("delimited", "An order, number C-2001, with 2 lines.")]
    public void A_start_shows_at_once_what_becomes_of_its_message(string start, string expected)
    {
        var bench = Render<WorkbenchPage>(p => p.Add(x => x.Start, start));
        bench.WaitForAssertion(() => Assert.Contains(expected, bench.Markup, StringComparison.Ordinal));
        Assert.Empty(bench.FindAll("#w-connection"));
        Assert.DoesNotContain("History", bench.FindAll("h2").Select(h => h.TextContent));
    }

    [Theory, InlineData("morse", "There is no such start"), InlineData("imported", "No description was read yet")]
    public void Where_nothing_can_lie_on_the_workbench_it_says_so_with_a_way_on(string start, string expected)
    {
        var bench = Render<WorkbenchPage>(p => p.Add(x => x.Start, start));
        bench.WaitForAssertion(() => Assert.Equal(expected, bench.Find(".cp-state-title").TextContent));
        Assert.NotNull(bench.Find(".cp-state a"));
    }
}
