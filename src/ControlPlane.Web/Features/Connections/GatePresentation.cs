using ControlPlane.Runtime.Connections.Onboarding;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Connections;

/// <summary>How gates read. Pure.</summary>
public static class GatePresentation
{
    public static Look Of(GateState state) => state switch
    {
        GateState.Passed => new("Passed", Icons.Material.Outlined.CheckCircle, Tone.Done),
        GateState.Waived => new("Waived", Icons.Material.Outlined.Gavel, Tone.Info),
        GateState.NotNeeded => new("Not needed", Icons.Material.Outlined.RemoveCircleOutline, Tone.Neutral),
        _ => new("Open", Icons.Material.Outlined.RadioButtonUnchecked, Tone.Waiting),
    };

    public static string Answer(OnboardingView view) => (view.Live, view.Blockers.Count) switch
    {
        (true, _) => "It is live. The gates show how it stands.",
        (_, 0) => "Nothing stands in the way: it can go live.",
        (_, 1) => "One gate is open. Until it goes live its messages are taken and shown, and nothing is started or sent.",
        (_, var open) => $"{open} gates are open. Until it goes live its messages are taken and shown, and nothing is started or sent.",
    };

    /// <summary>Beside the button: the named blockers.</summary>
    public static string Why(OnboardingView view) => view.Live ? "It is live already."
        : view.Blockers.Count > 0 ? $"Not yet: {string.Join(", ", view.Blockers.Select(g => g.Title))}." : "What comes from then on is worked with; messages of the shadow run stay what they are.";
}
