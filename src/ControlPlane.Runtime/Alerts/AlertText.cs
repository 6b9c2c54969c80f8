using System.Text;

namespace ControlPlane.Runtime.Alerts;

/// <summary>An alert as plain text: what a mail says.</summary>
internal static class AlertText
{
    public static string Plain(AlertMessage alert)
    {
        var text = new StringBuilder().Append(Standing(alert)).Append("\n\n").Append(alert.Cause).Append('\n');
        foreach (var fact in alert.Facts)
            text.Append("\n- ").Append(fact.Value);
        if (alert.Runbook is { } runbook)
            text.Append("\n\nWhat to do: ").Append(runbook);
        return text.ToString();
    }

    /// <summary>What it asks of the reader.</summary>
    public static string Standing(AlertMessage alert) => alert.Event switch
    {
        AlertTelling.Resolved => "It is over: nothing is asked of you.",
        AlertTelling.Acknowledged => "Somebody has it.",
        AlertTelling.Note => "A note for executives.",
        AlertChannelTester.Event => "A test: nothing is wrong.",
        _ => alert.Urgency == "page" ? "Somebody has to look now." : "Somebody has to look in working hours.",
    };

    public static string? Absolute(string? path, string publicAddress) => path is null || publicAddress.Length == 0 ? null : publicAddress.TrimEnd('/') + path;
}
