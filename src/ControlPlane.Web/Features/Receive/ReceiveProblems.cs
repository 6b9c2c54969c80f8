using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Runtime.Ingestion;
using Microsoft.AspNetCore.Mvc;

namespace ControlPlane.Web.Features.Receive;

/// <summary>What the door says when it does not take something (RFC 9457), each with a stable code.</summary>
internal static class ReceiveProblems
{
    /// <summary>The same for an unknown connection, a disabled one and a wrong signature: a stranger learns nothing.</summary>
    public static Task NotAcceptedAsync(HttpContext http) =>
        WriteAsync(http, 401, "receive.not_accepted", "The request is not accepted", "The connection is not known, or the signature does not fit the body. Check the address and the signing secret.");

    public static Task TooLargeAsync(HttpContext http, int limit) =>
        WriteAsync(http, 413, "receive.too_large", "The body is too large", $"At most {limit.ToString("N0", CultureInfo.InvariantCulture)} bytes are taken. Send fewer documents at once.");

    public static Task UnsupportedAsync(HttpContext http, string detail) =>
        WriteAsync(http, 415, "receive.content_type", "The content type is not taken", detail);

    public static Task EncodingAsync(HttpContext http, EncodingProblem problem) =>
        WriteAsync(http, problem.Status, problem.Code, "The body cannot be unwrapped", problem.Text);

    private static readonly byte[] Busy = JsonSerializer.SerializeToUtf8Bytes(new
    {
        type = "/errors/receive.busy",
        title = "Not now",
        status = 503,
        detail = "More is coming in than can be stored at this moment. Nothing of this request was kept; send it again.",
        code = "receive.busy",
    });

    /// <summary>Made once: it is said most often when there is least time.</summary>
    public static Task BusyAsync(HttpContext http, int retryAfterSeconds)
    {
        http.Response.Headers.RetryAfter = retryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        http.Response.ContentType = "application/problem+json";
        http.Response.ContentLength = Busy.Length;
        return http.Response.Body.WriteAsync(Busy, http.RequestAborted).AsTask();
    }

    public static Task RefusedAsync(HttpContext http, ReceiveOutcome.Refused refused)
    {
        var first = refused.Refusals[0];
        return WriteAsync(http, 422, first.Code, "The document cannot be used", first.Message, problem =>
        {
            problem.Extensions["field"] = first.Field;
            problem.Extensions["messageId"] = refused.MessageId;
            problem.Extensions["errors"] = refused.Refusals.Select(r => new { code = r.Code, field = r.Field, message = r.Message });
        });
    }

    private static Task WriteAsync(HttpContext http, int status, string code, string title, string detail, Action<ProblemDetails>? more = null)
    {
        var problem = new ProblemDetails { Status = status, Title = title, Detail = detail, Type = $"/errors/{code}" };
        problem.Extensions["code"] = code;
        problem.Extensions["traceId"] = Activity.Current?.Id ?? http.TraceIdentifier;
        more?.Invoke(problem);
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(problem, options: null, "application/problem+json", http.RequestAborted);
    }
}
