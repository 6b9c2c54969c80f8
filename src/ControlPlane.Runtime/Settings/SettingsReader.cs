using System.ComponentModel.DataAnnotations;
using System.Data.Common;
using System.Globalization;
using System.Reflection;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Telemetry;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Runtime.Settings;

/// <summary>Reads all settings and finds everything that is wrong with them at once, so that nobody has to start ten times.</summary>
public static class SettingsReader
{
    /// <param name="development">Whether the host's environment is Development: decides the default of Demo.</param>
    /// <returns>The options are worthless when there are problems. Warnings do not keep it from starting.</returns>
    public static (ControlPlaneOptions Options, IReadOnlyList<SettingProblem> Problems, IReadOnlyList<SettingProblem> Warnings) Read(
        IConfiguration configuration, bool development, string contentRoot)
    {
        var problems = new List<SettingProblem>();
        var options = new ControlPlaneOptions { Demo = development };
        foreach (var setting in Setting.All)
            Read(configuration, setting, options, problems);
        if (problems.Count == 0)
            problems.AddRange(Check(options, contentRoot));
        else
            // What could be read is still looked at, apart from what was just named.
            problems.AddRange(Check(options, contentRoot).Where(p => problems.TrueForAll(known => known.Key != p.Key)).ToList());
        problems.AddRange(TelemetryVariables.Problems(configuration));
        return (options, problems, [.. Warnings(configuration, options)]);
    }

    private static void Read(IConfiguration configuration, Setting setting, ControlPlaneOptions options, List<SettingProblem> problems)
    {
        object target = options;
        var path = setting.Key.Split(':');
        foreach (var part in path.Skip(1).SkipLast(1))
            target = target.GetType().GetProperty(part)!.GetValue(target)!;
        if (setting.IsList)
        {
            setting.Property.SetValue(target, (string[])[.. configuration.GetSection(setting.Key).GetChildren().Select(c => c.Value ?? "").Where(v => v.Length > 0)]);
            return;
        }

        if (setting.IsMap)
        {
            setting.Property.SetValue(target, configuration.GetSection(setting.Key).GetChildren().ToDictionary(c => c.Key, c => c.Value ?? "", StringComparer.OrdinalIgnoreCase));
            return;
        }

        // An empty variable is how a shell says "not set".
        if (configuration[setting.Key] is not { Length: > 0 } text)
            return;
        if (Convert(setting.Property, text) is { } value)
            setting.Property.SetValue(target, value);
        else
            problems.Add(new(setting.Key, setting.IsSecret || setting.IsConnectionString
                ? $"has a value that is not allowed. Allowed: {setting.Allowed}."
                : $"is '{Shorten(text)}'. Allowed: {setting.Allowed}."));
    }

    /// <summary>Null when the text does not fit.</summary>
    private static object? Convert(PropertyInfo property, string text)
    {
        if (property.PropertyType == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : null;
        if (property.PropertyType == typeof(int))
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && (property.GetCustomAttribute<RangeAttribute>()?.IsValid(number) ?? true) ? number : null;
        if (property.PropertyType == typeof(double))
            return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var fraction) && (property.GetCustomAttribute<RangeAttribute>()?.IsValid(fraction) ?? true) ? fraction : null;
        if (property.PropertyType != typeof(string))
            throw new InvalidOperationException($"Settings of the type {property.PropertyType.Name} are not read yet.");
        if (property.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed)
            return allowed.Values.OfType<string>().FirstOrDefault(v => v.Equals(text, StringComparison.OrdinalIgnoreCase));
        return property.GetCustomAttribute<MaxLengthAttribute>() is { } length && text.Length > length.Length ? null : text;
    }

    private static IEnumerable<SettingProblem> Check(ControlPlaneOptions options, string contentRoot)
    {
        if (!NodeRoles.TryParse(options.Roles, out _))
            yield return new($"{ControlPlaneOptions.Section}:Roles", $"is '{Shorten(options.Roles)}'. Allowed: one or several of {NodeRoles.Everything}, parted by commas.");
        if (options.BootstrapApiKey.Any(c => c is <= ' ' or > '~'))
            yield return new($"{ControlPlaneOptions.Section}:BootstrapApiKey", "holds a space or a character outside ASCII. Allowed: visible ASCII characters, because it is sent in a header.");
        if (options.Estate.Length > 0 && !Directory.Exists(Path.Combine(contentRoot, options.Estate)))
            yield return new($"{ControlPlaneOptions.Section}:Estate", $"names the folder {Path.Combine(contentRoot, options.Estate)}, which does not exist. Allowed: a folder of YAML documents.");
        if (!Domain.Shared.Currencies.IsKnown(options.Scorecard.Currency))
            yield return new($"{Runtime.Scorecard.ScorecardOptions.Section}:Currency", $"is '{Shorten(options.Scorecard.Currency)}'. Allowed: an ISO 4217 code, such as EUR.");
        var trace = options.Telemetry.TraceUrl;
        if (trace.Length > 0 && (!trace.Contains(TelemetryOptions.Place, StringComparison.Ordinal)
                || !Uri.TryCreate(trace.Replace(TelemetryOptions.Place, "0af7651916cd43dd8448eb211c80319c", StringComparison.Ordinal), UriKind.Absolute, out var place) || place.Scheme is not ("http" or "https") || place.UserInfo.Length > 0))
            yield return new($"{TelemetryOptions.Section}:TraceUrl", $"is '{Shorten(trace)}'. Allowed: an address with http or https, without a password, that holds {TelemetryOptions.Place}, such as https://traces.example.com/trace/{TelemetryOptions.Place}.");
        foreach (var problem in options.Reviews.Problems())
            yield return problem;
        foreach (var origin in options.AllowedOrigins)
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.AbsolutePath != "/" || uri.UserInfo.Length > 0)
                yield return new($"{ControlPlaneOptions.Section}:AllowedOrigins", $"holds '{Shorten(origin)}'. Allowed: origins like https://portal.example.com.");
        var connectionString = options.Database.ConnectionString ?? "";
        if (connectionString.Length == 0 && !options.Database.Provider.Equals(nameof(DatabaseProvider.Sqlite), StringComparison.OrdinalIgnoreCase))
            yield return new($"{DatabaseOptions.Section}:ConnectionString", $"is empty. {options.Database.Provider} needs one.");
        else if (!IsConnectionString(connectionString))
            yield return new($"{DatabaseOptions.Section}:ConnectionString", "cannot be read. Allowed: pairs like Host=db;Database=controlplane, parted by semicolons.");
    }

    private static IEnumerable<SettingProblem> Warnings(IConfiguration configuration, ControlPlaneOptions options)
    {
        foreach (var (key, _) in configuration.GetSection(ControlPlaneOptions.Section).AsEnumerable().Where(p => p.Value is not null).OrderBy(p => p.Key, StringComparer.Ordinal))
            if (!Setting.All.Any(s => s.Key.Equals(key, StringComparison.OrdinalIgnoreCase) || ((s.IsList || s.IsMap) && key.StartsWith(s.Key + ":", StringComparison.OrdinalIgnoreCase))))
                yield return new(key, "is not known and has no effect. Look for it in appsettings.sample.json.");
        if (options is { Demo: false, BootstrapApiKey.Length: > 0 and < 24 })
            yield return new($"{ControlPlaneOptions.Section}:BootstrapApiKey", "is short enough to be guessed. Use 32 random characters or more.");
    }

    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new DbConnectionStringBuilder { ConnectionString = text };
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string Shorten(string text) => text.Length <= 60 ? text : text[..60] + "…";
}
