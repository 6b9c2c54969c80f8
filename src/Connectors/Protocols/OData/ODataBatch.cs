using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Connectors.Protocols.OData;

public enum BatchStyle
{
    /// <summary>OData 4.01 JSON Format, 19.</summary>
    Json,

    /// <summary>OData 4.01 Protocol, 11.7: multipart/mixed with one change set.</summary>
    Multipart,
}

/// <summary>One request of a batch.</summary>
/// <param name="Path">As the service wants it: relative to the service, or from its root.</param>
public sealed record BatchRequest(HttpMethod Method, string Path, ReadOnlyMemory<byte> Body);

/// <summary>What became of one request of a batch.</summary>
/// <param name="Body">May be empty.</param>
public sealed record BatchResult(int Status, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>Several writes in one request (OData <c>$batch</c>), each with a result of its own.</summary>
public static class ODataBatch
{
    private const string Boundary = "batch_controlplane";
    private const string ChangeSet = "changeset_controlplane";

    /// <summary>A body that claims more parts than any batch has is cut off there.</summary>
    private const int MostParts = 1_000;

    public static string ContentType(BatchStyle style) => style == BatchStyle.Json ? "application/json" : $"multipart/mixed; boundary={Boundary}";

    /// <param name="atomic">All or none.</param>
    public static byte[] Write(BatchStyle style, IReadOnlyList<BatchRequest> requests, bool atomic) =>
        style == BatchStyle.Json ? WriteJson(requests, atomic) : WriteMultipart(requests, atomic);

    /// <summary>
    /// In the order of the requests. Fewer than were asked for when a change set failed as a whole, or the service stopped at the first
    /// error. Null when it is no answer to a batch.
    /// </summary>
    public static IReadOnlyList<BatchResult>? Read(BatchStyle style, ReadOnlyMemory<byte> body) => style == BatchStyle.Json ? ReadJson(body) : ReadMultipart(body);

    private static byte[] WriteJson(IReadOnlyList<BatchRequest> requests, bool atomic)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("requests");
            for (var i = 0; i < requests.Count; i++)
            {
                writer.WriteStartObject();
                writer.WriteString("id", Id(i));
                if (atomic)
                    writer.WriteString("atomicityGroup", "all");
                writer.WriteString("method", requests[i].Method.Method);
                writer.WriteString("url", requests[i].Path);
                writer.WriteStartObject("headers");
                writer.WriteString("Content-Type", "application/json");
                writer.WriteEndObject();
                writer.WritePropertyName("body");
                writer.WriteRawValue(requests[i].Body.Span);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] WriteMultipart(IReadOnlyList<BatchRequest> requests, bool atomic)
    {
        using var body = new MemoryStream();
        var boundary = atomic ? ChangeSet : Boundary;
        if (atomic)
            Text(body, $"--{Boundary}\r\nContent-Type: multipart/mixed; boundary={ChangeSet}\r\n\r\n");
        for (var i = 0; i < requests.Count; i++)
        {
            Text(body, $"--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {Id(i)}\r\n\r\n");
            Text(body, $"{requests[i].Method.Method} {requests[i].Path} HTTP/1.1\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {requests[i].Body.Length.ToString(CultureInfo.InvariantCulture)}\r\n\r\n");
            body.Write(requests[i].Body.Span);
            Text(body, "\r\n");
        }

        if (atomic)
            Text(body, $"--{ChangeSet}--\r\n");
        Text(body, $"--{Boundary}--\r\n");
        return body.ToArray();
    }

    private static void Text(MemoryStream body, string text) => body.Write(Encoding.UTF8.GetBytes(text));

    private static string Id(int index) => (index + 1).ToString(CultureInfo.InvariantCulture);

    private static List<BatchResult>? ReadJson(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("responses", out var responses) || responses.ValueKind != JsonValueKind.Array)
                return null;
            // Responses may come in any order (OData JSON Format 4.01, 19.2); ids put them back.
            var results = new SortedDictionary<int, BatchResult>();
            foreach (var response in responses.EnumerateArray().Take(MostParts))
                if (response.ValueKind == JsonValueKind.Object && response.TryGetProperty("status", out var status) && status.TryGetInt32(out var code))
                    results[response.TryGetProperty("id", out var id) && int.TryParse(id.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : results.Count + 1] =
                        new(code, response.TryGetProperty("body", out var inner) ? Encoding.UTF8.GetBytes(inner.GetRawText()) : default);
            return [.. results.Values];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static List<BatchResult>? ReadMultipart(ReadOnlyMemory<byte> body)
    {
        var results = new List<BatchResult>();
        return ReadParts(body, results, nested: false) ? results : null;
    }

    private static bool ReadParts(ReadOnlyMemory<byte> body, List<BatchResult> results, bool nested)
    {
        var start = body.Span.IndexOf("--"u8);
        var end = start < 0 ? -1 : body.Span[start..].IndexOfAny((byte)'\r', (byte)'\n');
        if (end is < 3 or > 100)
            return false;
        var boundary = body.Slice(start, end).ToArray();
        for (var at = start; at >= 0 && results.Count < MostParts;)
        {
            var from = at + boundary.Length;
            if (body.Span[from..].StartsWith("--"u8))
                break;
            var next = body.Span[from..].IndexOf(boundary);
            var part = next < 0 ? body[from..] : body.Slice(from, next);
            at = next < 0 ? -1 : from + next;
            var (head, rest) = Split(Skip(part));
            if (head.Contains("multipart/mixed", StringComparison.OrdinalIgnoreCase) && !nested)
                ReadParts(rest, results, nested: true);
            else if (head.Contains("application/http", StringComparison.OrdinalIgnoreCase) && Response(Skip(rest)) is { } result)
                results.Add(result);
        }

        return results.Count > 0;
    }

    private static BatchResult? Response(ReadOnlyMemory<byte> http)
    {
        var (head, body) = Split(http);
        var words = head.Split('\n')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [var protocol, var status, ..] && protocol.StartsWith("HTTP/", StringComparison.Ordinal) && int.TryParse(status.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var code)
            ? new(code, Trim(body)) : null;
    }

    /// <summary>Headers, and what comes after the empty line.</summary>
    private static (string Head, ReadOnlyMemory<byte> Body) Split(ReadOnlyMemory<byte> part)
    {
        var (at, length) = (part.Span.IndexOf("\r\n\r\n"u8), 4);
        if (at < 0)
            (at, length) = (part.Span.IndexOf("\n\n"u8), 2);
        return at < 0 ? (Encoding.UTF8.GetString(part.Span), default) : (Encoding.UTF8.GetString(part.Span[..at]), part[(at + length)..]);
    }

    private static ReadOnlyMemory<byte> Skip(ReadOnlyMemory<byte> part)
    {
        var trimmed = part.Span.TrimStart("\r\n"u8);
        return part[(part.Length - trimmed.Length)..];
    }

    private static ReadOnlyMemory<byte> Trim(ReadOnlyMemory<byte> body) => body[..body.Span.TrimEnd("\r\n "u8).Length];
}
