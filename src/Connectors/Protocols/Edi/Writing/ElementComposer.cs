using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Edi.Reading;
using Connectors.Protocols.Edi.Schemas;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Edi.Writing;

/// <summary>Puts the members of a JSON object at the places of a segment's elements, in the form that the standard wants.</summary>
internal sealed class ElementComposer(SegmentDraft draft, SchemaItem? item, byte decimalMark, SegmentWriter writer, List<Refusal> refusals)
{
    public void Fill(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Object)
            foreach (var member in value.EnumerateObject())
                Member(member, $"{path}.{member.Name}");
        foreach (var spec in item?.Elements ?? [])
        {
            if (draft.Has(spec.Position, spec.Component) || spec.LastOfPairs > 0)
                continue;
            if (spec.Counts.Length > 0)
                draft.Set(spec.Position, 1, spec.Component, (writer.CountOf(spec.Counts) + (spec.Counts == draft.Tag ? 1 : 0)).ToString(CultureInfo.InvariantCulture));
            else if (spec.Sums.Length > 0)
                draft.Set(spec.Position, 1, spec.Component, writer.SumOf(spec.Sums).ToString("0.######", CultureInfo.InvariantCulture));
            else if (spec.Default is not null)
                draft.Set(spec.Position, 1, spec.Component, spec.Default);
            else if (spec.Required)
                Refuse("edi.element_missing", $"{path}.{spec.Name}", "is required, and has no value.");
        }

        foreach (var rule in item?.Rules ?? [])
            if (!draft.IsEmpty && rule.Broken(draft.Has) is > 0 and var at)
                Refuse(rule.Kind == 'E' ? "edi.element_excluded" : "edi.element_conditional", path, $"does not meet the condition {rule.Text} of {draft.Tag}, at element {at.ToString(CultureInfo.InvariantCulture)}.");
    }

    private void Member(JsonProperty member, string path)
    {
        if (member.Value.ValueKind == JsonValueKind.Null || item is null && member.Name == "id")
            return;
        if (item?.Elements.FirstOrDefault(e => e.Name == member.Name) is { } spec)
        {
            if (spec.LastOfPairs > 0)
                Pairs(member.Value, spec, path);
            else if (member.Value.ValueKind == JsonValueKind.Array && spec.Repeats)
            {
                var repeat = 0;
                foreach (var one in member.Value.EnumerateArray())
                    Set(spec, ++repeat, one, path);
            }
            else
                Set(spec, 1, member.Value, path);
        }
        else if (draft.TryPlace(member.Name, out var place))
        {
            if (DocumentPath.TextOf(member.Value) is { } text && !draft.Set(place.Position, place.Repeat, place.Component, text))
                Refuse("edi.element_twice", path, "stands at the place of another element.");
        }
        else if (item?.Items?.Any(i => i.Name == member.Name) != true && member.Name is not ("other" or "children"))
            Refuse("edi.unknown_field", path, $"is no element of {draft.Tag}. Allowed: {string.Join(", ", item?.Elements.Select(e => e.Name) ?? [])}, or a place such as {draft.Tag}01.");
    }

    private void Set(ElementSpec spec, int repeat, JsonElement value, string path)
    {
        if (DocumentPath.TextOf(value) is not { } text)
        {
            if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
                Refuse("edi.not_a_value", path, "must be one value.");
            return;
        }

        if (Form(text, spec) is not { } formed)
            Refuse("edi.element_character", path, spec.Type switch { ElementType.Decimal or ElementType.Whole => "must be a number that the element can hold.", ElementType.Date => "must be a date.", _ => "must be a time." });
        else if (Check(formed, spec) is { } problem)
            Refuse("edi.element_" + problem.Code, path, problem.Message);
        else if (!draft.Set(spec.Position, repeat, spec.Component, formed))
            Refuse("edi.element_twice", path, "stands at the place of another element.");
    }

    /// <summary>As the standard writes it; ISO dates and times lose their hyphens and colons.</summary>
    private string? Form(string text, ElementSpec spec)
    {
        switch (spec.Type)
        {
            case ElementType.Decimal:
                return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
                    ? decimalMark == '.' ? text : text.Replace('.', (char)decimalMark) : null;
            case ElementType.Whole:
                if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || Math.Abs(number) > 1e15m)
                    return null;
                for (var i = 0; i < spec.Decimals; i++)
                    number *= 10;
                return number == decimal.Truncate(number) ? decimal.Truncate(number).ToString("0", CultureInfo.InvariantCulture) : null;
            case ElementType.Date:
                var day = text.Length >= 10 && text[4] == '-' ? text[..10].Replace("-", "", StringComparison.Ordinal) : text;
                return Valid(day, spec) ? day : null;
            case ElementType.Time:
                var start = text.IndexOf('T', StringComparison.Ordinal) + 1;
                var time = text.Contains(':', StringComparison.Ordinal) ? text[start..Math.Min(text.Length, start + 8)].Replace(":", "", StringComparison.Ordinal) : text;
                time = spec.Most > 0 && time.Length > spec.Most && time.Length == 6 ? time[..spec.Most] : time;
                return Valid(time, spec) ? time : null;
            case ElementType.Moment:
                return text.Length >= 10 && text[4] == '-' && text[7] == '-'
                    ? text[..10].Replace("-", "", StringComparison.Ordinal) + (text.Length >= 16 && text[10] == 'T' ? text[11..16].Replace(":", "", StringComparison.Ordinal) : "") : text;
            default:
                return text;
        }
    }

    private static bool Valid(string text, ElementSpec spec) => ElementCheck.Problem(ref text, spec with { Least = 0, Most = 0, Codes = [] }, (byte)'.') is null;

    private static (string Code, string Message)? Check(string text, ElementSpec spec)
    {
        var length = spec.Type is ElementType.Decimal or ElementType.Whole ? text.Count(char.IsAsciiDigit) : text.Length;
        if (length < spec.Least)
            return ("too_short", $"is shorter than {spec.Least} characters.");
        if (spec.Most > 0 && length > spec.Most)
            return ("too_long", $"is longer than {spec.Most} characters. Shorten it in the mapping (convert: cut:{spec.Most}).");
        return spec.Codes.Count > 0 && !spec.Codes.Contains(text) ? ("code", $"is none of the codes allowed: {string.Join(", ", spec.Codes)}.") : null;
    }

    private void Pairs(JsonElement value, ElementSpec spec, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse("edi.not_an_object", path, "must be an object of qualifiers and values.");
            return;
        }

        var at = spec.Position;
        foreach (var (name, text) in value.EnumerateObject().Select(m => (m.Name, DocumentPath.TextOf(m.Value))))
        {
            if (text is null)
                continue;
            while (at < spec.LastOfPairs && (draft.Has(at) || draft.Has(at + 1)))
                at += 2;
            if (at >= spec.LastOfPairs)
            {
                Refuse("edi.element_too_many", path, $"has more pairs than the {(spec.LastOfPairs - spec.Position + 1) / 2} that the segment can hold.");
                return;
            }

            draft.Set(at, 1, 1, name);
            draft.Set(at + 1, 1, 1, text);
            at += 2;
        }
    }

    private void Refuse(string code, string path, string message) => refusals.Add(new(code, path, $"{path} {message}"));
}
