using System.Net;
using Bunit;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Silence;
using ControlPlane.Web.Features.Calendars;
using ControlPlane.Web.Tests.Api;
using ControlPlane.Web.Tests.Pages;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Calendars;

/// <summary>Calendars in the portal, each in its states, and as scripts see them.</summary>
public sealed class CalendarsTests : PagesContext
{
    private const string Document = """
        kind: Connection
        metadata: { name: cal-wms }
        spec: { connector: regional-wms, role: wms, displayName: Depot, owner: Warehouse, baseAddress: "http://127.0.0.1:1", secrets: { apiKey: "${secret:TEST_KEY}", webhookSecret: "${secret:TEST_HOOK}" } }
        ---
        kind: CarrierCalendar
        metadata: { name: depot-parcel }
        spec:
          title: Parcels from the depot
          carrier: DHL
          connection: cal-wms
          zone: Europe/Berlin
          pickUps: [{ days: [mon, tue, wed, thu, fri], at: "17:00", cutOff: "15:00" }, { days: [sat], at: "12:00" }]
          hours: [{ days: [mon, wed], from: "06:00", to: "20:00" }]
          holidays: ["2099-12-25"]
          reportedWithin: 90m
        ---
        kind: CarrierCalendar
        metadata: { name: nobody }
        spec: { connection: gone, zone: UTC, hours: [{ days: [mon], from: "08:00", to: "09:00" }] }
        """;

    public CalendarsTests()
    {
        Slowly<CalendarQueries>();
        SignIn("Bo", PortalRoles.Business);
    }

    [Fact]
    public void While_it_reads_it_shows_the_shape_of_what_comes()
    {
        Database.Gate = new();
        var page = Render<CalendarsPage>();
        Assert.NotEmpty(page.FindAll(".cp-skeleton"));
        Database.Gate.SetResult();
        page.WaitForAssertion(() => Assert.Equal("No calendar is in service", page.Find(".cp-state-title").TextContent), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void What_cannot_be_read_says_so_and_can_be_tried_again()
    {
        Database.Broken = true;
        FailsAndRecovers(Render<CalendarsPage>(), page => Assert.Equal("No calendar is in service", page.Find(".cp-state-title").TextContent));
    }

    [Fact]
    public async Task A_calendar_says_when_it_is_fetched_and_a_lost_connection_is_named()
    {
        await ApplyAsync();
        var page = Render<CalendarsPage>();
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll("tbody tr").Count), TimeSpan.FromSeconds(10));
        var depot = page.FindAll("tbody tr")[0].TextContent;
        Assert.Contains("Mon to Fri 17:00, cut-off 15:00", depot, StringComparison.Ordinal);
        Assert.Contains("Sat 12:00", depot, StringComparison.Ordinal);
        Assert.Contains("Mon, Wed 06:00 to 20:00", depot, StringComparison.Ordinal);
        Assert.Contains("25 Dec 2099", depot, StringComparison.Ordinal);
        Assert.Equal("/connections/cal-wms", page.Find("tbody a").GetAttribute("href"));
        Assert.Contains("no connection gone", page.FindAll("tbody tr")[1].TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scripts_get_the_same_and_an_unchanged_document_makes_no_revision()
    {
        await using var host = await ProductHost.StartAsync();
        var estate = host.Services.GetRequiredService<EstateService>();
        var (first, problems) = await estate.ApplyAsync(TenantScope.Default, [new("cal.yaml", Document)], "Kim", "test", Ct);
        Assert.Empty(problems);
        Assert.Equal([EstateChange.Create, EstateChange.Create, EstateChange.Create], first.Select(i => i.Change));
        var (again, _) = await estate.ApplyAsync(TenantScope.Default, [new("cal.yaml", Document)], "Kim", "test", Ct);
        Assert.All(again, i => Assert.Equal(EstateChange.Unchanged, i.Change));
        var (changed, _) = await estate.ApplyAsync(TenantScope.Default, [new("cal.yaml", Document.Replace("17:00", "18:00", StringComparison.Ordinal))], "Lee", "later", Ct);
        Assert.Single(changed, i => i is { Kind: "CarrierCalendar", Change: EstateChange.Change });
        using var client = host.Client();
        using var answer = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync("/api/v1/calendars", Ct));
        var item = answer.RootElement.EnumerateArray().Single(c => c.GetProperty("name").GetString() == "depot-parcel");
        Assert.Equal(("18:00", "Depot", "Lee"), (item.GetProperty("pickUps")[0].GetProperty("at").GetString(), item.GetProperty("system").GetString(), item.GetProperty("updatedBy").GetString()));
        Assert.Equal(HttpStatusCode.BadRequest, (await client.GetAsync(new Uri("/api/v1/calendars?page=2", UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.Client(null).GetAsync(new Uri("/api/v1/calendars", UriKind.Relative), Ct)).StatusCode);
    }

    private async Task ApplyAsync()
    {
        var (_, problems) = await Product.GetRequiredService<EstateService>().ApplyAsync(TenantScope.Default, [new("cal.yaml", Document[(Document.IndexOf("---", StringComparison.Ordinal) + 4)..])], "Kim", "test", Ct);
        Assert.Empty(problems);
        Product.GetRequiredService<ConnectionRegistry>().Replace([new() { Key = "cal-wms", Connector = "regional-wms", Role = SystemRole.Wms, DisplayName = "Depot" }]);
    }
}
