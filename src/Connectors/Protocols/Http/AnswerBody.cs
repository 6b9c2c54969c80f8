using System.Text;
using System.Text.Json;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Http;

/// <summary>An answer's body as JSON, or the knowledge that it is none. Dispose it: the document is pooled.</summary>
public sealed class AnswerBody : IDisposable
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 64, AllowTrailingCommas = false };

    private readonly JsonDocument? _document;

    private AnswerBody(JsonDocument? document, bool isMarkup)
    {
        _document = document;
        IsMarkup = isMarkup;
    }

    public bool IsJson => _document is not null;

    /// <summary>HTML or XML where JSON was due: a proxy's page, a sign-in form, a maintenance notice.</summary>
    public bool IsMarkup { get; }

    /// <summary>Why a format could not read it; null when none was asked.</summary>
    public Refusal? Why { get; private init; }

    /// <summary>Of kind <see cref="JsonValueKind.Undefined"/> when the body is no JSON; paths then find nothing.</summary>
    public JsonElement Root => _document?.RootElement ?? default;

    public static AnswerBody Read(ExchangeAnswer answer)
    {
        var content = JsonText.WithoutMark(answer.Body);
        var body = content.Span.TrimStart(" \t\r\n"u8);
        if (answer.ContentType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true || body.Length > 0 && body[0] == '<')
            return new(null, true);
        if (body.Length == 0)
            return new(null, false);
        try
        {
            return new(JsonDocument.Parse(content, Options), false);
        }
        catch (JsonException)
        {
            return new(null, false);
        }
    }

    /// <param name="format">How the body becomes JSON; null = it is JSON.</param>
    public static AnswerBody Read(ExchangeAnswer answer, IDocumentFormat? format, Connection connection)
    {
        if (format is null or JsonFormat || answer.Body.IsEmpty)
            return Read(answer);
        var reading = format.Read(answer.Body, connection);
        if (reading is { Refusals: [], Documents: [{ Refusals: [] } one] })
            return new(JsonDocument.Parse(one.Json, Options), false);
        // A proxy's page, a plain sentence: told apart as if JSON had been expected.
        return IsPage(answer) ? new(null, true) : new(null, false)
        {
            Why = reading.Refusals.Concat(reading.Documents.SelectMany(d => d.Refusals)).FirstOrDefault() ?? new("answer.not_one_document", "", $"It holds {reading.Documents.Count} documents, and one is expected."),
        };
    }

    private static bool IsPage(ExchangeAnswer answer)
    {
        var body = answer.Body.Span.TrimStart(" \t\r\n"u8);
        return answer.ContentType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true
            || Ascii.EqualsIgnoreCase(body[..Math.Min(5, body.Length)], "<html"u8) || Ascii.EqualsIgnoreCase(body[..Math.Min(14, body.Length)], "<!doctype html"u8);
    }

    public string? First(IEnumerable<JsonPath> paths)
    {
        foreach (var path in paths)
            if (path.Read(Root) is { } text)
                return text;
        return null;
    }

    public void Dispose() => _document?.Dispose();
}
