using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Runtime.Mappings;

/// <summary>A kept test as a file, for repositories and their builds.</summary>
/// <param name="Body">The message as text; null when it is no UTF-8.</param>
/// <param name="BodyBase64">The message's bytes where <paramref name="Body"/> cannot hold them.</param>
/// <param name="Expected">As <see cref="MappingExpectation"/> writes it.</param>
public sealed record MappingTestFile(
    Guid Id, string Connector, string Name, string Connection, string Topic, string? ContentType, Dictionary<string, string>? Headers, bool Polled, bool Part, DateTimeOffset ReceivedAt, string Reason,
    string? Body, byte[]? BodyBase64, JsonElement Expected)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Of(MappingTestRow row)
    {
        var text = Decode(row.Body);
        return JsonSerializer.Serialize(new MappingTestFile(
            row.Id, row.Connector, row.Name, row.Connection, row.Topic, row.ContentType, row.Headers is { Length: > 0 } json ? JsonSerializer.Deserialize<Dictionary<string, string>>(json) : null, row.Polled, row.Part,
            Instant.FromMicroseconds(row.ReceivedAt), row.Reason, text, text is null ? row.Body : null, JsonSerializer.Deserialize<JsonElement>(row.Expected)), Options) + "\n";
    }

    /// <exception cref="JsonException">It is no such file; the message says where.</exception>
    public static MappingTestRow Read(string json)
    {
        var file = JsonSerializer.Deserialize<MappingTestFile>(json, Options) ?? throw new JsonException("It is empty.");
        if (file.Body is null == file.BodyBase64 is null)
            throw new JsonException("It has either a body or bodyBase64, and not both.");
        return new()
        {
            Id = file.Id, Connector = file.Connector ?? "", Name = file.Name ?? "", Connection = file.Connection ?? "", Topic = file.Topic ?? "", ContentType = file.ContentType, Headers = JsonSerializer.Serialize(file.Headers ?? []),
            Polled = file.Polled, Part = file.Part, ReceivedAt = file.ReceivedAt.ToMicroseconds(), Reason = file.Reason ?? "", Body = file.BodyBase64 ?? Encoding.UTF8.GetBytes(file.Body!), Expected = file.Expected.GetRawText(),
        };
    }

    private static string? Decode(byte[] body)
    {
        try
        {
            return Strict.GetString(body);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
