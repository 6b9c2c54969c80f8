using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections.Secrets;

namespace ControlPlane.Web.Features.Catalogue;

/// <summary>A connection as a person enters it; it becomes a document like any other.</summary>
public sealed partial class ConnectionForm
{
    public string Key { get; set; } = "";

    public string Connector { get; set; } = "";

    public string Role { get; set; } = "";

    public string DisplayName { get; set; } = "";

    public string BaseAddress { get; set; } = "";

    public string Owner { get; set; } = "";

    /// <summary>Such as <c>60s</c> or <c>5m</c>; empty = it never asks by itself.</summary>
    public string PollEvery { get; set; } = "";

    public bool AllowPrivateNetwork { get; set; }

    public bool Enabled { get; set; } = true;

    /// <summary>True: it begins with a shadow run and goes live through its gates. A connection that is in onboarding stays there, whatever the form says.</summary>
    public bool Onboarding { get; set; }

    public Dictionary<string, string> Settings { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Values, which go into the vault and are never shown again. An empty one leaves what is stored.</summary>
    public Dictionary<string, string> Secrets { get; set; } = new(StringComparer.Ordinal);

    /// <summary>The name under which the vault keeps a secret of this connection.</summary>
    public string SecretName(string secret) => $"{Key}.{secret}";

    public IEnumerable<string> Problems(ConnectorManifest? manifest)
    {
        if (!KeyForm().IsMatch(Key))
            yield return "key: 1 to 40 lower-case letters, digits and hyphens. It becomes part of the address to which the system sends.";
        if (manifest is null)
        {
            yield return $"connector: There is no connector '{Connector}'.";
            yield break;
        }

        if (!SystemRoles.TryParse(Role, out var role) || !manifest.Roles.Contains(role))
            yield return $"role: Allowed for {manifest.Title}: {string.Join(", ", manifest.Roles.Select(r => r.Word()))}.";
        if (DisplayName.Trim().Length is 0 or > 80)
            yield return "displayName: A name of at most 80 characters, as people will see it.";
        if (BaseAddress.Length > 0 && (!Uri.TryCreate(BaseAddress, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https" or "sftp")))
            yield return "baseAddress: An address beginning with https:// or sftp://.";
        if (PollEvery.Length > 0 && !DurationForm().IsMatch(PollEvery))
            yield return "pollEvery: A time such as 30s, 5m or 1h; empty when it should never ask by itself.";
        foreach (var (name, _) in Settings.Append(new("baseAddress", BaseAddress)).Append(new("displayName", DisplayName)).Append(new("owner", Owner)).Where(t => t.Value.Contains("${", StringComparison.Ordinal)))
            yield return $"{name}: References such as ${{env:NAME}} stand in documents only.";
        foreach (var name in Settings.Keys.Where(n => manifest.Settings.All(s => s.Name != n || s.Secret)))
            yield return $"settings.{name}: {manifest.Title} has no such setting. It has: {string.Join(", ", manifest.Settings.Where(s => !s.Secret).Select(s => s.Name))}.";
        foreach (var name in Secrets.Keys.Where(n => manifest.Settings.All(s => s.Name != n || !s.Secret)))
            yield return $"secrets.{name}: {manifest.Title} has no such secret. It has: {string.Join(", ", manifest.Settings.Where(s => s.Secret).Select(s => s.Name))}.";
        foreach (var secret in Secrets.Where(s => s.Value.Length > SecretVault.LongestValue))
            yield return $"secrets.{secret.Key}: It is longer than {SecretVault.LongestValue} characters.";
    }

    /// <param name="stored">Names that the vault holds.</param>
    public string ToYaml(IReadOnlySet<string> stored)
    {
        var yaml = new StringBuilder();
        yaml.Append("kind: Connection\nmetadata:\n  name: ").Append(Quoted(Key)).Append("\nspec:\n");
        void Line(string name, string value) => yaml.Append("  ").Append(name).Append(": ").Append(value).Append('\n');
        Line("connector", Quoted(Connector));
        Line("role", Quoted(Role));
        Line("displayName", Quoted(DisplayName.Trim()));
        if (BaseAddress.Length > 0)
            Line("baseAddress", Quoted(BaseAddress.Trim()));
        if (Owner.Trim().Length > 0)
            Line("owner", Quoted(Owner.Trim()));
        if (PollEvery.Length > 0)
            Line("pollEvery", PollEvery);
        if (AllowPrivateNetwork)
            Line("allowPrivateNetwork", "true");
        if (!Enabled)
            Line("enabled", "false");
        if (Onboarding)
            Line("onboarding", "true");
        if (Settings.Any(s => s.Value.Length > 0))
            yaml.Append("  settings:\n");
        foreach (var (name, value) in Settings.Where(s => s.Value.Length > 0).OrderBy(s => s.Key, StringComparer.Ordinal))
            yaml.Append("    ").Append(Quoted(name)).Append(": ").Append(Quoted(value)).Append('\n');
        var secrets = Secrets.Keys.Where(n => stored.Contains(SecretName(n))).Order(StringComparer.Ordinal).ToList();
        if (secrets.Count > 0)
            yaml.Append("  secrets:\n");
        foreach (var name in secrets)
            yaml.Append("    ").Append(Quoted(name)).Append(": \"${secret:").Append(SecretName(name)).Append("}\"\n");
        return yaml.ToString();
    }

    /// <summary>JSON's form of a text is one of YAML's, too.</summary>
    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex KeyForm();

    [GeneratedRegex("^[1-9][0-9]{0,5}(s|m|h)$")]
    private static partial Regex DurationForm();
}
