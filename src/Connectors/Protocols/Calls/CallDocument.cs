using System.Buffers;
using System.Text.Json;
using ControlPlane.Domain.Mappings;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Orders;

namespace Connectors.Protocols.Calls;

/// <summary>A JSON document with sources in it, as a manifest writes it in YAML.</summary>
internal abstract class CallDocument
{
    /// <summary>Lists that are built of lines stay within what an order may have.</summary>
    public const int MostEntries = OrderRules.MostLines;

    /// <summary>Names and cities stay readable in the record of a call; the document goes to an API, never into a page.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>False when nothing was written, since a value that may be missing is.</summary>
    public abstract bool Write(Utf8JsonWriter writer, in CallPlace at, List<string> missing);

    /// <summary>As an entry of a list: one, none or several.</summary>
    public virtual void WriteEntries(Utf8JsonWriter writer, in CallPlace at, List<string> missing)
    {
        if (!Write(writer, in at, missing))
            writer.WriteNullValue();
    }

    /// <param name="missing">Names of values that are needed and not there; then the document must not be sent.</param>
    public JsonElement Render(in CallPlace at, List<string> missing)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, CallDocument.Writing))
            if (!Write(writer, in at, missing))
                writer.WriteNullValue();
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }
}

internal sealed class LiteralDocument(JsonElement value) : CallDocument
{
    public override bool Write(Utf8JsonWriter writer, in CallPlace at, List<string> missing)
    {
        value.WriteTo(writer);
        return true;
    }
}

internal sealed class TextDocument(CallText text) : CallDocument
{
    public override bool Write(Utf8JsonWriter writer, in CallPlace at, List<string> missing) => text.Write(writer, in at, missing);
}

/// <summary>A computed value.</summary>
internal sealed class ExpressionDocument(CallExpression expression, CallConversion? conversion) : CallDocument
{
    public override bool Write(Utf8JsonWriter writer, in CallPlace at, List<string> missing)
    {
        if (at.Scope.Preview)
        {
            writer.WriteStringValue("{computed}");
            return true;
        }

        var value = CallValue.Of(expression.Evaluate(in at, out var problem));
        if (problem.Length == 0 && !value.IsMissing && (conversion ?? CallConversion.AsIs).Write(writer, in value))
            return true;
        missing.Add($"the expression {expression.Text}{(problem.Length > 0 ? $": {problem}" : "")}");
        return false;
    }
}

internal sealed class ObjectDocument((CallText Name, CallDocument Value)[] members) : CallDocument
{
    public override bool Write(Utf8JsonWriter writer, in CallPlace at, List<string> missing)
    {
        writer.WriteStartObject();
        foreach (var (name, document) in members)
        {
            // Written apart first: a member whose value may be missing is left out, name and all.
            var buffer = new ArrayBufferWriter<byte>(64);
            bool written;
            using (var apart = new Utf8JsonWriter(buffer, CallDocument.Writing))
                written = document.Write(apart, in at, missing);
            if (!written)
                continue;
            writer.WritePropertyName(name.Render(in at, out var absent) ?? absent);
            if (absent.Length > 0)
                missing.Add(absent);
            writer.WriteRawValue(buffer.WrittenSpan);
        }

        writer.WriteEndObject();
        return true;
    }
}

internal sealed class ListDocument(CallDocument[] entries) : CallDocument
{
    public override bool Write(Utf8JsonWriter writer, in CallPlace at, List<string> missing)
    {
        writer.WriteStartArray();
        foreach (var entry in entries)
            entry.WriteEntries(writer, in at, missing);
        writer.WriteEndArray();
        return true;
    }
}

/// <summary>An entry for each line, or for each part of an answer; or one, under conditions.</summary>
/// <param name="lines">Empty when it repeats over <paramref name="of"/>, or not at all.</param>
internal sealed class EachDocument(string lines, CallSource? of, CallConditions when, CallDocument item) : CallDocument
{
    public override bool Write(Utf8JsonWriter writer, in CallPlace at, List<string> missing) => throw new InvalidOperationException("It stands only within lists.");

    public override void WriteEntries(Utf8JsonWriter writer, in CallPlace at, List<string> missing)
    {
        foreach (var place in CallPlaces.Of(lines, of, at))
            if (when.Hold(in place) ?? true)
                item.WriteEntries(writer, in place, missing);
    }
}

internal static class CallPlaces
{
    public static IEnumerable<CallPlace> Of(string lines, CallSource? of, CallPlace at)
    {
        if (of is not null)
            return at.Scope.Preview ? [at] : of.Entries!(at).Take(CallDocument.MostEntries).Select(e => at with { Item = e });
        return lines switch
        {
            "order.lines" => at.Scope.Input!.Order.Lines.Select((l, i) => at with { Line = l, Index = i }),
            "order.shippableLines" => at.Scope.Input!.Order.Lines.Select((l, i) => at with { Line = l, Index = i }).Where(p => p.Line!.RequiresShipping),
            "shipment.lines" => (at.Scope.Input!.Shipment?.Lines ?? []).Select((l, i) => at with { Shipped = l, Index = i }),
            _ => [at],
        };
    }
}

/// <summary>JavaScript as in mappings' rows, over values that are read here.</summary>
internal sealed class CallExpression(string text, IExpression expression, IReadOnlyList<KeyValuePair<string, CallSource>> with)
{
    public string Text => text;

    public string? Evaluate(in CallPlace at, out string problem)
    {
        var values = new List<KeyValuePair<string, string?>>(with.Count);
        foreach (var (name, source) in with)
            values.Add(new(name, source.Read(in at).Text));
        return expression.Evaluate(values, out problem);
    }
}

/// <summary>All must hold. A source that leads to nothing is neither of any list nor present.</summary>
internal sealed class CallConditions((CallSource At, IReadOnlyList<string> Is, IReadOnlyList<string> Not, bool? Present)[] conditions)
{
    public static CallConditions None { get; } = new([]);

    /// <summary>Null before anything is sent, when only an answer can say.</summary>
    public bool? Hold(in CallPlace at)
    {
        var open = false;
        foreach (var (source, @is, not, present) in conditions)
        {
            if (source.Answered && at.Scope.Preview)
            {
                open = true;
                continue;
            }

            var value = source.Read(in at);
            var text = value.Text;
            var there = text is not null || value.Json is { ValueKind: JsonValueKind.Object or JsonValueKind.Array } json && json.GetRawText().Length > 2;
            if (present is { } wanted && wanted != there
                || @is.Count > 0 && (text is null || !@is.Contains(text, StringComparer.OrdinalIgnoreCase))
                || text is not null && not.Contains(text, StringComparer.OrdinalIgnoreCase))
                return false;
        }

        return open ? null : true;
    }
}
