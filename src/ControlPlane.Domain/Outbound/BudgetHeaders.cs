using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Outbound;

/// <summary>
/// Reads what answers say about rate limits: Amazon's <c>x-amzn-RateLimit-Limit</c>, Shopify's <c>X-Shopify-Shop-Api-Call-Limit</c>, the IETF draft's
/// <c>RateLimit</c> and <c>RateLimit-Policy</c> (both spellings of it), and the customary <c>X-RateLimit-*</c>. What cannot be read is left out.
/// </summary>
public static partial class BudgetHeaders
{
    public static BudgetReading? Read(ExchangeAnswer answer)
    {
        if (Number(answer.Header("x-amzn-RateLimit-Limit")) is ({ } rate and > 0))
            return new(rate, null, null);
        if (answer.Header("X-Shopify-Shop-Api-Call-Limit") is { } calls && calls.Split('/') is [var used, var most] && Number(used) is { } u && Number(most) is ({ } m and > 0))
            return new(null, m, m - u);
        var (quota, window) = Policy(answer.Header("RateLimit-Policy"));
        if (answer.Header("RateLimit") is { } both)
            return Of(quota ?? Value(both, "limit"), window, Value(both, "r") ?? Value(both, "remaining"));
        var left = Number(answer.Header("RateLimit-Remaining")) ?? Number(answer.Header("X-RateLimit-Remaining"));
        var limit = quota ?? Number(answer.Header("RateLimit-Limit")) ?? Number(answer.Header("X-RateLimit-Limit"));
        return left is null && window is null ? null : Of(limit, window, left);
    }

    private static BudgetReading? Of(double? quota, double? window, double? left) =>
        quota is null && left is null ? null : new(quota is ({ } q and > 0) && window is ({ } w and > 0) ? q / w : null, quota, left);

    /// <summary><c>"default";q=100;w=10</c> or <c>100;w=10</c>.</summary>
    private static (double? Quota, double? Window) Policy(string? text) =>
        text is null ? (null, null) : (Value(text, "q") ?? Number(text.Split(',')[0].Split(';')[0]), Value(text, "w"));

    private static double? Value(string text, string name)
    {
        foreach (Match match in Pair().Matches(text))
            if (match.Groups[1].ValueSpan.Equals(name, StringComparison.OrdinalIgnoreCase))
                return Number(match.Groups[2].Value);
        return null;
    }

    private static double? Number(string? text) =>
        double.TryParse(text?.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    [GeneratedRegex(@"([A-Za-z]+)\s*=\s*([0-9.]+)", RegexOptions.NonBacktracking)]
    private static partial Regex Pair();
}
