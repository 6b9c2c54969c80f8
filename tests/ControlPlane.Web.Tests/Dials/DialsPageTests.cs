using Bunit;
using Connectors.Sandbox;
using Connectors.Sandbox.Dials;
using ControlPlane.Web.Features.Dials;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MudBlazor.Services;

namespace ControlPlane.Web.Tests.Dials;

public sealed class DialsPageTests : BunitContext
{
    private readonly FakeTimeProvider _clock = new();

    public DialsPageTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        Services.AddSingleton<TimeProvider>(_clock);
    }

    [Fact]
    public void Every_dial_is_there_with_its_meaning_and_every_input_has_a_name()
    {
        var sandbox = WithSandbox();

        var page = Render<DialsPage>();

        var inputs = page.FindAll("input");
        Assert.Equal(sandbox.Dials.List().Count, inputs.Count);
        Assert.All(inputs, input =>
        {
            var name = input.GetAttribute("aria-label") ?? input.Closest("label")?.TextContent;
            Assert.False(string.IsNullOrWhiteSpace(name), input.OuterHtml);
            Assert.NotNull(page.Find("#" + input.GetAttribute("aria-describedby")));
        });
        Assert.All(sandbox.Dials.List(), d => Assert.Contains(d.Definition.Meaning, page.Markup, StringComparison.Ordinal));
        Assert.Contains("No fault is on.", page.Markup, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slider_and_a_switch_turn_their_dials_and_the_page_says_so()
    {
        var sandbox = WithSandbox();
        var page = Render<DialsPage>();

        page.Find("[aria-label='Dials of ERP (Business Central)'] input[aria-label='Latency']").Change("500");
        page.FindAll("[aria-label='Dials of ERP (Business Central)'] input[role=switch]")[0].Change(true);

        Assert.Equal((500, 1), (sandbox.Dials.Get("erp", "latency"), sandbox.Dials.Get("erp", "maintenance")));
        Assert.Equal("ERP (Business Central): Maintenance is now On.", page.Find("[role=status]").TextContent);
        Assert.Contains("2 faults are on.", page.Markup, StringComparison.Ordinal);
        Assert.Equal("500 ms", page.Find("[aria-label='Dials of ERP (Business Central)'] input[aria-label='Latency']").GetAttribute("aria-valuetext"));
    }

    [Fact]
    public void A_preset_is_pressed_while_it_holds()
    {
        var sandbox = WithSandbox();
        var page = Render<DialsPage>();
        Assert.Equal("true", Preset(page, "All well").GetAttribute("aria-pressed"));

        Preset(page, "ERP down").Click();
        Assert.Equal(100, sandbox.Dials.Get("erp", "error-rate"));
        Assert.Equal(("true", "false"), (Preset(page, "ERP down").GetAttribute("aria-pressed"), Preset(page, "All well").GetAttribute("aria-pressed")));
        Preset(page, "All well").Click();

        Assert.Equal(0, sandbox.Dials.Get("erp", "error-rate"));
    }

    [Fact]
    public void What_others_turn_and_what_happens_shows_within_a_second()
    {
        var sandbox = WithSandbox();
        var page = Render<DialsPage>();
        sandbox.Dials.Apply([new DialSetting("wms", "latency", 1_000)]);
        sandbox.PlaceOrders("shop", 12);

        _clock.Advance(TimeSpan.FromSeconds(1));

        page.WaitForAssertion(() =>
        {
            Assert.Contains("One fault is on.", page.Markup, StringComparison.Ordinal);
            Assert.Equal("12", page.Find("dt:contains('Orders placed') + dd").TextContent);
        });
    }

    [Fact]
    public void The_buttons_place_orders_and_reset()
    {
        var sandbox = WithSandbox();
        sandbox.Dials.Apply("lost-answers");
        var page = Render<DialsPage>();

        page.Find("button:contains('Place 10 orders now')").Click();
        page.Find("button:contains('Reset all dials')").Click();

        // The second click is done when the first one's work is.
        page.WaitForAssertion(() =>
        {
            Assert.Equal(10, sandbox.Statistics().Single(s => s.System == "shop").OrdersPlaced);
            Assert.Empty(DialsPresentation.Faults(sandbox.Dials.List()));
        }, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Without_the_demo_the_page_says_so() =>
        Assert.Contains("The demo is off", Page().Markup, StringComparison.Ordinal);

    [Fact]
    public void The_page_is_for_administrators_only()
    {
        var authorize = Assert.Single(typeof(DialsPage).GetCustomAttributes(typeof(AuthorizeAttribute), false).Cast<AuthorizeAttribute>());

        Assert.Equal("admin", authorize.Roles);
        Assert.Equal("/dials", Assert.Single(typeof(DialsPage).GetCustomAttributes(typeof(RouteAttribute), false).Cast<RouteAttribute>()).Template);
    }

    [Theory]
    [InlineData("shop", "order-rate", 1_200, "1,200 orders/min")]
    [InlineData("erp", "error-rate", 30, "30 %")]
    [InlineData("erp", "maintenance", 1, "On")]
    [InlineData("wms", "ack-delay-min", 0, "0 s")]
    public void A_value_reads_with_its_unit(string system, string name, double value, string text)
    {
        var dial = WithSandbox().Dials.List().Single(d => d.Definition.System == system && d.Definition.Name == name).Definition;

        Assert.Equal(text, DialsPresentation.Value(dial, value));
    }

    private IRenderedComponent<DialsPage> Page()
    {
        SetRendererInfo(new("Server", isInteractive: true));
        return Render<DialsPage>();
    }

    private static AngleSharp.Dom.IElement Preset(IRenderedComponent<DialsPage> page, string title) =>
        page.FindAll("[aria-label=Presets] button").Single(b => b.TextContent.Contains(title, StringComparison.Ordinal));

    /// <summary>Not started: the page needs its dials and counts, not its port.</summary>
    private ISandboxControl WithSandbox()
    {
        Services.AddSandbox(new() { Port = 0, Seed = 1, WebhookTarget = new("http://127.0.0.1:9") });
        Services.AddLogging();
        SetRendererInfo(new("Server", isInteractive: true));
        return Services.GetRequiredService<ISandboxControl>();
    }
}
