using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Transactions;

/// <summary>The journal told compact and in full, with silence that lasted too long, and a lane a system.</summary>
public sealed class StoryTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 14, 0, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, TimeSpan> Deadlines = new() { ["ack"] = TimeSpan.FromMinutes(30) };

    private readonly List<JournalEvent> _journal = [];

    [Fact]
    public void Eight_retries_are_one_line_with_the_first_and_the_last()
    {
        Add(0, JournalEventType.Received, "", "Shop sent order 1001", "shop");
        Add(0, JournalEventType.Validated, "check", "Order checked");
        for (var i = 1; i <= 8; i++)
        {
            Add(i, JournalEventType.CallFailed, "erp", $"503 at attempt {i}", "erp", "http.503", 100_000);
            Add(i, JournalEventType.RetryScheduled, "erp", "again later", "erp", "http.503");
        }

        Add(9, JournalEventType.CallSucceeded, "erp", "ERP created SO-1", "erp", null, 163_000);
        var told = Tell(full: false).Cast<StoryLine.Told>().ToList();
        Assert.Equal([(JournalEventType.Received, 1), (JournalEventType.CallFailed, 8), (JournalEventType.CallSucceeded, 1)], told.Select(t => (t.First.Type, t.Count)));
        Assert.Equal((Start.AddMinutes(1), Start.AddMinutes(8)), (told[1].First.At, told[1].Last.At));
        Assert.Equal(_journal, Tell(full: true).Cast<StoryLine.Told>().Select(t => t.First));
    }

    [Fact]
    public void What_differs_is_not_folded()
    {
        Add(0, JournalEventType.CallFailed, "erp", "a", "erp", "http.503");
        Add(0, JournalEventType.CallFailed, "erp", "b", "erp", "http.500");
        Add(0, JournalEventType.CallFailed, "wms", "c", "wms", "http.500");
        Add(0, JournalEventType.CallSucceeded, "wms", "d", "wms");
        Add(0, JournalEventType.CallSucceeded, "wms", "d", "wms");
        Assert.All(Tell(full: false), l => Assert.Equal(1, ((StoryLine.Told)l).Count));
    }

    [Theory]
    [InlineData(29, false)]
    [InlineData(31, true)]
    public void A_wait_longer_than_its_deadline_is_a_gap_that_names_the_system(int minutes, bool gap)
    {
        Add(0, JournalEventType.WaitStarted, "ack", "Waiting for the warehouse", "wms");
        Add(minutes, JournalEventType.SignalReceived, "ack", "Acknowledged", "wms");
        var found = Tell(full: false).OfType<StoryLine.Gap>().ToList();
        Assert.Equal(gap, found.Count == 1);
        if (gap)
            Assert.Equal(("wms", TimeSpan.FromMinutes(31), TimeSpan.FromMinutes(30), false, false), (found[0].System, found[0].Span, found[0].Expected, found[0].Person, found[0].Open));
    }

    [Fact]
    public void Until_somebody_looked_after_it_is_a_gap_and_the_silence_since_is_open()
    {
        Add(0, JournalEventType.DeadLettered, "erp", "refused", "erp", "erp.refused");
        Add(60, JournalEventType.Replayed, "erp", "Bo retried it");
        Add(60, JournalEventType.DeadLettered, "erp", "refused", "erp", "erp.refused");
        var gaps = Tell(full: false, open: true, now: 90).OfType<StoryLine.Gap>().ToList();
        Assert.Equal([(true, false, 60.0), (true, true, 30.0)], gaps.Select(g => (g.Person, g.Open, g.Span.TotalMinutes)));
        Assert.Single(Tell(full: false, open: false, now: 90).OfType<StoryLine.Gap>());
    }

    [Fact]
    public void Nothing_is_expected_after_the_end_or_after_an_export()
    {
        Add(0, JournalEventType.Closed, "close", "Everything is done");
        Add(600, JournalEventType.EvidenceExported, "close", "Ada took the evidence");
        Assert.Empty(Tell(full: true, open: false, now: 9000).OfType<StoryLine.Gap>());
    }

    [Fact]
    public void Lanes_hold_calls_waits_holds_and_what_needed_a_person()
    {
        Add(0, JournalEventType.CallFailed, "erp", "503", "erp", "http.503", 60_000_000);
        Add(0, JournalEventType.RetryScheduled, "erp", "later", "erp", "http.503");
        Add(2, JournalEventType.CallSucceeded, "erp", "SO-1", "erp", null, 30_000_000);
        Add(2, JournalEventType.WaitStarted, "ack", "waiting", "wms");
        Add(5, JournalEventType.EvidenceExported, "ack", "Ada took it");
        Add(12, JournalEventType.WaitOverdue, "ack", "late", "wms", "wait.overdue");
        Add(20, JournalEventType.SignalReceived, "ack", "acknowledged", "wms");
        var lanes = Story.Lanes(_journal, open: false, Start);
        Assert.Equal([null, "erp", "wms"], lanes.Select(l => l.System));
        Assert.Equal((2, 90.0, 2.0), (lanes[1].Calls, lanes[1].Of(LaneKind.Call, LaneKind.FailedCall).TotalSeconds, lanes[1].Of(LaneKind.Hold).TotalMinutes));
        Assert.Equal((10.0, 8.0), (lanes[2].Of(LaneKind.Wait).TotalMinutes, lanes[0].Of(LaneKind.Stuck).TotalMinutes));
        Assert.Equal(Start.AddMinutes(-1), lanes[1].Bars[0].From);
    }

    private IReadOnlyList<StoryLine> Tell(bool full, bool open = false, int now = 0) => Story.Tell(_journal, full, Deadlines, open, Start.AddMinutes(now));

    private void Add(int minute, JournalEventType type, string step, string summary, string? system = null, string? code = null, int duration = 0) =>
        _journal.Add(new(Guid.Empty, _journal.Count + 1, Start.AddMinutes(minute), type, step, "", system, summary, code, 0, duration));
}
