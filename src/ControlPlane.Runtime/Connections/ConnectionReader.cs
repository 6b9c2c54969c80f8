using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Connections;

/// <summary>Reads <c>kind: Connection</c> and resolves its references.</summary>
internal static partial class ConnectionReader
{
    private static readonly Dictionary<string, SystemRole> Roles = Enum.GetValues<SystemRole>().ToDictionary(r => r.Word());

    public static Connection? Read(string key, StrictYaml metadata, StrictYaml spec, Func<string, string?> resolve, CrosswalkBoard? crosswalks = null)
    {
        if (!KeyPattern().IsMatch(key))
            metadata.Problem("name", "A connection's name has 1 to 40 lower-case letters, digits and hyphens: it is part of an address.");
        var address = Resolved(spec, "baseAddress", spec.Text("baseAddress", ""), resolve);
        Uri? baseAddress = null;
        if (address.Length > 0 && (!Uri.TryCreate(address, UriKind.Absolute, out baseAddress) || baseAddress.Scheme is not ("http" or "https" or "sftp") || baseAddress.UserInfo.Length > 0))
            spec.Problem("baseAddress", "Expected an http, https or sftp address without credentials.");
        var settings = spec.Map("settings").ToDictionary(p => p.Key, p => Resolved(spec, "settings", p.Value, resolve));
        var secrets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, reference) in spec.Map("secrets"))
            if (!ReferencePattern().IsMatch(reference))
                spec.Problem("secrets", $"The secret '{name}' stands here in plain text. Give a reference: ${{secret:NAME}} or ${{env:NAME}}.");
            else
                secrets[name] = Resolved(spec, "secrets", reference, resolve);
        var (connector, role) = (spec.Text("connector"), spec.Choice("role", Roles, SystemRole.Erp, required: true));
        var connection = new Connection
        {
            Key = key,
            Connector = connector,
            Role = role,
            DisplayName = spec.Text("displayName", key),
            BaseAddress = baseAddress,
            Owner = spec.Text("owner", ""),
            Enabled = spec.Flag("enabled", true),
            Onboarding = spec.Flag("onboarding", false),
            MaxConcurrency = spec.Number("maxConcurrency", 16, 1, 256),
            Timeout = spec.Duration("timeout", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)) ?? TimeSpan.FromSeconds(30),
            PollEvery = spec.Duration("pollEvery", TimeSpan.FromSeconds(5), TimeSpan.FromDays(1)),
            AllowPrivateNetwork = spec.Flag("allowPrivateNetwork", false),
            Settings = settings,
            Secrets = secrets,
            Crosswalks = crosswalks?.For(key, connector, role) ?? NoCrosswalks.Instance,
        };
        spec.Done();
        return connection;
    }

    /// <summary>Replaces <c>${env:NAME}</c>, <c>${env:NAME:-default}</c> and <c>${secret:NAME}</c>.</summary>
    private static string Resolved(StrictYaml spec, string field, string text, Func<string, string?> resolve) => Placeholder().Replace(text, match =>
    {
        var name = $"{match.Groups[1].Value}:{match.Groups[2].Value}";
        if (resolve(name) is { } value)
            return value;
        if (match.Groups[3].Success)
            return match.Groups[3].Value[2..];
        spec.Problem(field, match.Groups[1].Value == "env"
            ? $"The environment variable {match.Groups[2].Value} is not set."
            : $"The secret {match.Groups[2].Value} is not known. Enter it with the connection, or set ControlPlane:Secrets:{match.Groups[2].Value}.");
        return "";
    });

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,39}$")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"^\$\{(env|secret):[A-Za-z0-9_.-]+\}$")]
    private static partial Regex ReferencePattern();

    [GeneratedRegex(@"\$\{(env|secret):([A-Za-z0-9_.-]+)(:-[^}]*)?\}")]
    private static partial Regex Placeholder();
}
