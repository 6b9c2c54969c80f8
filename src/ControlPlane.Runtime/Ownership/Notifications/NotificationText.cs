namespace ControlPlane.Runtime.Ownership;

/// <summary>What a mail says: the sentence, and where to look.</summary>
internal static class NotificationText
{
    public static string Of(NotificationRow row, string publicAddress) =>
        $"{(Alerts.AlertJson.Message(row.Body) is { } alert ? Alerts.AlertText.Plain(alert) : row.Text)}\n\n{(Link(row, publicAddress) is { } link ? $"Look at it: {link}\n" : "Open the portal to look at it.\n")}";

    /// <summary>Null where it is not known under which address people reach the portal.</summary>
    public static string? Link(NotificationRow row, string publicAddress) => publicAddress.Length == 0 ? null : publicAddress.TrimEnd('/') + Path(row);

    public static string Path(NotificationRow row) => row switch
    {
        { Body: { } body } when Alerts.AlertJson.Message(body) is { } alert => alert.Path,
        { IncidentId: { } incident } => $"/alerts/{incident:D}",
        { TransactionId: { } order } => $"/transactions/{order:D}",
        { CaseId: { } group } => $"/cases/{group:D}",
        _ => "/ownership",
    };
}
