using System.Data.Common;
using ControlPlane.Runtime.Settings;

namespace ControlPlane.Web.Features.CommandLine;

/// <param name="Value">Masked where it is a secret.</param>
/// <param name="From">Where it is set: a file, the environment, the command line; <c>default</c>.</param>
internal sealed record EffectiveSetting(string Key, string Value, string From);

/// <summary>What is in effect, for people to read and to paste into a ticket: without secrets.</summary>
internal static class EffectiveSettings
{
    /// <summary>Parts of a connection string that say where, never how to get in. Whatever is not named here is hidden.</summary>
    private static readonly HashSet<string> Harmless = new(
        ["data source", "server", "host", "port", "database", "initial catalog", "mode", "cache", "ssl mode", "encrypt", "trust server certificate", "pooling", "maximum pool size", "max pool size", "timeout", "command timeout", "application name"],
        StringComparer.OrdinalIgnoreCase);

    public static IReadOnlyList<EffectiveSetting> Of(IConfiguration configuration, bool development) =>
        [.. Setting.All.SelectMany(setting => setting.IsList || setting.IsMap ? Below(configuration, setting) : [One(configuration, setting, development)])];

    private static EffectiveSetting One(IConfiguration configuration, Setting setting, bool development)
    {
        var value = configuration[setting.Key] is { Length: > 0 } given ? given : null;
        var byDefault = setting.Key == "ControlPlane:Demo" ? (development ? "true" : "false") : setting.Default;
        return new(setting.Key, Mask(setting, value ?? byDefault), value is null ? "default" : From(configuration, setting.Key));
    }

    private static IEnumerable<EffectiveSetting> Below(IConfiguration configuration, Setting setting)
    {
        var children = configuration.GetSection(setting.Key).GetChildren().Where(c => c.Value is { Length: > 0 }).ToList();
        return children.Count == 0
            ? [new(setting.Key, "not set", "default")]
            : children.Select(c => new EffectiveSetting(c.Path, Mask(setting, c.Value!), From(configuration, c.Path)));
    }

    internal static string Mask(Setting setting, string value)
    {
        if (value.Length == 0)
            return "not set";
        if (setting.IsSecret)
            return "set";
        return setting.IsConnectionString ? MaskConnectionString(value) : value;
    }

    private static string MaskConnectionString(string text)
    {
        try
        {
            var builder = new DbConnectionStringBuilder { ConnectionString = text };
            return string.Join(';', builder.Keys.Cast<string>().Select(k => $"{k}={(Harmless.Contains(k) ? builder[k] : "…")}"));
        }
        catch (ArgumentException)
        {
            return "set, not readable";
        }
    }

    private static string From(IConfiguration configuration, string key)
    {
        foreach (var provider in ((IConfigurationRoot)configuration).Providers.Reverse())
            if (provider.TryGet(key, out var value) && value is { Length: > 0 })
                return provider switch
                {
                    Microsoft.Extensions.Configuration.Json.JsonConfigurationProvider json => json.Source.Path ?? "a file",
                    Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationProvider => "environment",
                    Microsoft.Extensions.Configuration.CommandLine.CommandLineConfigurationProvider => "command line",
                    _ => "the host",
                };
        return "default";
    }
}
