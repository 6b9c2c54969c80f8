using System.Text.Json;
using System.Xml;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Copies JSON token by token: numbers keep their digits, repeated names stay, depth is bounded by the reader.</summary>
internal sealed class JsonMasker(Utf8JsonWriter writer, bool reveal)
{
    /// <summary>One entry per open object or array: whether it is about a person or a parcel's way, and whether its field is personal as a whole.</summary>
    private readonly Stack<(bool Person, bool Tracking, bool Personal)> _open = new();

    private string _field = "";

    /// <summary>What stands in place of a personal value; null = the mask.</summary>
    public Func<string, string>? Replace { get; init; }

    /// <summary>What becomes of mail addresses in any other text; null = the mask.</summary>
    public Func<string, string>? ReplaceMails { get; init; }

    /// <returns>Values that were hidden.</returns>
    public int Copy(Utf8JsonReader reader)
    {
        var masked = 0;
        while (reader.Read())
            masked += Token(ref reader);
        return masked;
    }

    private int Token(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Enter();
                writer.WriteStartObject();
                return 0;
            case JsonTokenType.StartArray:
                Enter();
                writer.WriteStartArray();
                return 0;
            case JsonTokenType.EndObject:
                Leave();
                writer.WriteEndObject();
                return 0;
            case JsonTokenType.EndArray:
                Leave();
                writer.WriteEndArray();
                return 0;
            case JsonTokenType.PropertyName:
                _field = reader.GetString()!;
                writer.WritePropertyName(_field);
                return 0;
            case JsonTokenType.String:
                return Text(reader.GetString()!);
            case JsonTokenType.Number:
                var digits = System.Text.Encoding.UTF8.GetString(reader.HasValueSequence ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence) : reader.ValueSpan);
                if (Hidden() && Replace is null)
                    return Hide("");
                if (Hidden() && digits.All(c => c is >= '0' and <= '9' or '-' or '.'))
                    digits = Replace!(digits);
                writer.WriteRawValue(digits, skipInputValidation: true);
                return 0;
            case JsonTokenType.True or JsonTokenType.False:
                writer.WriteBooleanValue(reader.GetBoolean());
                return 0;
            case JsonTokenType.Null:
                writer.WriteNullValue();
                return 0;
            default:
                return 0;
        }
    }

    /// <summary>What is inside of a person is about the person, and inside of a personal field everything is personal.</summary>
    private void Enter()
    {
        var (person, tracking, personal) = _open.TryPeek(out var outer) ? outer : default;
        _open.Push((person || PersonalFields.IsPerson(_field), tracking || PersonalFields.IsTracking(_field), personal || PersonalFields.IsPersonal(_field, person, tracking)));
        // The elements of an array have no name of their own.
        _field = "";
    }

    private void Leave()
    {
        _open.Pop();
        _field = "";
    }

    private bool Hidden()
    {
        if (reveal)
            return false;
        var (person, tracking, personal) = _open.TryPeek(out var outer) ? outer : default;
        return personal || PersonalFields.IsPersonal(_field, person, tracking);
    }

    private int Text(string value)
    {
        if (reveal || value.Length == 0)
        {
            writer.WriteStringValue(value);
            return 0;
        }

        if (Hidden())
            return Hide(value);
        if (ReplaceMails is not null)
        {
            writer.WriteStringValue(ReplaceMails(value));
            return 0;
        }

        var masked = 0;
        writer.WriteStringValue(PayloadMask.Free(value, ref masked));
        return masked;
    }

    private int Hide(string value)
    {
        writer.WriteStringValue(Replace is null ? PayloadMask.Mask : Replace(value));
        return 1;
    }
}

/// <summary>Copies XML; elements and attributes are told by their local names.</summary>
internal static class XmlMasker
{
    /// <param name="replace">What stands in place of a personal value; null = the mask.</param>
    /// <param name="mails">What becomes of mail addresses in any other text; null = the mask.</param>
    public static int Copy(XmlReader reader, XmlWriter writer, bool reveal, Func<string, string>? replace = null, Func<string, string>? mails = null)
    {
        string Value(string value, bool personal, bool shown, ref int count) =>
            shown || value.Trim().Length == 0 ? value : Hidden(value, personal, replace, mails, ref count);

        var masked = 0;
        var open = new Stack<(bool Person, bool Tracking, bool Personal)>();
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var (person, tracking, _) = open.TryPeek(out var outer) ? outer : default;
                    var empty = reader.IsEmptyElement;
                    var inside = (Person: person || PersonalFields.IsPerson(reader.LocalName), Tracking: tracking || PersonalFields.IsTracking(reader.LocalName), Personal: PersonalFields.IsPersonal(reader.LocalName, person, tracking));
                    writer.WriteStartElement(reader.Prefix, reader.LocalName, reader.NamespaceURI);
                    masked += Attributes(reader, writer, inside.Person, inside.Tracking, reveal, replace, mails);
                    if (empty)
                        writer.WriteEndElement();
                    else
                        open.Push(inside);
                    break;
                case XmlNodeType.EndElement:
                    open.Pop();
                    writer.WriteEndElement();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    var personal = open.TryPeek(out var holder) && holder.Personal;
                    writer.WriteString(Value(reader.Value, personal, reveal, ref masked));
                    break;
                case XmlNodeType.Comment:
                    writer.WriteComment(Value(reader.Value, false, reveal, ref masked).Replace("--", "- -", StringComparison.Ordinal));
                    break;
                default:
                    break;
            }
        }

        return masked;
    }

    private static int Attributes(XmlReader reader, XmlWriter writer, bool person, bool tracking, bool reveal, Func<string, string>? replace, Func<string, string>? mails)
    {
        var masked = 0;
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix == "xmlns" || reader.Name == "xmlns")
                writer.WriteAttributeString(reader.Prefix, reader.LocalName, reader.NamespaceURI, reader.Value);
            else
                writer.WriteAttributeString(reader.Prefix, reader.LocalName, reader.NamespaceURI, reveal || reader.Value.Trim().Length == 0 ? reader.Value : Hidden(reader.Value, PersonalFields.IsPersonal(reader.LocalName, person, tracking), replace, mails, ref masked));
        }

        reader.MoveToElement();
        return masked;
    }

    private static string Hidden(string value, bool personal, Func<string, string>? replace, Func<string, string>? mails, ref int masked)
    {
        if (!personal)
            return mails is null ? PayloadMask.Free(value, ref masked) : mails(value);
        masked++;
        return replace is null ? PayloadMask.Mask : replace(value);
    }
}
