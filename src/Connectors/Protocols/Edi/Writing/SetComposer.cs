using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Edi.Schemas;
using ControlPlane.Domain.Mappings.Incoming;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Edi.Writing;

/// <summary>Writes the content of a set from JSON, by the schema by which it is read, or from <c>segments</c> without one. Refusals name the member.</summary>
internal sealed class SetComposer(SegmentWriter writer, byte decimalMark, List<Refusal> refusals)
{
    private static readonly string[] Envelope = ["interchange", "group", "set"];

    private int _levels;

    public void Write(JsonElement root, EdiSchema? schema)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            Refuse("edi.no_document", "", "The document is no object.");
            return;
        }

        if (root.TryGetProperty("segments", out var segments))
            Generic(segments, "segments");
        if (schema is not null)
            Object(root, schema.Items, "", [.. Envelope, "segments", .. schema.Derived]);
        else if (!root.TryGetProperty("segments", out _))
            Refuse("edi.no_segments", "segments", "Without a schema the document needs segments. Name a schema, or write segments.");
    }

    /// <summary>The members of a set or loop, in the schema's order; what it does not know is an error, never left out in silence.</summary>
    private void Object(JsonElement at, IReadOnlyList<SchemaItem> items, string path, IReadOnlyCollection<string> known)
    {
        foreach (var item in items)
        {
            var there = at.TryGetProperty(item.Name, out var value);
            if (there && value.ValueKind == JsonValueKind.Null)
                there = false;
            if (there)
                Item(value, item, Join(path, item.Name));
            else if (item.Always)
                Segment(default, item, Join(path, item.Name));
            else if (item.Required)
                Refuse("edi.segment_missing", Join(path, item.Name), $"{Join(path, item.Name)} ({item.Segment}) is required, and has no value.");
        }

        foreach (var member in at.EnumerateObject())
            if (member.Name == "other")
                Generic(member.Value, Join(path, "other"));
            else if (!known.Contains(member.Name) && !items.Any(i => i.Name == member.Name))
                Refuse("edi.unknown_field", Join(path, member.Name), $"{Join(path, member.Name)} is no part of the set. Allowed here: {string.Join(", ", items.Select(i => i.Name))}, other.");
    }

    private void Item(JsonElement value, SchemaItem item, string path)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            if (value.GetArrayLength() > item.Most)
                Refuse("edi.segment_too_often", path, $"{path} has more than {item.Most} {(item.Most == 1 ? "entry" : "entries")}.");
            var index = 0;
            foreach (var entry in value.EnumerateArray())
                One(entry, item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), 0);
        }
        else
            One(value, item, path, 0);
    }

    private void One(JsonElement value, SchemaItem item, string path, int above)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            Refuse("edi.not_an_object", path, $"{path} must be an object with the elements of {item.Segment}.");
            return;
        }

        var level = 0;
        if (item.Hierarchy)
            Level(value, item, path, level = ++_levels, above);
        else
            Segment(value, item, path);
        if (item.Items is not null)
            Object(value, item.Items, path, ElementsOf(value, item));
        if (item.Hierarchy && value.TryGetProperty("children", out var children) && children.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var child in children.EnumerateArray())
                One(child, item, string.Create(CultureInfo.InvariantCulture, $"{path}.children[{index++}]"), level);
        }
    }

    /// <summary>Numbers of levels are given anew: they are no business of a mapping.</summary>
    private void Level(JsonElement value, SchemaItem item, string path, int number, int above)
    {
        var level = item.Elements.FirstOrDefault(e => e.Position == 3) is { } spec && value.TryGetProperty(spec.Name, out var given) ? DocumentPath.TextOf(given) : null;
        if (level is null)
            Refuse("edi.element_missing", path, $"{path} does not say which level it is.");
        var draft = new SegmentDraft(item.Segment);
        draft.Set(1, 1, 1, number.ToString(CultureInfo.InvariantCulture));
        if (above > 0)
            draft.Set(2, 1, 1, above.ToString(CultureInfo.InvariantCulture));
        draft.Set(3, 1, 1, level ?? "");
        draft.Set(4, 1, 1, value.TryGetProperty("children", out var children) && children.ValueKind == JsonValueKind.Array && children.GetArrayLength() > 0 ? "1" : "0");
        writer.Write(draft);
    }

    private void Segment(JsonElement value, SchemaItem item, string path)
    {
        var draft = new SegmentDraft(item.Segment);
        new ElementComposer(draft, item, decimalMark, writer, refusals).Fill(value, path);
        if (!draft.IsEmpty)
            writer.Write(draft);
        else if (item.Items is not null)
            Refuse("edi.segment_missing", path, $"{path} has no element of {item.Segment}, with which the loop begins.");
    }

    private void Generic(JsonElement list, string path)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            Refuse("edi.not_a_list", path, $"{path} must be a list of segments.");
            return;
        }

        var index = 0;
        foreach (var entry in list.EnumerateArray())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]");
            var tag = entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty("id", out var id) ? DocumentPath.TextOf(id) : null;
            if (tag is null || !EdiText.IsTag(System.Text.Encoding.UTF8.GetBytes(tag)))
            {
                Refuse("edi.no_segment", $"{at}.id", $"{at}.id is no segment. Allowed: two or three capital letters and digits.");
                continue;
            }

            var draft = new SegmentDraft(tag);
            new ElementComposer(draft, null, decimalMark, writer, refusals).Fill(entry, at);
            writer.Write(draft);
        }
    }

    private static List<string> ElementsOf(JsonElement value, SchemaItem item)
    {
        var draft = new SegmentDraft(item.Segment);
        return [.. item.Elements.Select(e => e.Name), "children", .. value.EnumerateObject().Select(m => m.Name).Where(n => draft.TryPlace(n, out _))];
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private void Refuse(string code, string field, string message) => refusals.Add(new(code, field, message));
}
