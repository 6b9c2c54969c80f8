using System.Globalization;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.Connections;

/// <summary>What an HTTP status means when the body says nothing better. Connectors look into the body first.</summary>
public static class HttpFaults
{
    /// <param name="system">As people call the system: "Business Central".</param>
    public static Fault From(ExchangeAnswer answer, string system, DateTimeOffset now, string? providerCode = null, string? detail = null)
    {
        var code = $"http.{answer.Status.ToString(CultureInfo.InvariantCulture)}";
        var told = detail is { Length: > 0 } ? $": {Cut(detail)}" : ".";
        var retryAfter = RetryAfter(answer.Header("Retry-After"), now);
        return answer.Status switch
        {
            429 => new(FaultKind.Throttled, code, $"{system} limits the rate of calls{told}", null, providerCode, retryAfter),
            401 => new(FaultKind.Authentication, code, $"{system} does not accept our credentials{told}", null, providerCode),
            403 => new(FaultKind.Authentication, code, $"{system} does not allow this call{told}", null, providerCode),
            409 or 412 => new(FaultKind.Conflict, code, $"{system} has a newer version of the record{told}", null, providerCode),
            503 when retryAfter is not null => new(FaultKind.Maintenance, code, $"{system} is closed for now{told}", null, providerCode, retryAfter),
            408 or 425 or >= 500 => new(FaultKind.Transient, code, $"{system} answered {answer.Status}{told}", null, providerCode, retryAfter),
            >= 300 and < 400 => new(FaultKind.Internal, code, $"{system} redirects elsewhere, which is not followed. Check the address of the connection."),
            _ => new(FaultKind.Data, code, $"{system} refused the document with {answer.Status}{told}", null, providerCode),
        };
    }

    /// <summary>Seconds or an HTTP date (RFC 9110, 10.2.3); null when absent or unreadable. Never negative, never over a day.</summary>
    public static TimeSpan? RetryAfter(string? value, DateTimeOffset now)
    {
        TimeSpan wait;
        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            wait = TimeSpan.FromSeconds(Math.Min(seconds, 86_400));
        else if (DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            wait = date - now;
        else
            return null;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait;
    }

    /// <summary>Free text of a target can be 20 KB of field definitions.</summary>
    private static string Cut(string text) => text.Length <= 300 ? text : text[..300] + "…";
}
