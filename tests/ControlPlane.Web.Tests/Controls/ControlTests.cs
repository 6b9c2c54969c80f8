using Bunit;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Controls;

public sealed class ControlTests : ControlsContext
{
    [Fact]
    public void A_status_is_icon_word_and_colour()
    {
        var chip = Render<StatusChip>(p => p.Add(c => c.State, TransactionState.Stuck)).Find(".cp-chip");
        Assert.Contains("cp-tone-stuck", chip.ClassName);
        Assert.Equal("Stuck", chip.TextContent.Trim());
        Assert.Equal("true", chip.QuerySelector("svg")!.GetAttribute("aria-hidden"));
        Assert.NotEmpty(chip.QuerySelector("svg")!.InnerHtml);
    }

    [Fact]
    public void A_party_shows_the_connections_own_name_and_keeps_its_colour()
    {
        var party = Render<PartyChip>(p => p.Add(c => c.Role, SystemRole.Erp).Add(c => c.Name, "Business Central")).Find(".cp-party");
        Assert.Contains("cp-party-erp", party.ClassName);
        Assert.Equal("Business Central", party.TextContent.Trim());
        Assert.Equal("ERP", party.GetAttribute("title"));
        Assert.Equal("ControlPlane", Render<PartyChip>(p => p.Add(c => c.Role, null)).Find(".cp-party").TextContent.Trim());
    }

    [Fact]
    public void Whose_move_it_is_names_a_system_only_where_the_verdict_does()
    {
        var erp = new VerdictSystem("erp", "Business Central", SystemRole.Erp);
        Assert.Equal("Business Central", Move(VerdictMove.Erp, erp));
        Assert.Equal("ERP", Move(VerdictMove.Erp, erp with { DisplayName = "" }));
        Assert.Equal("ControlPlane", Move(VerdictMove.Us, erp));
        Assert.Equal("Not known", Move(VerdictMove.Unknown, erp));
        Assert.Equal("nobody's", Move(VerdictMove.Nobody, null));
        Assert.Contains("no proof", Render<MoveChip>(p => p.Add(m => m.Move, VerdictMove.Unknown).Add(m => m.System, erp)).Find(".cp-chip").GetAttribute("title"));

        string Move(VerdictMove move, VerdictSystem? system) => Render<MoveChip>(p => p.Add(m => m.Move, move).Add(m => m.System, system)).Find("span").TextContent.Trim();
    }

    [Fact]
    public void A_time_is_local_with_its_zone_and_utc_on_hovering()
    {
        var time = Render<TimeStamp>(p => p.Add(t => t.At, Now.AddMinutes(-38)).Add(t => t.Relative, true));
        Assert.Equal("14:02:00 UTC+1", time.Find("time").TextContent);
        Assert.Equal("2026-11-23 13:02:00.000 UTC, which is 14:02:00.000 UTC+1 in Europe/Berlin", time.Find("time").GetAttribute("title"));
        Assert.Equal("2026-11-23T13:02:00.000Z", time.Find("time").GetAttribute("datetime"));
        Assert.Equal("38 min ago", time.Find("[data-age-of]").TextContent);
    }

    [Fact]
    public void A_time_follows_the_zone_switch()
    {
        var time = Render<TimeStamp>(p => p.Add(t => t.At, Now));
        Viewer.Show(utc: true);
        time.WaitForAssertion(() => Assert.Equal("13:40:00 UTC", time.Find("time").TextContent));
    }

    [Fact]
    public void The_age_of_data_is_told_and_can_grow_in_the_browser()
    {
        var age = Render<DataAge>(p => p.Add(d => d.At, Now.AddSeconds(-4))).Find(".cp-data-age");
        Assert.Equal("Updated 4 s ago", age.TextContent);
        Assert.Equal("2026-11-23T13:39:56.000Z", age.QuerySelector("[data-age-of]")!.GetAttribute("data-age-of"));
        Assert.Empty(Render<DataAge>(p => p.Add(d => d.At, null)).Markup);
    }

    [Fact]
    public void Money_that_is_withheld_is_called_unknown()
    {
        Assert.Equal("126.40 EUR", Render<MoneyText>(p => p.Add(m => m.Value, new Money(126_40, "EUR"))).Find(".cp-money").TextContent);
        var none = Render<MoneyText>(p => p.Add(m => m.Value, null)).Find(".cp-none");
        Assert.Equal("unknown", none.TextContent);
        Assert.Contains("channel", none.GetAttribute("title"));
    }

    [Fact]
    public void An_identifier_can_be_copied_without_the_server()
    {
        var button = Render<IdentifierText>(p => p.Add(i => i.Value, "SO-88412").Add(i => i.Label, "ERP order")).Find("button");
        Assert.Equal("SO-88412", button.GetAttribute("data-copy"));
        Assert.Equal("Copy ERP order SO-88412", button.GetAttribute("aria-label"));
    }

    [Fact]
    public void A_figure_is_a_link_where_it_counts_something()
    {
        var card = Render<MetricCard>(p => p.Add(m => m.Label, "Stuck").Add(m => m.Figure, "14").Add(m => m.Unit, "orders").Add(m => m.Href, "/transactions?state=stuck"));
        Assert.Equal("/transactions?state=stuck", card.Find("a.cp-metric").GetAttribute("href"));
        Assert.Equal("14 orders", card.Find(".cp-metric-figure").TextContent.Trim());
        Assert.Empty(Render<MetricCard>(p => p.Add(m => m.Label, "Stuck").Add(m => m.Figure, "14")).FindAll("a"));
    }

    [Fact]
    public void A_filter_is_removed_by_following_a_link()
    {
        var chips = Render<FilterChips>(p => p
            .Add(f => f.Filters, [new("State", "stuck", "/transactions?q=1"), new("Search", "1001", "/transactions?state=stuck")])
            .Add(f => f.ClearHref, "/transactions"));
        var remove = chips.Find("a[aria-label='Remove the filter State stuck']");
        Assert.Equal("/transactions?q=1", remove.GetAttribute("href"));
        Assert.Equal("/transactions", chips.Find("a.cp-link").GetAttribute("href"));
        Assert.Empty(Render<FilterChips>(p => p.Add(f => f.Filters, [])).Markup);
    }

    [Fact]
    public void A_page_head_gives_title_and_answer()
    {
        var head = Render<PageHead>(p => p.Add(h => h.Title, "Transactions").Add(h => h.Answer, "12 orders are stuck."));
        Assert.Equal("Transactions", head.Find("h1").TextContent);
        Assert.Equal("12 orders are stuck.", head.Find(".cp-answer").TextContent);
    }

    [Fact]
    public void A_card_is_a_region_named_by_its_heading()
    {
        var card = Render<Card>(p => p.Add(c => c.Title, "Needs someone now").AddChildContent("<p>x</p>"));
        Assert.Equal(card.Find("h2").Id, card.Find("section").GetAttribute("aria-labelledby"));
    }

    [Fact]
    public void The_live_indicator_is_silent_until_a_page_follows_and_can_be_paused()
    {
        var live = Services.GetRequiredService<LiveState>();
        var indicator = Render<LiveIndicator>();
        Assert.Empty(indicator.Markup);
        live.Fresh(this, Now.AddSeconds(-4));
        indicator.WaitForAssertion(() => Assert.Equal("Live", indicator.Find(".cp-live-word").TextContent));
        Assert.Equal("4 s ago", indicator.Find("[data-age-of]").TextContent);
        indicator.Find("button").Click();
        Assert.True(live.Paused);
        Assert.Equal("Paused", indicator.Find(".cp-live-word").TextContent);
    }

    [Fact]
    public void A_page_that_closes_late_does_not_silence_the_next_one()
    {
        var live = new LiveState();
        object first = new(), second = new();
        live.Fresh(first, Now);
        live.Fresh(second, Now);
        live.Leave(first);
        Assert.True(live.Followed);
        live.Leave(second);
        Assert.False(live.Followed);
        Assert.Null(live.DataAt);
    }
}
