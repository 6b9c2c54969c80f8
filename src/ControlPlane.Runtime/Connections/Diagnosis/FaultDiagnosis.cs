using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Runtime.Connections.Diagnosis;

/// <summary>What a failed call says about the connection. Pure.</summary>
internal static class FaultDiagnosis
{
    /// <param name="answer">The last that came; null = none came.</param>
    /// <param name="signIn">It is an answer to a request for a token.</param>
    /// <returns>A code of <see cref="DiagnosisTexts"/>.</returns>
    public static string Of(Fault fault, ExchangeAnswer? answer, bool signIn) => fault.Code switch
    {
        "oauth.refused" => fault.ProviderCode switch
        {
            "invalid_client" => "sign_in.client_unknown",
            "invalid_scope" => "sign_in.scope",
            "invalid_grant" or "unauthorized_client" or "unsupported_grant_type" => "sign_in.grant",
            _ => "sign_in.token_refused",
        },
        "oauth.no_token" => "sign_in.no_token",
        "connection.certificate_unreadable" => "certificate.own_unreadable",
        "outbound.address_refused" => "address.refused",
        "outbound.timeout" => "answer.slow",
        "outbound.cut_off" => "answer.not_http",
        "outbound.answer_too_large" => "answer.too_large",
        "outbound.budget" or "outbound.congested" => "answer.budget",
        "outbound.not_connected" => "port.unreachable",
        "sftp.not_connected" => "sftp.no_answer",
        _ when answer is { IsSuccess: false } => signIn && answer.Status is 404 or 405 or 410 ? "sign_in.wrong_address" : Of(answer),
        _ when answer is not null && IsPage(answer) => Of(answer),
        "feed.unreadable" => "answer.not_readable",
        _ when DiagnosisTexts.Of(fault.Code).Code == fault.Code => fault.Code,
        _ => answer is null ? "other" : "answer.not_readable",
    };

    /// <summary>What an answer says by itself; empty when it is a good one.</summary>
    public static string Of(ExchangeAnswer answer) => answer.Status switch
    {
        401 => "sign_in.refused",
        403 => "sign_in.not_allowed",
        404 or 410 => "answer.not_found",
        429 => "answer.limited",
        503 when answer.Header("Retry-After") is not null => "answer.closed",
        >= 500 or 408 => "answer.failing",
        >= 300 and < 400 => LeadsToSignIn(answer) ? "answer.sign_in_page" : "answer.moved",
        >= 400 => "answer.refused",
        _ when IsPage(answer) => AsksForPassword(answer) ? "answer.sign_in_page" : "answer.html",
        _ => "",
    };

    /// <summary>Whether a finding is about who we are rather than about where it is.</summary>
    public static bool IsAboutCredentials(string code) => code.StartsWith("sign_in.", StringComparison.Ordinal) || code is "sftp.login_refused";

    private static bool IsPage(ExchangeAnswer answer) => answer.ContentType is "text/html" or "application/xhtml+xml";

    private static bool LeadsToSignIn(ExchangeAnswer answer) =>
        answer.Header("Location") is { } to && new[] { "login", "logon", "signin", "sign-in", "sign_in", "/sso", "saml", "oauth/authorize" }.Any(w => to.Contains(w, StringComparison.OrdinalIgnoreCase));

    private static bool AsksForPassword(ExchangeAnswer answer)
    {
        var text = Encoding.UTF8.GetString(answer.Body.Span[..Math.Min(answer.Body.Length, 64 * 1024)]);
        return text.Contains("type=\"password\"", StringComparison.OrdinalIgnoreCase) || text.Contains("type=password", StringComparison.OrdinalIgnoreCase) || text.Contains("type='password'", StringComparison.OrdinalIgnoreCase);
    }
}
