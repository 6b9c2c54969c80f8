namespace ControlPlane.Web.Features.Receive;

/// <summary>What a document may call itself. The connectors of the web read JSON in UTF-8.</summary>
internal static class ReceiveContent
{
    /// <summary>Null when it may come in; otherwise what is wrong with it.</summary>
    public static string? Refuse(HttpRequest request)
    {
        if (request.Headers.ContentEncoding is { Count: > 0 } encoding && encoding.ToString() is not "" and not "identity")
            return "The body is compressed. Send it without Content-Encoding.";
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
            return "The Content-Type is missing or cannot be read. Send application/json.";
        var isJson = type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase) || type.MediaType.Equals("text/json", StringComparison.OrdinalIgnoreCase);
        if (!isJson)
            return "The Content-Type is not taken here. Send application/json.";
        return type.Charset is { Length: > 0 } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) && !charset.Equals("\"utf-8\"", StringComparison.OrdinalIgnoreCase)
            ? "The character set is not taken here. Send UTF-8."
            : null;
    }
}
