using System.Runtime.InteropServices;
using System.Text.Json;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Formats;

/// <summary>JSON as it comes: what a manifest without <c>format</c> means.</summary>
public sealed class JsonFormat : IDocumentFormat
{
    public static JsonFormat Instance { get; } = new();

    public string Name => "json";

    public IReadOnlyCollection<string> MediaTypes => [];

    public FormatReading Read(ReadOnlyMemory<byte> content, Connection connection)
    {
        using var document = StrictJson.Parse(content, out var refusal);
        return document is null ? FormatReading.Unreadable(refusal!) : new(false, "One document", [new("", "", content, [])]);
    }

    public FormatWriting Write(JsonElement document, FormatContext context) => new(JsonMarshal.GetRawUtf8Value(document).ToArray(), "application/json", []);
}
