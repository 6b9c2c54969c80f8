using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using MudBlazor;

namespace ControlPlane.Web.Features.Transactions.Detail;

/// <summary>Words, icons and addresses of the transaction page.</summary>
public static class TransactionPresentation
{
    public static readonly IReadOnlyList<(string Tab, string Word)> Tabs =
        [("timeline", "Timeline"), ("documents", "Documents"), ("attempts", "Attempts"), ("lines", "Lines"), ("numbers", "Numbers"), ("compare", "Compare"), ("related", "Related"), ("raw", "Raw")];

    public static string TabHref(Guid id, string tab) => tab == "timeline" ? PageUrls.Transaction(id) : $"{PageUrls.Transaction(id)}?tab={tab}";

    public static string TimelineHref(Guid id, bool full) => full ? $"{PageUrls.Transaction(id)}?tab=timeline&detail=full" : PageUrls.Transaction(id);

    public static string StageAnchor(string stage) => "stage-" + stage;

    /// <summary>With the whole address: the page's base would make a bare # lead to Home.</summary>
    public static string StageHref(Guid id, string stage) => $"{PageUrls.Transaction(id)}#{StageAnchor(stage)}";

    public static (string Icon, string Word, string Tone) Stop(StageStop stop, TransactionState state) => stop.State switch
    {
        StopState.Done => (Icons.Material.Outlined.CheckCircle, "done", "cp-tone-done"),
        StopState.Skipped => (Icons.Material.Outlined.RemoveCircleOutline, "not needed", "cp-tone-neutral"),
        StopState.Current when state == TransactionState.Stuck => (Icons.Material.Outlined.ErrorOutline, "stuck here", "cp-tone-stuck"),
        StopState.Current when state is TransactionState.Waiting or TransactionState.Retrying => (Icons.Material.Outlined.Schedule, state == TransactionState.Waiting ? "waiting" : "retrying", "cp-tone-waiting"),
        StopState.Current => (Icons.Material.Outlined.PlayCircle, "now", "cp-tone-info"),
        _ => (Icons.Material.Outlined.RadioButtonUnchecked, "ahead", "cp-tone-neutral"),
    };

    public static (string Icon, string Tone) Entry(JournalEventType type) => type switch
    {
        JournalEventType.CallFailed or JournalEventType.DeadLettered or JournalEventType.WaitOverdue => (Icons.Material.Outlined.ErrorOutline, "cp-tone-stuck"),
        JournalEventType.RetryScheduled or JournalEventType.WaitStarted or JournalEventType.Held or JournalEventType.TurnTaken => (Icons.Material.Outlined.Schedule, "cp-tone-waiting"),
        JournalEventType.OutcomeUnknown => (Icons.Material.Outlined.HelpOutline, "cp-tone-unknown"),
        JournalEventType.StepSkipped or JournalEventType.DuplicateReceived => (Icons.Material.Outlined.RemoveCircleOutline, "cp-tone-neutral"),
        JournalEventType.Received or JournalEventType.Acknowledged or JournalEventType.ChannelEventReceived or JournalEventType.SignalReceived => (Icons.Material.Outlined.Input, "cp-tone-info"),
        JournalEventType.EvidenceExported => (Icons.Material.Outlined.Download, "cp-tone-neutral"),
        JournalEventType.Replayed or JournalEventType.Released => (Icons.Material.Outlined.Replay, "cp-tone-info"),
        JournalEventType.Edited or JournalEventType.EditProposed or JournalEventType.EditDecided => (Icons.Material.Outlined.Edit, "cp-tone-info"),
        JournalEventType.OwnershipChanged => (Icons.Material.Outlined.HowToReg, "cp-tone-info"),
        JournalEventType.Commented => (Icons.Material.Outlined.ChatBubbleOutline, "cp-tone-neutral"),
        JournalEventType.Superseded => (Icons.Material.Outlined.FastForward, "cp-tone-neutral"),
        JournalEventType.Cancelled => (Icons.Material.Outlined.Block, "cp-tone-neutral"),
        _ => (Icons.Material.Outlined.CheckCircle, "cp-tone-done"),
    };

    public static string Status(AttemptItem attempt) => attempt.Status == 0 ? "no answer" : attempt.Status.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static string LineWord(LineState state) => state switch
    {
        LineState.Open => "Open",
        LineState.PartlyShipped => "Partly shipped",
        LineState.Shipped => "Shipped",
        _ => "Nothing to ship",
    };

    public static Tone LineTone(LineState state) => state switch
    {
        LineState.Shipped => Tone.Done,
        LineState.PartlyShipped => Tone.Waiting,
        LineState.Open => Tone.Info,
        _ => Tone.Neutral,
    };

    /// <summary>Channel, canonical, then what each system was sent: the newest request of each operation.</summary>
    public static IReadOnlyList<TransactionDocument> SideBySide(IReadOnlyList<TransactionDocument> documents) =>
    [
        .. documents.Where(d => d.Kind == DocumentKind.Source).Take(1),
        .. documents.Where(d => d.Kind == DocumentKind.Canonical).TakeLast(1),
        .. documents.Where(d => d.Kind == DocumentKind.Request).GroupBy(d => (d.System?.Key, d.Title.Split(',')[0])).Select(g => g.Last()).OrderBy(d => d.At),
    ];

    /// <summary>For the story: what the journal holds.</summary>
    public static JournalEvent Event(Guid id, TimelineEntry t) => new(id, t.Sequence, t.At, t.Type, t.Step, t.Stage, t.System?.Key, t.Summary, t.Code, t.Attempt, t.DurationMicroseconds, t.AttemptId);

    /// <summary>"flow orders@3, mapping shopify@12, crosswalks 41; retry transient, 3 of 12; by Anna".</summary>
    public static string Basis(Basis basis)
    {
        var with = string.Join(", ", new[] { basis.Flow is { } flow ? $"flow {flow}" : null, basis.Mapping is { } mapping ? $"mapping {mapping}" : null, basis.Crosswalks is { } revision ? $"crosswalks {revision}" : null }.OfType<string>());
        return string.Join("; ", new[] { with, basis.Policy, basis.Person is { } person ? $"by {person}" : null }.Where(p => !string.IsNullOrEmpty(p)));
    }

    /// <summary>"3 h 12 min without an event, 1 h was expected".</summary>
    public static string GapWords(StoryLine.Gap gap, string? system) =>
        $"{TimeText.Duration(gap.Span)} {(gap.Person ? "until somebody looked after it" : system is null ? "without an event" : $"without an event of {system}")}{(gap.Open ? ", and still none" : "")}; at most {TimeText.Duration(gap.Expected)} was expected";

    /// <summary>"2 calls, 310 ms; waited 38 min; 1 h held".</summary>
    /// <param name="requests">Requests that are listed for the system: one call of the flow may need several.</param>
    public static string LaneWords(StoryLane lane, int requests)
    {
        var parts = new List<string>();
        // Where requests expired by policy the journal still tells the calls.
        var calls = Math.Max(lane.Calls, requests);
        if (lane.Calls > 0)
            parts.Add($"{(calls == 1 ? "1 call" : $"{calls} calls")} in {TimeText.Took((int)Math.Min(int.MaxValue, lane.Of(LaneKind.Call, LaneKind.FailedCall).TotalMicroseconds))}");
        foreach (var (kind, word) in new[] { (LaneKind.Wait, "waited"), (LaneKind.Hold, "held back"), (LaneKind.Stuck, "needed a person for") })
            if (lane.Of(kind) is { Ticks: > 0 } span)
                parts.Add($"{word} {TimeText.Duration(span)}");
        return parts.Count == 0 ? "nothing to wait for" : string.Join(", ", parts);
    }

    public static string DocumentWord(TransactionDocument document) => document.Kind switch
    {
        DocumentKind.Source => $"From {document.System?.DisplayName ?? "the channel"}",
        DocumentKind.Canonical => "Canonical order",
        DocumentKind.Request => $"To {document.System?.DisplayName ?? "the system"}",
        DocumentKind.Answer => $"Answer of {document.System?.DisplayName ?? "the system"}",
        _ => $"Message from {document.System?.DisplayName ?? "the system"}",
    };
}
