using System.Text.RegularExpressions;

namespace ControlPlane.Domain.Transactions;

/// <summary>
/// Texts of partners as people read them: without the ids that only the partner's own support can use. For showing only: what is stored, what
/// is grouped, and what is shown as the partner's own words keeps them.
/// </summary>
public static partial class PartnerText
{
    /// <returns>The text as it was where nothing else would be left.</returns>
    public static string Tidy(string text)
    {
        var tidy = Labelled().Replace(text, m => Rest(text, m));
        tidy = Trailing().Replace(tidy, m => Rest(tidy, m)).Trim();
        return tidy.Any(char.IsLetterOrDigit) ? tidy : text;
    }

    /// <summary>A full stop that ended the sentence stays where the sentence has no other.</summary>
    private static string Rest(string text, Match match)
    {
        var before = text.AsSpan(0, match.Index).TrimEnd();
        return match.Groups["stop"].Length > 0 && before is not [.., '.' or '!' or '?' or '…'] ? "." : "";
    }

    /// <summary>"CorrelationId:  3dfd1018-….", "(request id 0a1b2c3d)". Only where an id follows: "the request id is missing" says something. A text that was cut ends with …</summary>
    [GeneratedRegex("""[\s,;|]*[(\[]?\b(?:correlation|request|trace|activity)[ _-]?id\b\s*[:=#]?\s*["']?(?:[0-9a-z_-]{0,64}…|[0-9a-z_-]{0,64}[0-9][0-9a-z_-]{2,64})["']?[)\]]?(?<stop>\.?)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Labelled();

    /// <summary>An id that nothing introduces. Behind a colon, an equals sign or in quotation marks it is what the sentence speaks of.</summary>
    [GeneratedRegex("""(?<![:=]\s*)(?:[\s,;|]+[(\[]?|[(\[])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}[)\]]?(?<stop>\.?)\s*\z""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Trailing();
}
