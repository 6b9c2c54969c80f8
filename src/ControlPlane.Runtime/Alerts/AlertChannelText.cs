using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Alerts;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Alerts;

/// <summary>A channel as text: <c>kind: AlertChannel</c>.</summary>
internal static class AlertChannelText
{
    public const string Kind = "AlertChannel";

    private static readonly Dictionary<string, AlertChannelType> Types = Enum.GetValues<AlertChannelType>().ToDictionary(t => t.ToString().ToLowerInvariant());

    /// <summary>A JSON text is a YAML text; letters of other languages stay as they are.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static AlertChannel Read(string name, StrictYaml metadata, StrictYaml spec)
    {
        var topics = new List<AlertTopic>();
        foreach (var text in spec.Texts("for"))
            if (Enum.TryParse<AlertTopic>(text, ignoreCase: true, out var topic) && !int.TryParse(text, out _))
                topics.Add(topic);
            else
                spec.Problem("for", $"'{text}' is none of page, ticket, note.");
        var channel = new AlertChannel
        {
            Name = name, Title = spec.Text("title", ""), Type = spec.Choice("type", Types, AlertChannelType.Mail, required: true), To = spec.Texts("to"), Address = spec.Text("address", ""), Key = spec.Text("key", ""),
            For = topics, Teams = spec.Texts("teams"), Objectives = spec.Texts("objectives"), Enabled = spec.Flag("enabled", true),
        };
        spec.Done();
        foreach (var (field, message) in channel.Problems())
            (field == "name" ? metadata : spec).Problem(field, message);
        return channel;
    }

    /// <summary>As a document that says the same.</summary>
    public static string Write(AlertChannel channel)
    {
        var yaml = new StringBuilder().Append("kind: AlertChannel\nmetadata: { name: ").Append(channel.Name).Append(" }\nspec:\n  type: ").Append(channel.Type.ToString().ToLowerInvariant()).Append('\n');
        foreach (var (name, value) in new[] { ("title", channel.Title), ("address", channel.Address), ("key", channel.Key) })
            if (value.Length > 0)
                yaml.Append("  ").Append(name).Append(": ").Append(JsonSerializer.Serialize(value, Plain)).Append('\n');
        foreach (var (name, values) in new[] { ("to", channel.To), ("for", [.. channel.For.Select(f => f.ToString().ToLowerInvariant())]), ("teams", channel.Teams), ("objectives", channel.Objectives) })
            if (values.Count > 0)
                yaml.Append("  ").Append(name).Append(": ").Append(JsonSerializer.Serialize(values, Plain)).Append('\n');
        return yaml.Append("  enabled: ").Append(channel.Enabled ? "true" : "false").Append('\n').ToString();
    }

    /// <summary>A document that was applied before; null with the reason where it cannot be read any more.</summary>
    public static (AlertChannel? Channel, string? Problem) Parse(string name, string document)
    {
        var problems = new List<EstateProblem>();
        foreach (var root in StrictYaml.Documents(document, name, problems))
            if (root.Child("metadata") is { } metadata && root.Child("spec") is { } spec && Read(metadata.Text("name"), metadata, spec) is var channel && problems.Count == 0)
                return (channel, null);
        return (null, problems.Count > 0 ? problems[0].ToString() : "It says nothing.");
    }
}
