using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http.Bodies;

/// <summary>How a request is put into parts.</summary>
/// <param name="Part">Name of the part that takes the whole document as a file; null = each member of the document is a part of its own.</param>
/// <param name="FileName">Of that file.</param>
/// <param name="Fields">Further parts of text, in front of it.</param>
public sealed record MultipartSpec(string? Part, Placeholders? FileName, IReadOnlyList<KeyValuePair<string, Placeholders>> Fields);

/// <summary>
/// <c>multipart/form-data</c> (RFC 7578). The boundary is made from the content: the same document has the same bytes at each try, and the
/// boundary cannot stand within it but by breaking SHA-256.
/// </summary>
public static class MultipartBody
{
    private const string Type = "multipart/form-data; boundary=";

    /// <summary>The boundary stands in the first line of what was written.</summary>
    public static string ContentTypeOf(ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf("\r\n"u8);
        return end > 2 ? Type + Encoding.ASCII.GetString(body[2..end]) : Type + "none";
    }

    /// <summary>Each member a part: single values as text, objects and lists as JSON.</summary>
    public static byte[] OfMembers(JsonElement document)
    {
        var parts = new List<Part>();
        foreach (var member in document.EnumerateObject())
            if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                parts.Add(new(member.Name, null, "application/json", Encoding.UTF8.GetBytes(member.Value.GetRawText())));
            else if (DocumentPath.TextOf(member.Value) is { } text)
                parts.Add(new(member.Name, null, null, Encoding.UTF8.GetBytes(text)));
        return Write(parts);
    }

    public static byte[] OfFile(ReadOnlyMemory<byte> file, string contentType, string part, string fileName, IEnumerable<(string Name, string Value)> fields) =>
        Write([.. fields.Select(f => new Part(f.Name, null, null, Encoding.UTF8.GetBytes(f.Value))), new(part, fileName, contentType, file)]);

    private static byte[] Write(List<Part> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
            hash.AppendData(part.Content.Span);
        var boundary = "part-" + Convert.ToHexStringLower(hash.GetHashAndReset())[..40];
        using var body = new MemoryStream();
        foreach (var part in parts)
        {
            var head = $"--{boundary}\r\nContent-Disposition: form-data; name=\"{Quoted(part.Name)}\"{(part.FileName is { } file ? $"; filename=\"{Quoted(file)}\"" : "")}\r\n"
                + (part.ContentType is { } type ? $"Content-Type: {type}\r\n\r\n" : "\r\n");
            body.Write(Encoding.UTF8.GetBytes(head));
            body.Write(part.Content.Span);
            body.Write("\r\n"u8);
        }

        body.Write(Encoding.ASCII.GetBytes($"--{boundary}--\r\n"));
        return body.ToArray();
    }

    /// <summary>As browsers do (WHATWG HTML, multipart/form-data): a name can neither end its quotation nor its line.</summary>
    private static string Quoted(string name) =>
        name.Replace("\"", "%22", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private sealed record Part(string Name, string? FileName, string? ContentType, ReadOnlyMemory<byte> Content);
}
