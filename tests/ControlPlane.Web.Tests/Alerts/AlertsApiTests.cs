using ControlPlane.Domain.Shared;
using System.Net;
using System.Net.Http.Json;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Features.CommandLine;
using ControlPlane.Web.Tests.Api;
using ControlPlane.Web.Tests.Catalogue;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Alerts;

/// <summary>Alerts by API over the whole product, and what a budget keeps from being published there and by the verb.</summary>
public sealed class AlertsApiTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Channels_are_made_refused_by_field_tested_and_deleted()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        var wrong = await api.SendAsync(HttpMethod.Put, "/api/v1/alert-channels/chat", """{"type":"slack","address":"https://hooks.slack.com/x","reason":"r"}""", null, HttpStatusCode.BadRequest);
        Assert.Equal("address", wrong.GetProperty("errors")[0].Text("field"));
        await api.SendAsync(HttpMethod.Put, "/api/v1/alert-channels/desk", """{"type":"mail","to":["desk@example.com"],"for":["page"],"reason":"first"}""", null, HttpStatusCode.OK);
        await api.SendAsync(HttpMethod.Put, "/api/v1/alert-channels/desk", """{"type":"mail","to":["x@example.com"],"basedOn":7,"reason":"late"}""", null, HttpStatusCode.Conflict);
        var test = await api.SendAsync(HttpMethod.Post, "/api/v1/alert-channels/desk/test", null, null, HttpStatusCode.Conflict);
        Assert.Equal("It did not arrive. No mail server is set: ControlPlane:Notifications:MailHost and MailFrom.", test.Text("detail"));
        var one = (await api.GetAsync("/api/v1/alert-channels", HttpStatusCode.OK))[0];
        Assert.Equal(("desk", "mail", "desk@example.com"), (one.Text("name"), one.Text("type"), one.GetProperty("to")[0].GetString()));
        using var business = await product.ClientAsync(PortalRoles.Business);
        await business.GetAsync("/api/v1/alert-channels", HttpStatusCode.Forbidden);
        await api.SendAsync(HttpMethod.Delete, "/api/v1/alert-channels/desk", null, null, HttpStatusCode.OK);
        await api.SendAsync(HttpMethod.Delete, "/api/v1/alert-channels/desk", null, null, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Silences_and_waivers_need_their_reason_and_their_right()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        Assert.Equal("silence.matches_all", (await api.SendAsync(HttpMethod.Post, "/api/v1/silences", """{"minutes":60,"reason":"r"}""", null, HttpStatusCode.BadRequest)).GetProperty("errors")[0].Text("code"));
        foreach (var (field, code) in new[] { ("objective", "silence.objective_unknown"), ("party", "silence.party_unknown") })
        {
            var error = (await api.SendAsync(HttpMethod.Post, "/api/v1/silences", $$"""{"{{field}}":"nope","minutes":60,"reason":"r"}""", null, HttpStatusCode.BadRequest)).GetProperty("errors")[0];
            Assert.Equal((field, code), (error.Text("field"), error.Text("code")));
        }

        await api.SendAsync(HttpMethod.Post, "/api/v1/silences", """{"party":"erp","minutes":60,"reason":"they move"}""", null, HttpStatusCode.OK);
        var held = (await api.GetAsync("/api/v1/silences", HttpStatusCode.OK))[0];
        Assert.True(held.GetProperty("holds").GetBoolean());
        await api.SendAsync(HttpMethod.Delete, $"/api/v1/silences/{held.Text("id")}", null, null, HttpStatusCode.OK);
        using var executive = await product.ClientAsync(PortalRoles.Executive);
        await executive.SendAsync(HttpMethod.Post, "/api/v1/silences", """{"objective":"orders","minutes":60,"reason":"r"}""", null, HttpStatusCode.Forbidden);
        using var oper = await product.ClientAsync(PortalRoles.Operator);
        await oper.SendAsync(HttpMethod.Post, "/api/v1/budgets/waivers", """{"minutes":60,"reason":"r"}""", null, HttpStatusCode.Forbidden);
        await api.SendAsync(HttpMethod.Post, "/api/v1/budgets/waivers", """{"minutes":60,"reason":"the format changes"}""", null, HttpStatusCode.OK);
        Assert.Equal("the format changes", (await executive.GetAsync("/api/v1/budgets", HttpStatusCode.OK)).GetProperty("waivers")[0].Text("reason"));
        Assert.Empty((await executive.GetAsync("/api/v1/alerts", HttpStatusCode.OK)).Items());
        await api.GetAsync($"/api/v1/alerts/{EntityId.New(TimeProvider.System)}", HttpStatusCode.NotFound);
        await api.GetAsync("/api/v1/alerts?state=burning", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_spent_budget_lets_fixes_through_then_nothing_in_the_api_and_by_the_verb()
    {
        var budgets = new ScriptedAlerts(DateTimeOffset.UnixEpoch);
        await using var product = await ProductHost.StartAsync(adjust: builder => builder.Services.AddSingleton<IBudgetGate>(budgets));
        using var api = product.Client();
        Task<HttpResponseMessage> Publish(string? fix) => api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = OnboardingTests.Document, reason = "a new field", fix }, Ct);
        EstatePlanItem[] plan = [new("Connector", "bazaar", EstateChange.Create, "bazaar.yaml", "", OnboardingTests.Document)];

        budgets.Measure = BudgetMeasure.FixesOnly;
        using (var held = await Publish(null))
            Assert.Equal("budget.fixes_only", (await Json.ReadAsync(held, HttpStatusCode.Conflict)).Text("code"));
        var problem = Assert.Single(await EstateGuard.BudgetsAsync(product.Services, plan, null, Ct));
        Assert.Equal("budget.fixes_only", problem.Field);
        Assert.Contains("--fix", problem.Message, StringComparison.Ordinal);
        Assert.Empty(await EstateGuard.BudgetsAsync(product.Services, plan, "the tax code", Ct));
        using (var mended = await Publish("the tax code"))
            await Json.ReadAsync(mended, HttpStatusCode.OK);
        Assert.Equal("Fix of the tax code: a new field", (await api.GetAsync("/api/v1/connectors/bazaar/versions", HttpStatusCode.OK))[0].Text("reason"));

        budgets.Measure = BudgetMeasure.Freeze;
        using (var frozen = await Publish("the tax code"))
            Assert.Equal("budget.frozen", (await Json.ReadAsync(frozen, HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal("budget.frozen", Assert.Single(await EstateGuard.BudgetsAsync(product.Services, plan, "the tax code", Ct)).Field);
        // What did not change is not held back.
        Assert.Empty(await EstateGuard.BudgetsAsync(product.Services, [plan[0] with { Change = EstateChange.Unchanged }], null, Ct));
    }
}
