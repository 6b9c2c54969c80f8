using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Edi.Schemas;

namespace Connectors.Protocols.Edi.Reading;

/// <summary>
/// Writes the elements of a segment as members of a JSON object: by the schema's names where it has them, otherwise as <c>PO103</c>,
/// further components as <c>PO103-2</c>, further repeats as <c>PO103/2</c>. Checks each on the way.
/// </summary>
internal sealed class ElementJson(SetText text, EdiSet set, Utf8JsonWriter json)
{
    /// <param name="index">Of the segment in the set.</param>
    public void Write(int index, SchemaItem? item, string loop)
    {
        var segment = text[index];
        var tag = EdiText.Tag(segment.Tag);
        var place = new EdiProblem(EdiFault.ElementMissing, "") { Segment = index + 1, Tag = tag, Loop = loop };
        var position = -1;
        foreach (var element in segment.Elements)
        {
            position++;
            if (position == 0)
                continue;
            var specs = item is not null && position < item.ByPosition.Length ? item.ByPosition[position] : null;
            if (specs is [{ LastOfPairs: > 0 } run])
            {
                if (position == run.Position)
                    Pairs(segment, run, tag);
                continue;
            }

            if (element.IsEmpty)
                continue;
            if (specs is null)
                Generic(tag, position, element);
            else
                Named(element, specs, place with { Element = position }, tag);
        }

        if (item is not null)
            Required(segment, item, place);
    }

    /// <summary>An object by qualifier; what it cannot hold, such as a qualifier that comes twice, keeps the names of its places.</summary>
    private void Pairs(EdiSegment segment, ElementSpec run, string tag)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var left = new List<(int Position, string Value)>();
        json.WriteStartObject(run.Name);
        for (var at = run.Position; at <= run.LastOfPairs; at += 2)
        {
            var (name, value) = (text.Read(segment.Element(at)), at < run.LastOfPairs ? text.Read(segment.Element(at + 1)) : "");
            if (name.Length is > 0 and <= 10 && value.Length > 0 && seen.Add(name))
                json.WriteString(name, value);
            else
                left.AddRange(new[] { (at, name), (at + 1, value) }.Where(p => p.Item2.Length > 0));
        }

        json.WriteEndObject();
        foreach (var (position, value) in left)
            json.WriteString(NameOf(tag, position), value);
    }

    private void Named(ReadOnlySpan<byte> element, IReadOnlyList<ElementSpec> specs, EdiProblem place, string tag)
    {
        var repeats = text[place.Segment - 1].Repeats(element);
        var repeat = 0;
        if (specs is [{ Repeats: true, Component: 0 } list])
        {
            json.WriteStartArray(list.Name);
            foreach (var one in repeats)
                json.WriteStringValue(Value(one, list, place));
            json.WriteEndArray();
            return;
        }

        foreach (var one in repeats)
        {
            repeat++;
            var component = 0;
            foreach (var part in text[place.Segment - 1].Components(one))
            {
                component++;
                if (part.IsEmpty)
                    continue;
                var spec = repeat > 1 ? null : specs.FirstOrDefault(s => s.Component == component || s.Component == 0 && component == 1);
                if (spec is null)
                    json.WriteString(NameOf(tag, place.Element, repeat, component), text.Read(part));
                else if (EdiText.IsPlain(part, text.Separators) && spec.Type is ElementType.Text or ElementType.Id && Fits(part.Length, spec) && spec.Codes.Count == 0)
                    json.WriteString(spec.Name, part);
                else
                    json.WriteString(spec.Name, Value(part, spec, place with { Component = spec.Component }));
            }
        }
    }

    private string Value(ReadOnlySpan<byte> part, ElementSpec spec, EdiProblem place)
    {
        var value = text.Read(part);
        if (value.Length > 0 && ElementCheck.Problem(ref value, spec, text.Separators.DecimalMark) is var (fault, message))
            set.Add(place with { Fault = fault, Message = $"{spec.Name} {message}", Value = value });
        return value;
    }

    private static bool Fits(int length, ElementSpec spec) => length >= spec.Least && (spec.Most == 0 || length <= spec.Most);

    private void Generic(string tag, int position, ReadOnlySpan<byte> element)
    {
        var segment = new EdiSegment(default, text.Separators);
        var repeat = 0;
        foreach (var one in segment.Repeats(element))
        {
            repeat++;
            var component = 0;
            foreach (var part in segment.Components(one))
                if (++component > 0 && !part.IsEmpty)
                    json.WriteString(NameOf(tag, position, repeat, component), text.Read(part));
        }
    }

    private void Required(EdiSegment segment, SchemaItem item, EdiProblem place)
    {
        foreach (var spec in item.Elements)
            if (spec.Required && segment.Component(spec.Position, Math.Max(1, spec.Component)).IsEmpty)
                set.Add(place with { Message = $"{spec.Name} is required, and is not there.", Element = spec.Position, Component = spec.Component });
        if (item.Rules.Count == 0)
            return;
        var has = new bool[100];
        var position = 0;
        foreach (var element in segment.Elements)
            if (position < has.Length)
                has[position++] = !element.IsEmpty;
        foreach (var rule in item.Rules)
            if (rule.Broken(p => has[p]) is > 0 and var at)
                set.Add(place with
                {
                    Fault = rule.Kind == 'E' ? EdiFault.ElementExcluded : EdiFault.ElementConditional,
                    Message = $"The condition {rule.Text} does not hold: {(rule.Kind == 'E' ? "only one of these elements may be there" : "this element must be there because of the others")}.",
                    Element = at,
                });
    }

    /// <summary><c>PO103</c>, <c>PO103-2</c>, <c>PO103/2</c>.</summary>
    public static string NameOf(string tag, int position, int repeat = 1, int component = 1) => string.Create(CultureInfo.InvariantCulture,
        $"{tag}{position:00}{(repeat > 1 ? $"/{repeat}" : "")}{(component > 1 ? $"-{component}" : "")}");
}
