using System.Text.Json;
using Connectors.Protocols.Edi.Schemas;

namespace Connectors.Protocols.Edi.Reading;

/// <summary>Writes the content of a set as members of a JSON object, in the order of the schema.</summary>
internal sealed class SetJson(SetText text, EdiSet set, Utf8JsonWriter json)
{
    private readonly ElementJson _elements = new(text, set, json);

    /// <summary>By a schema.</summary>
    public void Write(EdiSchema schema, int last) => Items(SetMatcher.Match(text, schema, set, last));

    /// <summary>Without one: every segment in its order, elements by their places.</summary>
    public void WriteGeneric(int last)
    {
        json.WriteStartArray("segments");
        for (var i = 1; i < last; i++)
            Generic(i);
        json.WriteEndArray();
    }

    internal void Items(LoopNode node)
    {
        for (var at = 0; at < node.Items.Count; at++)
        {
            if (node.Found[at] is not { } found)
                continue;
            var item = node.Items[at];
            if (item.Hierarchy)
            {
                new HierarchyJson(text, set, json, this, _elements).Write(item, [.. found.Select(f => f.Loop!)]);
                continue;
            }

            if (!item.Many)
            {
                json.WritePropertyName(item.Name);
                One(found[0], item, node.Path);
                continue;
            }

            json.WriteStartArray(item.Name);
            foreach (var one in found)
                One(one, item, node.Path);
            json.WriteEndArray();
        }

        if (node.Other is not { } other)
            return;
        json.WriteStartArray("other");
        foreach (var i in other)
            Generic(i);
        json.WriteEndArray();
    }

    private void One((int Segment, LoopNode? Loop) found, SchemaItem item, string loop)
    {
        json.WriteStartObject();
        _elements.Write(found.Segment, item, found.Loop?.Path ?? loop);
        if (found.Loop is { } inner)
            Items(inner);
        json.WriteEndObject();
    }

    private void Generic(int index)
    {
        json.WriteStartObject();
        json.WriteString("id", EdiText.Tag(text[index].Tag));
        _elements.Write(index, null, "");
        json.WriteEndObject();
    }
}
