using System.Security.Cryptography;
using System.Text;
using ControlPlane.Runtime.Api;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Web.Features.Api;

/// <summary>On an endpoint: it takes an Idempotency-Key.</summary>
/// <param name="Required">True: without one it is refused, because a lost answer would be repeated blindly.</param>
/// <param name="KeepsAnswer">False where the answer holds something that is shown once.</param>
internal sealed record IdempotentWrite(bool Required, bool KeepsAnswer = true)
{
    /// <summary>In bytes; more only where whole files come.</summary>
    public int LargestBody { get; init; } = IdempotentWrites.LargestBody;
}

/// <summary>
/// A write with a key is done once; a repeat gets the first answer again (draft-ietf-httpapi-idempotency-key-header):
/// 400 without a key, 409 while the first is running, 422 when the key was used for something else.
/// </summary>
internal sealed class IdempotentWrites(RequestDelegate next, IdempotentAnswers answers)
{
    public const string Header = "Idempotency-Key";

    public const string ReplayedHeader = "Idempotency-Replayed";

    /// <summary>No write of the API comes near.</summary>
    public const int LargestBody = 64 * 1024;

    private const int LongestKey = 128;

    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<IdempotentWrite>() is not { } write)
        {
            await next(http);
            return;
        }

        var header = http.Request.Headers[Header];
        if (header.Count == 0 && !write.Required)
        {
            await next(http);
            return;
        }

        if (header.Count == 0)
        {
            await RefuseAsync(http, 400, "idempotency.key_missing", "Idempotency-Key missing", $"Send the header {Header} with a value of your own, such as a UUID, and the same one when you repeat the request.");
            return;
        }

        if (header.Count > 1 || Key(header.ToString()) is not { } key)
        {
            await RefuseAsync(http, 400, "idempotency.key_invalid", "Idempotency-Key not usable", $"Allowed: one header {Header} with 1 to {LongestKey} visible ASCII characters, in quotation marks or not.");
            return;
        }

        if (await BufferAsync(http, write.LargestBody) is not { } body)
        {
            await RefuseAsync(http, 413, "request.too_large", "The body is too large", $"Allowed: at most {write.LargestBody / 1024} KB.");
            return;
        }

        var tenant = http.Tenant();
        var claim = await answers.ClaimAsync(tenant, http.CallerId(), key, Digest(http.Request, body), http.RequestAborted);
        await (claim switch
        {
            IdempotencyClaim.Ours ours => RunAsync(http, write, tenant, ours),
            IdempotencyClaim.Answered answered => ReplayAsync(http, answered),
            IdempotencyClaim.Running => RefuseAsync(http, 409, "idempotency.in_progress", "Still running", "The first request with this Idempotency-Key is still being worked on. Ask again in a moment."),
            _ => RefuseAsync(http, 422, "idempotency.key_reused", "Idempotency-Key used before", "This Idempotency-Key was used for another request in the last 24 hours. Use a new one for a new request."),
        });
    }

    /// <summary>Made of caller and key, so that what a repeat does further down is recognised as the same, too.</summary>
    public static Guid OperationId(HttpContext http)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{http.Tenant().TenantId}/{http.CallerId()}/{Key(http.Request.Headers[Header].ToString())}"), hash);
        return new Guid(hash[..16], bigEndian: true);
    }

    private async Task RunAsync(HttpContext http, IdempotentWrite write, TenantScope tenant, IdempotencyClaim.Ours claim)
    {
        var body = http.Response.Body;
        using var buffer = new MemoryStream();
        http.Response.Body = buffer;
        var done = false;
        try
        {
            await next(http);
            done = http.Response.StatusCode < 500;
        }
        finally
        {
            http.Response.Body = body;
            // What was done is done, whether or not the caller still listens: no token from here on.
            if (done)
                await answers.KeepAsync(tenant, claim, http.Response.StatusCode, write.KeepsAnswer ? Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length) : null, CancellationToken.None);
            else
                await answers.ReleaseAsync(tenant, claim, CancellationToken.None);
        }

        await body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted);
    }

    private static async Task ReplayAsync(HttpContext http, IdempotencyClaim.Answered answered)
    {
        http.Response.Headers[ReplayedHeader] = "true";
        if (answered is { Body: null })
        {
            await RefuseAsync(http, 409, "idempotency.answer_not_kept", "Done before", $"This was done before, with the status {answered.Status}. Its answer held something that is shown once and is not kept.");
            return;
        }

        http.Response.StatusCode = answered.Status;
        if (answered.Body.Length == 0)
            return;
        http.Response.ContentType = answered.Status >= 400 ? "application/problem+json" : "application/json; charset=utf-8";
        await http.Response.WriteAsync(answered.Body, http.RequestAborted);
    }

    private static Task RefuseAsync(HttpContext http, int status, string code, string title, string detail)
    {
        if (status == 409 && code == "idempotency.in_progress")
            http.Response.Headers.RetryAfter = "1";
        return ApiProblem.Of(status, code, title, detail).ExecuteAsync(http);
    }

    /// <summary>A structured-field string (RFC 9651) or the bare value. Null when it is neither.</summary>
    private static string? Key(string header)
    {
        var key = header.Trim();
        if (key is ['"', .. var inner, '"'])
            key = inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);
        return key.Length is >= 1 and <= LongestKey && key.All(c => c is > ' ' and <= '~') ? key : null;
    }

    private static string Digest(HttpRequest request, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Null when the body is larger than any of ours.</summary>
    private static async Task<byte[]?> BufferAsync(HttpContext http, int largest)
    {
        if (http.Request.ContentLength > largest)
            return null;
        using var buffer = new MemoryStream();
        var chunk = new byte[8192];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
        {
            if (buffer.Length + read > largest)
                return null;
            buffer.Write(chunk, 0, read);
        }

        var body = buffer.ToArray();
        http.Request.Body = new MemoryStream(body);
        return body;
    }
}
