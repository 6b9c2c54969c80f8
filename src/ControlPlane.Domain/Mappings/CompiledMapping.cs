using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings;

/// <summary>A template in its fast form: a tree of target nodes that reads typed values and writes UTF-8 JSON. Immutable, shared by all threads.</summary>
public sealed class CompiledMapping
{
    public const string ContentType = "application/json";

    // Names and cities stay readable in the side-by-side view; the document goes to an API, never into a page.
    internal static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    private static readonly JsonWriterOptions Options = new() { Encoder = Encoder, SkipValidation = true };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _buffer;
    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    private readonly ObjectNode _root;

    internal CompiledMapping(MappingTemplate template, ObjectNode root)
    {
        Template = template;
        _root = root;
    }

    public MappingTemplate Template { get; }

    /// <summary>Pure. With refusals the content is what could be mapped, for people to look at; it must not be sent.</summary>
    public MappedDocument Map(MappingInput input)
    {
        var buffer = _buffer ??= new(4096);
        var writer = _writer ??= new(buffer, Options);
        var refusals = new List<Refusal>();
        try
        {
            _root.Write(writer, new MappingScope(input), refusals);
            writer.Flush();
            return new(buffer.WrittenSpan.ToArray(), ContentType, refusals);
        }
        finally
        {
            buffer.ResetWrittenCount();
            writer.Reset(buffer);
        }
    }
}
