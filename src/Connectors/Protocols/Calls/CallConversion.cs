using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Mappings;

namespace Connectors.Protocols.Calls;

/// <summary>What a value becomes on its way into a call: as in a mapping's rows, and <c>decimal</c>; typed objects where the system wants them.</summary>
internal sealed class CallConversion
{
    public const string Allowed = ValueConversion.Allowed + ", decimal";

    private readonly ValueConversion _general;
    private readonly string _tag;

    private CallConversion(ValueConversion general, string tag) => (_general, _tag) = (general, tag);

    public static CallConversion AsIs { get; } = new(ValueConversion.AsIs, "");

    /// <param name="tagged">True: <c>decimal</c>, <c>date</c> and <c>datetime</c> are written as objects that name their class.</param>
    public static CallConversion? TryParse(string text, bool tagged, out string problem)
    {
        var word = text.Trim();
        problem = "";
        if (word is "decimal" or "date" or "datetime" && tagged)
            return new(ValueConversion.AsIs, word);
        if (ValueConversion.TryParse(word == "decimal" ? "number" : word, out var general, out problem))
            return new(general, "");
        problem = problem.Replace(ValueConversion.Allowed, Allowed, StringComparison.Ordinal);
        return null;
    }

    /// <summary>False when the value does not fit.</summary>
    public bool Write(Utf8JsonWriter writer, in CallValue value)
    {
        if (_tag.Length > 0)
            return _tag == "decimal" ? WriteDecimal(writer, in value) : WriteMoment(writer, in value, _tag == "datetime");
        if (value.Json is not { } json)
            return _general.Write(writer, value.Source) is null;
        if (ReferenceEquals(_general, ValueConversion.AsIs))
        {
            json.WriteTo(writer);
            return true;
        }

        var source = SourceValue.Of(value.Text);
        return !source.IsMissing && _general.Write(writer, in source) is null;
    }

    public string? ToText(in CallValue value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
            if (!Write(writer, in value))
                return null;
        using var read = JsonDocument.Parse(buffer.WrittenMemory);
        return ControlPlane.Domain.Mappings.Incoming.DocumentPath.TextOf(read.RootElement);
    }

    private static bool WriteDecimal(Utf8JsonWriter writer, in CallValue value)
    {
        if (value.Text is not { } text || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return false;
        writer.WriteStartObject();
        writer.WriteString("__class__", "Decimal");
        writer.WriteString("decimal", number.ToString(CultureInfo.InvariantCulture));
        writer.WriteEndObject();
        return true;
    }

    private static bool WriteMoment(Utf8JsonWriter writer, in CallValue value, bool time)
    {
        if (!DateTimeOffset.TryParse(value.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at))
            return false;
        writer.WriteStartObject();
        writer.WriteString("__class__", time ? "datetime" : "date");
        writer.WriteNumber("year", at.Year);
        writer.WriteNumber("month", at.Month);
        writer.WriteNumber("day", at.Day);
        if (time)
        {
            writer.WriteNumber("hour", at.Hour);
            writer.WriteNumber("minute", at.Minute);
            writer.WriteNumber("second", at.Second);
            writer.WriteNumber("microsecond", (int)(at.Ticks % TimeSpan.TicksPerSecond / 10));
        }

        writer.WriteEndObject();
        return true;
    }
}
