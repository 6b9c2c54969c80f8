using System.Globalization;
using System.Security.Claims;
using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using MudBlazor;

namespace ControlPlane.Web.Features.Ownership;

/// <summary>Words, icons and tones of ownership: pure, so that a table test holds them.</summary>
public static class OwnershipPresentation
{
    public static readonly IReadOnlyList<(string Tab, string Title)> Tabs = [("queues", "Queues"), ("rules", "Rules"), ("teams", "Teams"), ("history", "History")];

    /// <summary>The answer to why one came here.</summary>
    public static string Answer(TeamQueues queues) => queues.Stuck == 0
        ? "No order is stuck."
        : $"{Count(queues.Stuck, "order is", "orders are")} stuck; {(queues.Unclaimed == 0 ? "somebody has taken every one" : queues.Unclaimed == queues.Stuck ? "nobody has taken any" : $"{Number(queues.Unclaimed)} of them nobody has taken")}."
            + (queues.Unowned == 0 ? "" : $" {Count(queues.Unowned, "has", "have")} no owner.");

    public static (Tone Tone, string Icon, string Word) Alarm(TeamQueue queue) => queue switch
    {
        { Stuck: 0 } => (Tone.Neutral, Icons.Material.Outlined.Inbox, "empty"),
        { Key: null } => (Tone.Stuck, Icons.Material.Outlined.PersonOff, "nobody owns it"),
        { Alarm: QueueAlarm.Red } => (Tone.Stuck, Icons.Material.Outlined.NotificationImportant, "waits too long"),
        { Alarm: QueueAlarm.Late } => (Tone.Waiting, Icons.Material.Outlined.Schedule, "waits"),
        { Unclaimed: 0 } => (Tone.Info, Icons.Material.Outlined.HowToReg, "all taken"),
        _ => (Tone.Done, Icons.Material.Outlined.CheckCircle, "in time"),
    };

    /// <summary>Share of a queue that nobody has taken: <c>4 of 12 (33 %)</c>.</summary>
    public static string Share(TeamQueue queue) => queue.Stuck == 0 ? "–" : string.Create(CultureInfo.InvariantCulture, $"{Number(queue.Unclaimed)} of {Number(queue.Stuck)} ({queue.Unclaimed * 100.0 / queue.Stuck:0} %)");

    public static string Channel(NotificationChannel channel) => channel switch { NotificationChannel.Mail => "mail", NotificationChannel.Webhook => "webhook", _ => "bell" };

    /// <summary>What a person picks a field by.</summary>
    public static string FieldWord(string field) => field switch
    {
        OwnershipFields.Channel => "channel",
        OwnershipFields.Connector => "connector of the channel",
        OwnershipFields.System => "system at which it stands",
        OwnershipFields.Kind => "kind of fault",
        OwnershipFields.Code => "fault code",
        OwnershipFields.Step => "step",
        OwnershipFields.Stage => "stage",
        OwnershipFields.Total => "total at least",
        OwnershipFields.Country => "country shipped to",
        _ => field,
    };

    public static string Example(string field) => field switch
    {
        OwnershipFields.Channel => "shopify-eu, amazon-*",
        OwnershipFields.Connector => "shopify",
        OwnershipFields.System => "business-central, us",
        OwnershipFields.Kind => "data, overdue",
        OwnershipFields.Code => "erp.*, map.missing",
        OwnershipFields.Step => "post-order",
        OwnershipFields.Stage => "mapped",
        OwnershipFields.Total => "500 EUR",
        OwnershipFields.Country => "DE, AT",
        _ => "Nordfell",
    };

    public static string TeamWord(OwnershipSetup setup, string? key) => key is null ? "nobody" : setup.FindTeam(key)?.Name ?? key;

    public static Person Person(this ClaimsPrincipal user) =>
        new(user.Identity?.Name ?? user.FindFirstValue(ClaimTypes.NameIdentifier) ?? "somebody", user.DisplayName() is { Length: > 0 } name ? name : "somebody", [.. PortalRoles.All.Where(user.IsInRole)]);

    public static string Number(int count) => MoneyFormat.Count(count);

    private static string Count(int count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";
}
