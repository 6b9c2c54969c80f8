using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Settings;

/// <summary>One setting, as found in the tree of <see cref="ControlPlaneOptions"/>.</summary>
/// <param name="Key">As in a settings file: <c>ControlPlane:Engine:PollMilliseconds</c>.</param>
/// <param name="Default">As text; empty for none.</param>
public sealed record Setting(string Key, PropertyInfo Property, string Default)
{
    /// <summary>As an environment variable: <c>ControlPlane__Engine__PollMilliseconds</c>.</summary>
    public string Variable => Key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>Connection strings may hold a password; their harmless parts are shown.</summary>
    public bool IsConnectionString => Property.Name == nameof(DatabaseOptions.ConnectionString);

    public bool IsSecret => Property.IsDefined(typeof(SecretAttribute));

    /// <summary>A list of texts; its values stand below <see cref="Key"/> as <c>:0</c>, <c>:1</c>.</summary>
    public bool IsList => Property.PropertyType == typeof(IReadOnlyList<string>);

    /// <summary>Free names below <see cref="Key"/>.</summary>
    public bool IsMap => Property.PropertyType == typeof(IReadOnlyDictionary<string, string>);

    /// <summary>In words: <c>a whole number from 1 to 512</c>.</summary>
    public string Allowed
    {
        get
        {
            if (Property.GetCustomAttribute<AllowedValuesAttribute>() is { } values)
                return string.Join(", ", values.Values);
            if (Property.GetCustomAttribute<RangeAttribute>() is { } range)
                return string.Create(CultureInfo.InvariantCulture, $"{(Property.PropertyType == typeof(int) ? "a whole number" : "a number")} from {range.Minimum} to {range.Maximum}");
            if (Property.GetCustomAttribute<MaxLengthAttribute>() is { } length)
                return string.Create(CultureInfo.InvariantCulture, $"a text of at most {length.Length} characters");
            return Property.PropertyType == typeof(bool) ? "true or false" : IsList ? "a list of texts" : IsMap ? "names with one text each" : "a text";
        }
    }

    /// <summary>Every setting there is, in the order of the sample file.</summary>
    public static IReadOnlyList<Setting> All { get; } = [.. Walk(ControlPlaneOptions.Section, new ControlPlaneOptions())];

    private static IEnumerable<Setting> Walk(string path, object defaults)
    {
        foreach (var property in defaults.GetType().GetProperties().Where(p => p.CanWrite))
        {
            var key = $"{path}:{property.Name}";
            var value = property.GetValue(defaults);
            if (value is not null and not string and not IEnumerable && value.GetType().IsClass)
                foreach (var inner in Walk(key, value))
                    yield return inner;
            else
                yield return new(key, property, value switch { string text => text, bool flag => flag ? "true" : "false", IFormattable number => number.ToString(null, CultureInfo.InvariantCulture), _ => "" });
        }
    }
}

/// <summary>What is wrong with a setting.</summary>
public sealed record SettingProblem(string Key, string Message)
{
    public override string ToString() => $"{Key} (as a variable: {Key.Replace(":", "__", StringComparison.Ordinal)}) {Message}";
}
