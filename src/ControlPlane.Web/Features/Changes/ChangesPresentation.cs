using ControlPlane.Domain.Changes;
using ControlPlane.Runtime.Changes;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Changes;

/// <summary>How changes of the channel read and look.</summary>
public static class ChangesPresentation
{
    public static Look Of(ChangeState state) => state switch
    {
        ChangeState.Requested => new("Under way", Icons.Material.Outlined.PlayCircle, Tone.Info),
        ChangeState.NeedsPerson => new("Needs somebody", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        ChangeState.Done => new("Done", Icons.Material.Outlined.CheckCircle, Tone.Done),
        ChangeState.TooLate => new("Too late", Icons.Material.Outlined.AlarmOff, Tone.Stuck),
        ChangeState.Declined => new("Not done", Icons.Material.Outlined.Block, Tone.Neutral),
        ChangeState.Outdated => new("Outdated", Icons.Material.Outlined.FastForward, Tone.Neutral),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static Look Of(SystemAnswer answer) => answer switch
    {
        SystemAnswer.Requested => new("Requested", Icons.Material.Outlined.PlayCircle, Tone.Info),
        SystemAnswer.Accepted => new("Accepted", Icons.Material.Outlined.CheckCircle, Tone.Done),
        SystemAnswer.TooLate => new("Too late", Icons.Material.Outlined.AlarmOff, Tone.Stuck),
        SystemAnswer.Refused => new("Refused", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        SystemAnswer.NotOffered => new("Not offered", Icons.Material.Outlined.PanTool, Tone.Stuck),
        SystemAnswer.NotTold => new("Nothing to do", Icons.Material.Outlined.Block, Tone.Neutral),
        SystemAnswer.Kept => new("Not asked", Icons.Material.Outlined.Block, Tone.Neutral),
        SystemAnswer.ByHand => new("Done by hand", Icons.Material.Outlined.CheckCircle, Tone.Done),
        SystemAnswer.Moved => new("Another version", Icons.Material.Outlined.Difference, Tone.Stuck),
        _ => throw new ArgumentOutOfRangeException(nameof(answer)),
    };

    /// <summary>The word in the API: lower-case with hyphens.</summary>
    public static string Word(ChangeState state) => state == ChangeState.NeedsPerson ? "needs-person" : state == ChangeState.TooLate ? "too-late" : state.ToString().ToLowerInvariant();

    public static string Word(SystemAnswer answer) => answer switch
    {
        SystemAnswer.TooLate => "too-late",
        SystemAnswer.NotOffered => "not-offered",
        SystemAnswer.NotTold => "not-told",
        SystemAnswer.ByHand => "by-hand",
        _ => answer.ToString().ToLowerInvariant(),
    };

    public static string Title(ChangeItem change) => change.Kind == ChangeKind.Cancellation ? "Cancellation" : $"Change: {string.Join(", ", change.Differences)}";

    public static bool ShipsOpen(ChangeItem change) => change.State == ChangeState.NeedsPerson && change.CanDecline;
}
