namespace ControlPlane.Domain.Transactions;

/// <summary>A line of the timeline.</summary>
public abstract record StoryLine(DateTimeOffset At)
{
    /// <summary>What happened: once, or the same several times one after the other.</summary>
    public sealed record Told(JournalEvent First, JournalEvent Last, int Count) : StoryLine(First.At);

    /// <summary>Nothing happened for longer than it should.</summary>
    /// <param name="Expected">How long it should take at most.</param>
    /// <param name="System">Key of the connection that was waited for; null = us, or a person.</param>
    /// <param name="Person">True when it waited for somebody to look after it.</param>
    /// <param name="Open">True when nothing has happened since.</param>
    public sealed record Gap(DateTimeOffset From, DateTimeOffset Until, TimeSpan Expected, string? System, bool Person, bool Open) : StoryLine(From)
    {
        public TimeSpan Span => Until - From;
    }
}

public enum LaneKind
{
    /// <summary>A call that went well.</summary>
    Call,

    /// <summary>A call that failed, or whose outcome is unknown.</summary>
    FailedCall,

    /// <summary>It was this system's move.</summary>
    Wait,

    /// <summary>Its system was not called: maintenance, an open breaker, a used-up budget, a pause before the next attempt.</summary>
    Hold,

    /// <summary>It needed a person.</summary>
    Stuck,
}

public sealed record LaneBar(LaneKind Kind, DateTimeOffset From, DateTimeOffset To);

/// <param name="System">Key of the connection; null = ours.</param>
public sealed record StoryLane(string? System, IReadOnlyList<LaneBar> Bars)
{
    public int Calls => Bars.Count(b => b.Kind is LaneKind.Call or LaneKind.FailedCall);

    public TimeSpan Of(params LaneKind[] kinds) => new(Bars.Where(b => kinds.Contains(b.Kind)).Sum(b => (b.To - b.From).Ticks));
}

/// <summary>
/// Tells the journal of a transaction: in full, or compact, where the steps that a business person does not ask for are left out, the same
/// again is one line, and silence that lasted too long is a line of its own. Pure.
/// </summary>
public static class Story
{
    /// <summary>Between two steps of ours nothing takes longer.</summary>
    public static readonly TimeSpan Working = TimeSpan.FromMinutes(1);

    /// <summary>A stuck order is looked after within this, or the time until somebody did is shown.</summary>
    public static readonly TimeSpan Attended = TimeSpan.FromMinutes(15);

    /// <summary>The longest pause between two attempts, with something to spare.</summary>
    public static readonly TimeSpan Pausing = TimeSpan.FromMinutes(15);

    /// <summary>For waits whose flow is not known any more, and for holds.</summary>
    public static readonly TimeSpan Waiting = TimeSpan.FromHours(1);

    /// <param name="deadlines">How long each wait of the flow may take, by step.</param>
    /// <param name="open">True while it is not closed, cancelled or replaced: then the silence since the last event counts, too.</param>
    public static IReadOnlyList<StoryLine> Tell(IReadOnlyList<JournalEvent> journal, bool full, IReadOnlyDictionary<string, TimeSpan> deadlines, bool open, DateTimeOffset now)
    {
        var lines = new List<StoryLine>();
        for (var i = 0; i < journal.Count; i++)
        {
            var one = journal[i];
            if (full || !IsDetail(one.Type))
            {
                if (!full && lines.Count > 0 && lines[^1] is StoryLine.Told before && IsSame(before.Last, one))
                    lines[^1] = before with { Last = one, Count = before.Count + 1 };
                else
                    lines.Add(new StoryLine.Told(one, one, 1));
            }

            var next = journal.Skip(i + 1).FirstOrDefault(e => !IsAside(e.Type));
            var until = next?.At ?? (open ? now : one.At);
            // Pauses between attempts that are folded into one line belong to that line.
            if (Expected(one, deadlines) is { } expected && until - one.At > expected && !(!full && next is not null && one.Type == JournalEventType.RetryScheduled))
                lines.Add(new StoryLine.Gap(one.At, until, expected, IsPersonal(one) ? null : one.System, IsPersonal(one), next is null));
        }

        return lines;
    }

    /// <summary>When each system had it: calls, waits, holds, and when it needed a person. Ours first, then in the order in which they came in.</summary>
    public static IReadOnlyList<StoryLane> Lanes(IReadOnlyList<JournalEvent> journal, bool open, DateTimeOffset now)
    {
        var bars = new List<(string? System, LaneBar Bar)>();
        for (var i = 0; i < journal.Count; i++)
        {
            var one = journal[i];
            var next = i + 1 < journal.Count ? journal[i + 1].At : open ? now : one.At;
            var kind = one.Type switch
            {
                JournalEventType.CallSucceeded or JournalEventType.OutcomeResolved => LaneKind.Call,
                JournalEventType.CallFailed or JournalEventType.OutcomeUnknown => LaneKind.FailedCall,
                JournalEventType.WaitStarted => LaneKind.Wait,
                JournalEventType.Held or JournalEventType.RetryScheduled => LaneKind.Hold,
                JournalEventType.DeadLettered or JournalEventType.WaitOverdue => LaneKind.Stuck,
                _ => (LaneKind?)null,
            };
            if (kind is LaneKind.Call or LaneKind.FailedCall)
                bars.Add((one.System, new(kind.Value, one.At - TimeSpan.FromMicroseconds(one.DurationMicroseconds), one.At)));
            else if (kind == LaneKind.Wait)
                // What comes in between does not end the wait: its own event, or being overdue, does.
                bars.Add((one.System, new(LaneKind.Wait, one.At, journal.Skip(i + 1).FirstOrDefault(e => (e.Step == one.Step && !IsAside(e.Type)) || Ends(e.Type))?.At ?? next)));
            else if (kind is { } other)
                bars.Add((other == LaneKind.Stuck ? null : one.System, new(other, one.At, next)));
        }

        return [.. bars.GroupBy(b => b.System).OrderBy(g => g.Key is null ? 0 : 1).Select(g => new StoryLane(g.Key, [.. g.Select(b => b.Bar)]))];
    }

    /// <summary>Left out of the compact story.</summary>
    public static bool IsDetail(JournalEventType type) => type is JournalEventType.Validated or JournalEventType.Enriched or JournalEventType.Mapped or JournalEventType.StepCompleted or JournalEventType.StepSkipped
        or JournalEventType.RetryScheduled or JournalEventType.WaitStarted or JournalEventType.SignalConsumed or JournalEventType.Released or JournalEventType.DuplicateReceived or JournalEventType.Acknowledged;

    private static bool IsSame(JournalEvent a, JournalEvent b) =>
        a.Type is JournalEventType.CallFailed or JournalEventType.OutcomeUnknown or JournalEventType.Held && (a.Type, a.Step, a.System, a.Code) == (b.Type, b.Step, b.System, b.Code);

    private static TimeSpan? Expected(JournalEvent e, IReadOnlyDictionary<string, TimeSpan> deadlines) => e.Type switch
    {
        JournalEventType.WaitStarted => deadlines.TryGetValue(e.Step, out var deadline) ? deadline : Waiting,
        JournalEventType.RetryScheduled => Pausing,
        JournalEventType.Held or JournalEventType.TurnTaken => Waiting,
        JournalEventType.DeadLettered or JournalEventType.WaitOverdue => Attended,
        _ when Ends(e.Type) => null,
        _ when IsAside(e.Type) => null,
        _ => Working,
    };

    private static bool IsPersonal(JournalEvent e) => e.Type is JournalEventType.DeadLettered or JournalEventType.WaitOverdue;

    /// <summary>What people and channels do beside the flow: nothing follows from it, and it ends no silence.</summary>
    private static bool IsAside(JournalEventType type) => type is JournalEventType.EvidenceExported or JournalEventType.ChannelEventReceived or JournalEventType.DuplicateReceived or JournalEventType.TurnPassed or JournalEventType.Acknowledged;

    private static bool Ends(JournalEventType type) => type is JournalEventType.Closed or JournalEventType.Cancelled or JournalEventType.Superseded;
}
