using System.Globalization;

namespace ControlPlane.Domain.Mappings;

/// <summary>How an instant is written: in which zone, in which form. Without a zone it is UTC.</summary>
internal sealed class InstantShape
{
    public const string Allowed = "local:<zone>, pattern:<form>";

    private const int LongestPattern = 60;

    private TimeZoneInfo? _zone;
    private string? _pattern;

    public bool IsEmpty => _zone is null && _pattern is null;

    public bool HasPattern => _pattern is not null;

    public bool TryAdd(string word)
    {
        if (word.StartsWith("local:", StringComparison.Ordinal))
            return TimeZoneInfo.TryFindSystemTimeZoneById(word["local:".Length..], out _zone);
        if (!word.StartsWith("pattern:", StringComparison.Ordinal))
            return false;
        _pattern = word["pattern:".Length..];
        return IsPattern(_pattern);
    }

    public string Date(DateTimeOffset instant) => Local(instant).ToString(_pattern ?? "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>With a zone the offset is written, so that nobody has to guess.</summary>
    public string DateTime(DateTimeOffset instant) =>
        Local(instant).ToString(_pattern ?? (_zone is null ? SourceValue.InstantFormat : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz"), CultureInfo.InvariantCulture);

    private DateTimeOffset Local(DateTimeOffset instant) => _zone is null ? instant : TimeZoneInfo.ConvertTime(instant, _zone);

    /// <summary>Tried once, so that it cannot fail later.</summary>
    private static bool IsPattern(string pattern)
    {
        if (pattern.Length is 0 or > LongestPattern)
            return false;
        try
        {
            return DateTimeOffset.UnixEpoch.ToString(pattern, CultureInfo.InvariantCulture).Any(char.IsAsciiDigit);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
