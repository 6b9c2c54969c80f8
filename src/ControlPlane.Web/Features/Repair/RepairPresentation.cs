using System.Security.Claims;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Replays;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Repair;

/// <summary>How repairs, holds and replays read and look.</summary>
public static class RepairPresentation
{
    public const string Roles = $"{PortalRoles.Business},{PortalRoles.Admin},{PortalRoles.Operator}";

    /// <summary>Who acts, from the signed-in identity only.</summary>
    public static Person Person(ClaimsPrincipal? user) => new(
        user?.FindFirstValue(ClaimTypes.NameIdentifier) ?? "",
        user?.FindFirstValue(PortalClaims.DisplayName) is { Length: > 0 } name ? name : user?.Identity?.Name ?? "somebody",
        [.. PortalRoles.All.Where(r => user?.IsInRole(r) == true)]);

    /// <summary>Comparisons of a figure: the word in the API, and for people.</summary>
    public static IReadOnlyList<(FigureTest Test, string Word, string Text)> Tests { get; } = [(FigureTest.AtLeast, "at-least", "is at least"), (FigureTest.AtMost, "at-most", "is at most"), (FigureTest.Equals, "equals", "is")];

    public static FigureTest? Test(string? word) => Tests.Where(t => t.Word == word).Select(t => (FigureTest?)t.Test).FirstOrDefault();

    /// <summary>What an event says, as something to wait for.</summary>
    public static string Event(string name) => name switch
    {
        "order.updated" => "The channel changes the order",
        "order.cancelled" => "The channel cancels the order",
        "warehouse.acknowledged" => "The warehouse accepts the order",
        "warehouse.rejected" => "The warehouse refuses the order",
        "warehouse.line_rejected" => "The warehouse refuses a line",
        "shipment.confirmed" => "A shipment is reported",
        "document.acknowledged" => "The partner acknowledges our document",
        "document.rejected" => "The partner refuses our document",
        _ => VerdictWords.Cap(VerdictWords.Event(name)),
    };

    /// <summary>"3 of 5"; where it must fall, "7, to be at most 5"; where there was no answer, why.</summary>
    public static string Seen(FigureCondition figure, string? last) => last switch
    {
        null or "" => "No answer yet",
        _ when FigureCondition.Number(last) is null && figure.Test != FigureTest.Equals => last.TrimEnd('.'),
        _ => figure.Test switch { FigureTest.AtLeast => $"{last} of {figure.Value}", FigureTest.AtMost => $"{last}, to be at most {figure.Value}", _ => $"{last}, to be {figure.Value}" },
    };

    public static string Orders(int count) => count == 1 ? "1 order" : $"{MoneyFormat.Count(count)} orders";

    /// <summary>"frees 43 stuck orders, changes 0 already posted".</summary>
    public static string Effect(FixPreview preview) =>
        $"{(preview.NeedsSecondPerson ? "Once somebody else approves it, it frees" : "Frees")} {(preview.Frees == 1 ? "1 stuck order" : $"{MoneyFormat.Count(preview.Frees)} stuck orders")}, changes {MoneyFormat.Count((int)Math.Min(int.MaxValue, preview.Changes))} already posted.";

    public static Look Of(BulkReplayState state) => state switch
    {
        BulkReplayState.Running => new("Running", Icons.Material.Outlined.PlayCircle, Tone.Info),
        BulkReplayState.Paused => new("Paused", Icons.Material.Outlined.PauseCircle, Tone.Waiting),
        BulkReplayState.Done => new("Sent", Icons.Material.Outlined.CheckCircle, Tone.Done),
        BulkReplayState.Cancelled => new("Cancelled", Icons.Material.Outlined.Block, Tone.Neutral),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static Look Of(BulkReplayItemState state) => state switch
    {
        BulkReplayItemState.Pending => new("Not sent yet", Icons.Material.Outlined.RadioButtonUnchecked, Tone.Neutral),
        BulkReplayItemState.Sent => new("On its way", Icons.Material.Outlined.PlayCircle, Tone.Info),
        BulkReplayItemState.Proven => new("Confirmed", Icons.Material.Outlined.CheckCircle, Tone.Done),
        BulkReplayItemState.StuckAgain => new("Stuck again", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        BulkReplayItemState.LeftOut => new("Left out", Icons.Material.Outlined.RemoveCircleOutline, Tone.Waiting),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    /// <summary>The word in addresses and in the API.</summary>
    public static string Word(this BulkReplayItemState state) => state switch
    {
        BulkReplayItemState.Pending => "pending",
        BulkReplayItemState.Sent => "sent",
        BulkReplayItemState.Proven => "proven",
        BulkReplayItemState.StuckAgain => "stuck-again",
        BulkReplayItemState.LeftOut => "left-out",
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static BulkReplayItemState? ItemState(string? word)
    {
        foreach (var state in Enum.GetValues<BulkReplayItemState>())
            if (state.Word() == word)
                return state;
        return null;
    }

    /// <summary>"38 of 43 confirmed, 1 stuck again, 4 on their way".</summary>
    public static string Progress(BulkReplayRow row)
    {
        var parts = new List<string> { $"{MoneyFormat.Count(row.Proven)} of {MoneyFormat.Count(row.Total)} confirmed" };
        if (row.StuckAgain > 0)
            parts.Add($"{MoneyFormat.Count(row.StuckAgain)} stuck again");
        if (row.Sent - row.Proven - row.StuckAgain is > 0 and var moving)
            parts.Add($"{MoneyFormat.Count(moving)} on {(moving == 1 ? "its" : "their")} way");
        if (row.LeftOut > 0)
            parts.Add($"{MoneyFormat.Count(row.LeftOut)} left out");
        if (row.Total - row.Sent - row.LeftOut is > 0 and var waiting)
            parts.Add($"{MoneyFormat.Count(waiting)} not sent yet");
        return string.Join(", ", parts);
    }

    public static string CameSince(int? count) => count switch
    {
        null or 0 => "",
        1 => "1 more came since; it is not included.",
        var more => $"{MoneyFormat.Count(more.Value)} more came since; they are not included.",
    };

    public static string State(OverlayState state) => state switch
    {
        OverlayState.Proposed => "waits for a second person",
        OverlayState.Applied => "counts",
        _ => "refused",
    };

    /// <summary>The lines that differ between what was sent last and what would be sent now; all of them where nothing was sent; none where no line shows a difference.</summary>
    public static IReadOnlyList<string> Difference(DryRun run)
    {
        if (run.Document is not { } now)
            return [];
        if (run.Last is not { } last)
            return [.. now.Split('\n').Take(400).Select(l => "  " + l)];
        var lines = CommandLine.TextDiff.Of(last, now);
        return lines.Any(l => l[0] is '-' or '+') ? lines : [];
    }
}
