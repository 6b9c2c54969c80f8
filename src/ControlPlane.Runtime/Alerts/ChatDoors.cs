using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Settings;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Alerts;

/// <summary>An incoming webhook of Slack (docs.slack.dev, "Sending messages using incoming webhooks" and "Block Kit"): text for notifications, blocks for the channel.</summary>
internal sealed class SlackDoor(IOptions<NotificationOptions> options, IOptions<ControlPlaneOptions> installation, AlertAddresses alerts) : INotificationDoor, IDisposable
{
    /// <summary>Longest text of a section; of a header it is 150.</summary>
    private const int Longest = 2_900;

    private readonly GuardedPost _post = new(options.Value.WebhooksInside);

    public NotificationChannel Channel => NotificationChannel.Slack;

    public async Task SendAsync(NotificationRow row, CancellationToken ct) =>
        await _post.SendAsync(_post.Check((await alerts.FindAsync(row, ct)).Address), JsonSerializer.SerializeToUtf8Bytes(Format(row, installation.Value.PublicAddress)), [], "Slack", ct);

    public static JsonObject Format(NotificationRow row, string publicAddress)
    {
        var alert = AlertJson.Message(row.Body);
        var blocks = new JsonArray(
            new JsonObject { ["type"] = "header", ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = Cut($"{Sign(alert)} {row.Title}", 150), ["emoji"] = true } },
            Section(Escape(alert is null ? row.Text : $"{AlertText.Standing(alert)}\n{alert.Cause}")));
        if (alert is { Facts.Count: > 0 })
            blocks.Add(Section(string.Join('\n', alert.Facts.Select(f => "• " + Escape(f.Value)))));
        if (alert?.Runbook is { } runbook)
            blocks.Add(Section("What to do: " + Escape(runbook)));
        var buttons = new JsonArray();
        foreach (var (text, address) in new[] { ("Open the alert", NotificationText.Link(row, publicAddress)), ("See the orders", AlertText.Absolute(alert?.OrdersPath, publicAddress)) })
            if (address is not null)
                buttons.Add(new JsonObject { ["type"] = "button", ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = text }, ["url"] = address });
        if (buttons.Count > 0)
            blocks.Add(new JsonObject { ["type"] = "actions", ["elements"] = buttons });
        return new() { ["text"] = Escape(row.Title), ["blocks"] = blocks };
    }

    private static JsonObject Section(string text) => new() { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = Cut(text, Longest) } };

    /// <summary>These three are the only characters with a meaning that text of others could misuse: a link, a mention of everybody.</summary>
    private static string Escape(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..(longest - 1)] + "…";

    private static string Sign(AlertMessage? alert) => alert?.Event == AlertTelling.Resolved ? "✅" : alert?.Urgency == "page" ? "🚨" : "⚠️";

    public void Dispose() => _post.Dispose();
}

/// <summary>A workflow of Microsoft Teams, "when a Teams webhook request is received" (learn.microsoft.com, "Create incoming webhooks with Workflows"): a message with one adaptive card.</summary>
internal sealed class TeamsDoor(IOptions<NotificationOptions> options, IOptions<ControlPlaneOptions> installation, AlertAddresses alerts) : INotificationDoor, IDisposable
{
    private readonly GuardedPost _post = new(options.Value.WebhooksInside);

    public NotificationChannel Channel => NotificationChannel.Teams;

    public async Task SendAsync(NotificationRow row, CancellationToken ct) =>
        await _post.SendAsync(_post.Check((await alerts.FindAsync(row, ct)).Address), JsonSerializer.SerializeToUtf8Bytes(Format(row, installation.Value.PublicAddress)), [], "Teams", ct);

    public static JsonObject Format(NotificationRow row, string publicAddress)
    {
        var alert = AlertJson.Message(row.Body);
        var body = new JsonArray(
            new JsonObject { ["type"] = "TextBlock", ["text"] = Escape(row.Title), ["weight"] = "Bolder", ["size"] = "Medium", ["wrap"] = true, ["color"] = alert?.Event == AlertTelling.Resolved ? "Good" : row.Urgent ? "Attention" : "Warning" },
            Text(alert is null ? row.Text : AlertText.Standing(alert)));
        if (alert is not null)
            body.Add(Text(alert.Cause));
        if (alert is { Facts.Count: > 0 })
            body.Add(new JsonObject { ["type"] = "FactSet", ["facts"] = new JsonArray([.. alert.Facts.Select(f => new JsonObject { ["title"] = f.Name, ["value"] = Escape(f.Value) })]) });
        if (alert?.Runbook is { } runbook)
            body.Add(Text("What to do: " + runbook));
        var actions = new JsonArray();
        foreach (var (text, address) in new[] { ("Open the alert", NotificationText.Link(row, publicAddress)), ("See the orders", AlertText.Absolute(alert?.OrdersPath, publicAddress)) })
            if (address is not null)
                actions.Add(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = text, ["url"] = address });
        var card = new JsonObject { ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json", ["type"] = "AdaptiveCard", ["version"] = "1.4", ["body"] = body, ["actions"] = actions };
        return new()
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["contentUrl"] = null, ["content"] = card }),
        };
    }

    private static JsonObject Text(string text) => new() { ["type"] = "TextBlock", ["text"] = Escape(text), ["wrap"] = true };

    /// <summary>Cards read a little Markdown: no link and no emphasis comes out of what an order says.</summary>
    private static string Escape(string text) => string.Concat(text.Select(c => c is '[' or ']' or '*' or '_' or '`' or '\\' ? $"\\{c}" : c.ToString()));

    public void Dispose() => _post.Dispose();
}
