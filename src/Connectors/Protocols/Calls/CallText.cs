using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Calls;

/// <summary>
/// Text with <c>{source}</c> in it. <c>{a|b}</c> takes the first that has a value, <c>{a?}</c> may be missing, and <c>{a:cut:35}</c> converts as a
/// mapping's row does. A text that is one source alone keeps its type.
/// </summary>
internal sealed class CallText
{
    private readonly Part[] _parts;

    private CallText(Part[] parts) => _parts = parts;

    /// <summary>One value with its own type, and not text that holds values.</summary>
    public bool IsOne => _parts is [{ Sources.Length: > 0 }];

    public IEnumerable<CallSource> Sources => _parts.SelectMany(p => p.Sources);

    public static CallText? TryParse(string text, CallNames names, bool tagged, out string problem)
    {
        problem = "";
        var parts = new List<Part>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf('{', at);
            if (open != at)
                parts.Add(new(open < 0 ? text[at..] : text[at..open], [], false, null));
            if (open < 0)
                break;
            var close = text.IndexOf('}', open);
            if (close < 0)
            {
                problem = "A '{' has no '}'.";
                return null;
            }

            if (One(text[(open + 1)..close], names, tagged, out problem) is not { } part)
                return null;
            parts.Add(part);
            at = close + 1;
        }

        return new([.. parts]);
    }

    /// <summary>Null when a value that is needed is missing; <paramref name="missing"/> names it.</summary>
    public string? Render(in CallPlace at, out string missing, Func<string, string>? encode = null)
    {
        missing = "";
        var text = new StringBuilder();
        foreach (var part in _parts)
        {
            if (part.Sources.Length == 0)
            {
                text.Append(part.Literal);
                continue;
            }

            if (part.Find(in at) is { IsMissing: false } value && (part.Conversion is null || at.Scope.Preview ? value.Text : part.Conversion.ToText(in value)) is { } found)
                text.Append(encode is null ? found : found is "." or ".." ? "" : encode(found));
            else if (!part.Optional)
            {
                missing = part.Names;
                return null;
            }
        }

        return text.ToString();
    }

    /// <summary>Writes the value; false when it is missing and may be. A missing one that is needed goes to <paramref name="missing"/>.</summary>
    public bool Write(Utf8JsonWriter writer, in CallPlace at, List<string> missing)
    {
        if (!IsOne)
        {
            if (Render(in at, out var absent) is { } text)
            {
                writer.WriteStringValue(text);
                return true;
            }

            missing.Add(absent);
            return false;
        }

        var part = _parts[0];
        var value = part.Find(in at);
        if (value.IsMissing)
        {
            if (!part.Optional)
                missing.Add(part.Names);
            return false;
        }

        if (at.Scope.Preview && part.Sources.Any(s => s.Answered) && value.Text is ['{', ..] name)
        {
            writer.WriteStringValue(name);
            return true;
        }

        if ((part.Conversion ?? CallConversion.AsIs).Write(writer, in value))
            return true;
        missing.Add($"{part.Names} (its value does not fit)");
        return false;
    }

    /// <summary>As it is found; for conditions.</summary>
    public CallValue Find(in CallPlace at) => IsOne ? _parts[0].Find(in at) : CallValue.Of(Render(in at, out _));

    private static Part? One(string inside, CallNames names, bool tagged, out string problem)
    {
        var colon = Colon(inside);
        var text = colon < 0 ? inside : inside[..colon];
        var optional = text.EndsWith('?');
        var sources = new List<CallSource>();
        foreach (var name in (optional ? text[..^1] : text).Split('|'))
        {
            if (CallSource.TryParse(name.Trim(), names, out problem) is not { } source)
                return null;
            sources.Add(source);
        }

        problem = "";
        CallConversion? conversion = null;
        if (colon >= 0 && (conversion = CallConversion.TryParse(inside[(colon + 1)..], tagged, out problem)) is null)
            return null;
        return new("", [.. sources], optional, conversion);
    }

    /// <summary>The first colon outside of brackets.</summary>
    private static int Colon(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
            if (text[i] == ':' && depth == 0)
                return i;
        }

        return -1;
    }

    private sealed record Part(string Literal, CallSource[] Sources, bool Optional, CallConversion? Conversion)
    {
        public string Names => string.Join(" or ", Sources.Select(s => s.Text));

        public CallValue Find(in CallPlace at)
        {
            foreach (var source in Sources)
                if (source.Read(in at) is { IsMissing: false } value && value.Text is not "")
                    return value;
            return CallValue.Missing;
        }
    }
}
