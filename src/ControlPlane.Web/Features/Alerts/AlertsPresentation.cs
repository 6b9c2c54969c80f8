using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Alerts;

/// <summary>Words, icons and colours of alerts.</summary>
internal static class AlertsPresentation
{
    public static readonly IReadOnlyList<(string Tab, string Title)> Tabs = [("incidents", "Incidents"), ("silences", "Silences"), ("budgets", "Budgets"), ("channels", "Channels")];

    public static readonly IReadOnlyList<(string Word, string Title)> States = [("open", "Open"), ("over", "Over"), ("all", "All")];

    /// <summary>How long a silence or a waiver lasts, to choose from; minutes.</summary>
    public static readonly IReadOnlyList<(int Minutes, string Title)> Lengths = [(60, "1 hour"), (240, "4 hours"), (1_440, "1 day"), (10_080, "7 days"), (43_200, "30 days")];

    public static (string Word, string Icon, Tone Tone) State(AlertIncident i) => i switch
    {
        { State: AlertState.Resolved } => ("over", Icons.Material.Outlined.CheckCircle, Tone.Done),
        { Quiet: not null } => ("silenced", Icons.Material.Outlined.NotificationsOff, Tone.Neutral),
        { State: AlertState.Acknowledged } => ("taken", Icons.Material.Outlined.HowToReg, Tone.Waiting),
        _ => ("firing", Icons.Material.Outlined.NotificationsActive, Tone.Stuck),
    };

    public static (string Word, string Icon, Tone Tone) Urgency(AlertUrgency urgency) =>
        urgency == AlertUrgency.Page ? ("look now", Icons.Material.Outlined.PriorityHigh, Tone.Stuck) : ("in working hours", Icons.Material.Outlined.Schedule, Tone.Waiting);

    public static (string Word, string Icon, Tone Tone) Measure(BudgetMeasure measure) => measure switch
    {
        BudgetMeasure.Freeze => ("frozen: nothing is published", Icons.Material.Outlined.AcUnit, Tone.Stuck),
        BudgetMeasure.FixesOnly => ("only fixes are published", Icons.Material.Outlined.Build, Tone.Waiting),
        BudgetMeasure.Warn => ("running out", Icons.Material.Outlined.WarningAmber, Tone.Waiting),
        _ => ("nothing is held back", Icons.Material.Outlined.CheckCircle, Tone.Done),
    };

    public static (string Word, string Icon, Tone Tone) Channel(AlertChannelItem item) => item switch
    {
        { Problem: not null } => ("cannot be read", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        { Channel.Enabled: false } => ("off", Icons.Material.Outlined.PauseCircle, Tone.Neutral),
        { Failures: > 0 } => ("failing", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        // Nothing that was to be told is lost yet: only a test did not arrive.
        { FailingSince: not null } => ("the test failed", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        { LastTakenAt: not null } => ("works", Icons.Material.Outlined.CheckCircle, Tone.Done),
        _ => ("not tried yet", Icons.Material.Outlined.HelpOutline, Tone.Neutral),
    };

    /// <summary>The one line under the title.</summary>
    public static string Answer(AlertList page) => page switch
    {
        { Firing: 0, Acknowledged: 0 } => "Nothing burns.",
        { Firing: 0 } => $"Nobody is needed: {Incidents(page.Acknowledged)} in hand.",
        { Acknowledged: 0 } => $"{Incidents(page.Firing)} nobody has taken.",
        _ => $"{Incidents(page.Firing)} nobody has taken, {page.Acknowledged} in hand.",
    };

    private static string Incidents(int count) => count == 1 ? "1 incident" : $"{count} incidents";

    public static string Window(TimeSpan span) => span.TotalHours >= 1 ? $"{span.TotalHours:0} h" : $"{span.TotalMinutes:0} min";

    public static string Rate(decimal? rate) => rate is { } r ? r.ToString(r >= 100 ? "0" : "0.0", System.Globalization.CultureInfo.InvariantCulture) + " ×" : "no events";

    /// <summary>Width of a bar: a square root, so that 14 and 200 times both can be seen. The mark of the threshold is at 50 %.</summary>
    public static int Bar(decimal? rate, decimal factor) => rate is not > 0 ? 0 : (int)Math.Min(100, 50 * Math.Sqrt((double)(rate.Value / factor)));
}
