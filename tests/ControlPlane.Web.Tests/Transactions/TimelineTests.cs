using Bunit;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Features.Transactions.Detail;
using ControlPlane.Web.Tests.Controls;

namespace ControlPlane.Web.Tests.Transactions;

/// <summary>The timeline as people see it: compact or in full, gaps in words, lanes with their sums.</summary>
public sealed class TimelineTests : ControlsContext
{
    private static readonly VerdictSystem Erp = new("erp", "Business Central", SystemRole.Erp);

    [Fact]
    public void Compact_folds_what_is_the_same_and_draws_the_silence()
    {
        var tab = Render<TimelineTab>(p => p.Add(x => x.Detail, Story()));
        Assert.Contains("3 times until", tab.Find(".times").TextContent, StringComparison.Ordinal);
        Assert.Equal(2, tab.FindAll(".entry").Count);
        Assert.Contains("until somebody looked after it", Assert.Single(tab.FindAll(".gap")).TextContent, StringComparison.Ordinal);
        Assert.Empty(tab.FindAll(".basis"));
        Assert.Equal("true", tab.Find(".modes a").GetAttribute("aria-current"));
        Assert.Contains("3 calls", tab.FindAll(".sum").Select(s => s.TextContent).Single(s => s.Contains("call", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void In_full_every_event_tells_on_what_it_rests()
    {
        var tab = Render<TimelineTab>(p => p.Add(x => x.Detail, Story()).Add(x => x.Full, true));
        Assert.Equal(6, tab.FindAll(".entry").Count);
        Assert.Contains("flow orders@3, mapping bc@12, crosswalks 41", tab.FindAll(".basis").Select(b => b.TextContent));
        Assert.Contains("retry transient, 1 of 12, after 2 s", tab.FindAll(".basis").Select(b => b.TextContent));
    }

    private TransactionDetail Story()
    {
        var at = Now.AddHours(-2);
        var entries = new List<TimelineEntry>();
        for (var i = 0; i < 3; i++)
        {
            entries.Add(new(at.AddSeconds(2 * i), 2 * i + 1, JournalEventType.CallFailed, "erp", "erp-posted", Erp, "The ERP answered 503", "http.503", i + 1, 100_000, null, new Basis("orders@3", "bc@12", 41)));
            if (i < 2)
                entries.Add(new(at.AddSeconds(2 * i), 2 * i + 2, JournalEventType.RetryScheduled, "erp", "erp-posted", Erp, "again later", "http.503", i + 1, 0, null, new Basis(Policy: $"retry transient, {i + 1} of 12, after 2 s")));
        }

        entries.Add(new(at.AddSeconds(4), 6, JournalEventType.DeadLettered, "erp", "erp-posted", Erp, "It was given up", "http.503", 3, 0, null));
        return Given.Detail(Given.Item(1, TransactionState.Stuck, Now), Now) with { Timeline = entries, Attempts = [] };
    }
}
