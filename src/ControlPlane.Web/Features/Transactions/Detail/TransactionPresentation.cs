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
        [("timeline", "Timeline"), ("documents", "Documents"), ("attempts", "Attempts"), ("lines", "Lines"), ("numbers", "Numbers"), ("raw", "Raw")];

    public static string TabHref(Guid id, string tab) => tab == "timeline" ? PageUrls.Transaction(id) : $"{PageUrls.Transaction(id)}?tab={tab}";

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
        JournalEventType.Received or JournalEventType.ChannelEventReceived or JournalEventType.SignalReceived => (Icons.Material.Outlined.Input, "cp-tone-info"),
        JournalEventType.Replayed or JournalEventType.Released => (Icons.Material.Outlined.Replay, "cp-tone-info"),
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

    public static string DocumentWord(TransactionDocument document) => document.Kind switch
    {
        DocumentKind.Source => $"From {document.System?.DisplayName ?? "the channel"}",
        DocumentKind.Canonical => "Canonical order",
        DocumentKind.Request => $"To {document.System?.DisplayName ?? "the system"}",
        DocumentKind.Answer => $"Answer of {document.System?.DisplayName ?? "the system"}",
        _ => $"Message from {document.System?.DisplayName ?? "the system"}",
    };
}
