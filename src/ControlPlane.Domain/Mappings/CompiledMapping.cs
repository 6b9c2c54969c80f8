using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Mappings.Incoming;
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
    /// <param name="trace">Filled with where each value came from, and why a target has none, when given.</param>
    public MappedDocument Map(MappingInput input, List<MappedValue>? trace = null)
    {
        var buffer = _buffer ??= new(4096);
        var writer = _writer ??= new(buffer, Options);
        var run = new MappingRun(buffer, trace);
        try
        {
            _root.Write(writer, new MappingScope(input), run);
            writer.Flush();
            return new(buffer.WrittenSpan.ToArray(), ContentType, run.Refusals);
        }
        finally
        {
            buffer.ResetWrittenCount();
            writer.Reset(buffer);
        }
    }
}

/// <summary>What one run of a mapping brings beside its document.</summary>
internal sealed class MappingRun(ArrayBufferWriter<byte> buffer, List<MappedValue>? trace)
{
    public List<Refusal> Refusals { get; } = [];

    public bool Traces => trace is not null;

    public void Add(MappedValue value) => trace?.Add(value);

    /// <summary>How much is written; flushes, so that it is called for traces only.</summary>
    public int Mark(Utf8JsonWriter writer)
    {
        writer.Flush();
        return buffer.WrittenCount;
    }

    /// <summary>What was written since, as people read it: a text without its quotation marks.</summary>
    public string Since(int mark)
    {
        var written = buffer.WrittenSpan[mark..];
        while (written is [(byte)',' or (byte)':' or (byte)' ', ..])
            written = written[1..];
        var reader = new Utf8JsonReader(written);
        return reader.Read() && reader.TokenType == JsonTokenType.String ? reader.GetString()! : System.Text.Encoding.UTF8.GetString(written);
    }
}
