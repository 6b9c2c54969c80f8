using ControlPlane.Runtime.Transactions.Home;
using MudBlazor;

namespace ControlPlane.Web.Controls;

/// <summary>How the condition of a system looks, on the home page and in the list of connections alike.</summary>
public static class ConditionPresentation
{
    public static Look Of(SystemCondition condition) => condition switch
    {
        SystemCondition.Stuck => new("Orders stuck", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        SystemCondition.Maintenance => new("Maintenance", Icons.Material.Outlined.Build, Tone.Waiting),
        SystemCondition.Throttled => new("Throttled", Icons.Material.Outlined.Speed, Tone.Waiting),
        SystemCondition.Failing => new("Calls fail", Icons.Material.Outlined.WarningAmber, Tone.Waiting),
        SystemCondition.Working => new("Working", Icons.Material.Outlined.CheckCircle, Tone.Done),
        SystemCondition.Quiet => new("Quiet", Icons.Material.Outlined.NightsStay, Tone.Neutral),
        SystemCondition.Off => new("Switched off", Icons.Material.Outlined.PowerSettingsNew, Tone.Neutral),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };
}
