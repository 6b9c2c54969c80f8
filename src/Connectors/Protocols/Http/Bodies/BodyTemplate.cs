using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Connectors.Protocols.Http.Bodies;

/// <summary>
/// A JSON body as a manifest writes it, with places that are filled in for each request. A place that stands alone and has no value is left
/// out with its name, so that the first page has no cursor; within a text it must have one.
/// </summary>
/// <typeparam name="T">What a text with places was compiled to.</typeparam>
public sealed class BodyTemplate<T>(BodyNode<T> root) where T : class
{
    /// <summary>Fills in a text; null when it has no value.</summary>
    public delegate string? Filler(T text, out string missing);

    /// <summary>All texts with places.</summary>
    public IEnumerable<T> Texts => Under(root);

    /// <summary>Null when a value is missing that must be there; <paramref name="missing"/> names it.</summary>
    public byte[]? Render(Filler fill, out string missing)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        missing = "";
        using (var writer = new Utf8JsonWriter(buffer))
            if (!Write(writer, root, null, fill, ref missing))
                return null;
        return buffer.WrittenSpan.ToArray();
    }

    private static bool Write(Utf8JsonWriter writer, BodyNode<T> node, string? name, Filler fill, ref string missing)
    {
        switch (node)
        {
            case BodyNode<T>.Members members:
                Name(writer, name);
                writer.WriteStartObject();
                foreach (var (key, value) in members.All)
                    if (!Write(writer, value, key, fill, ref missing))
                        return false;
                writer.WriteEndObject();
                return true;
            case BodyNode<T>.Entries entries:
                Name(writer, name);
                writer.WriteStartArray();
                foreach (var entry in entries.All)
                    if (!Write(writer, entry, null, fill, ref missing))
                        return false;
                writer.WriteEndArray();
                return true;
            case BodyNode<T>.Raw raw:
                Name(writer, name);
                writer.WriteRawValue(raw.Json);
                return true;
            case BodyNode<T>.Text { Value: var text, Alone: var alone }:
                if (fill(text, out missing) is not { } filled)
                    return alone && missing.Length == 0;
                Name(writer, name);
                // A count is a number in every API that we know; what is quoted within a text stays text.
                if (alone && long.TryParse(filled, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == filled && ((BodyNode<T>.Text)node).Counts)
                    writer.WriteNumberValue(number);
                else
                    writer.WriteStringValue(filled);
                return true;
            default:
                throw new InvalidOperationException("A node of a body is one of four.");
        }
    }

    private static void Name(Utf8JsonWriter writer, string? name)
    {
        if (name is not null)
            writer.WritePropertyName(name);
    }

    private static IEnumerable<T> Under(BodyNode<T> node) => node switch
    {
        BodyNode<T>.Members members => members.All.SelectMany(m => Under(m.Value)),
        BodyNode<T>.Entries entries => entries.All.SelectMany(Under),
        BodyNode<T>.Text text => [text.Value],
        _ => [],
    };
}

public abstract record BodyNode<T> where T : class
{
    public sealed record Members(IReadOnlyList<KeyValuePair<string, BodyNode<T>>> All) : BodyNode<T>;

    public sealed record Entries(IReadOnlyList<BodyNode<T>> All) : BodyNode<T>;

    /// <param name="Json">A number, true, false, null, or a text without places.</param>
    public sealed record Raw(string Json) : BodyNode<T>;

    /// <param name="Alone">The text is one place and nothing else.</param>
    /// <param name="Counts">The place is a count, such as <c>{size}</c>, which goes out as a number.</param>
    public sealed record Text(T Value, bool Alone, bool Counts) : BodyNode<T>;
}
