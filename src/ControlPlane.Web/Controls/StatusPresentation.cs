using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;
using MudBlazor;

namespace ControlPlane.Web.Controls;

/// <param name="Word">For people; the machine's word is in the URL and the API.</param>
/// <param name="Icon">SVG path of MudBlazor's icon set.</param>
public sealed record Look(string Word, string Icon, Tone Tone);

/// <summary>How states look: icon, word and colour, decided in one place.</summary>
public static class StatusPresentation
{
    public static Look Of(TransactionState state) => state switch
    {
        TransactionState.Running => new("Running", Icons.Material.Outlined.PlayCircle, Tone.Info),
        TransactionState.Waiting => new("Waiting", Icons.Material.Outlined.Schedule, Tone.Waiting),
        TransactionState.Retrying => new("Retrying", Icons.Material.Outlined.Autorenew, Tone.Waiting),
        TransactionState.Stuck => new("Stuck", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        TransactionState.Closed => new("Closed", Icons.Material.Outlined.CheckCircle, Tone.Done),
        TransactionState.Cancelled => new("Cancelled", Icons.Material.Outlined.Block, Tone.Neutral),
        TransactionState.Superseded => new("Superseded", Icons.Material.Outlined.FastForward, Tone.Neutral),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };

    public static Look Of(FaultKind kind) => kind switch
    {
        FaultKind.Transient => new("Interrupted", Icons.Material.Outlined.Autorenew, Tone.Waiting),
        FaultKind.Throttled => new("Throttled", Icons.Material.Outlined.Speed, Tone.Waiting),
        FaultKind.Maintenance => new("Closed for maintenance", Icons.Material.Outlined.Build, Tone.Waiting),
        FaultKind.Authentication => new("Credentials refused", Icons.Material.Outlined.Key, Tone.Stuck),
        FaultKind.Data => new("Refused", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        FaultKind.Conflict => new("Changed meanwhile", Icons.Material.Outlined.Difference, Tone.Waiting),
        FaultKind.UnknownOutcome => new("Outcome unknown", Icons.Material.Outlined.HelpOutline, Tone.Unknown),
        FaultKind.Overdue => new("Overdue", Icons.Material.Outlined.AlarmOff, Tone.Stuck),
        FaultKind.Internal => new("Our own fault", Icons.Material.Outlined.BugReport, Tone.Stuck),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    public static Look Of(EffectState state) => state switch
    {
        EffectState.Intended => new("Being sent", Icons.Material.Outlined.PlayCircle, Tone.Info),
        EffectState.Confirmed => new("Confirmed", Icons.Material.Outlined.CheckCircle, Tone.Done),
        EffectState.Refused => new("Refused", Icons.Material.Outlined.ErrorOutline, Tone.Stuck),
        EffectState.Unknown => new("Outcome unknown", Icons.Material.Outlined.HelpOutline, Tone.Unknown),
        EffectState.Skipped => new("Not needed", Icons.Material.Outlined.Block, Tone.Neutral),
        _ => throw new ArgumentOutOfRangeException(nameof(state)),
    };
}

/// <summary>Each kind of party has one colour everywhere: strip, timeline, lanes.</summary>
public static class PartyPresentation
{
    /// <param name="role">Null = ours.</param>
    public static string Word(SystemRole? role) => role switch
    {
        null => "ControlPlane",
        SystemRole.Storefront => "Storefront",
        SystemRole.Marketplace => "Marketplace",
        SystemRole.PointOfSale => "Point of sale",
        SystemRole.B2B => "B2B portal",
        SystemRole.Erp => "ERP",
        SystemRole.Wms => "Warehouse",
        SystemRole.ThreePl => "3PL",
        SystemRole.Payment => "Payment",
        SystemRole.Tax => "Tax engine",
        SystemRole.CustomerData => "Customer data",
        SystemRole.Notification => "Notification",
        SystemRole.EventBroker => "Event broker",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>Sets <c>--party</c> for the element.</summary>
    public static string Class(SystemRole? role) => role switch
    {
        null => "cp-party-controlplane",
        SystemRole.Storefront or SystemRole.Marketplace or SystemRole.PointOfSale or SystemRole.B2B => "cp-party-channel",
        SystemRole.Erp => "cp-party-erp",
        SystemRole.Wms or SystemRole.ThreePl => "cp-party-wms",
        _ => "cp-party-carrier",
    };

    public static string Icon(SystemRole? role) => role switch
    {
        null => Icons.Material.Outlined.Hub,
        SystemRole.Storefront => Icons.Material.Outlined.Storefront,
        SystemRole.Marketplace => Icons.Material.Outlined.ShoppingBag,
        SystemRole.PointOfSale => Icons.Material.Outlined.PointOfSale,
        SystemRole.B2B => Icons.Material.Outlined.Handshake,
        SystemRole.Erp => Icons.Material.Outlined.AccountBalance,
        SystemRole.Wms => Icons.Material.Outlined.Warehouse,
        SystemRole.ThreePl => Icons.Material.Outlined.LocalShipping,
        SystemRole.Payment => Icons.Material.Outlined.Payments,
        SystemRole.Tax => Icons.Material.Outlined.Receipt,
        SystemRole.CustomerData => Icons.Material.Outlined.Groups,
        SystemRole.Notification => Icons.Material.Outlined.Notifications,
        SystemRole.EventBroker => Icons.Material.Outlined.Podcasts,
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };
}
