using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Domain.Schemas.Compatibility;

/// <summary>Looks for a document that one schema accepts and the other refuses. What it finds was asked of both.</summary>
internal sealed class WitnessSearch(JsonSchema accepting, JsonSchema refusing)
{
    private const int MostTries = 2_000;

    private int _tries;

    public JsonElement? Find(Doubt doubt)
    {
        _tries = 0;
        foreach (var whole in Wholes())
            foreach (var value in Candidates(doubt))
            {
                if (_tries++ > MostTries)
                    return null;
                if (Put(whole, doubt.Path, value) is { } document && accepting.Accepts(document) && !refusing.Accepts(document))
                    return document;
            }

        return null;
    }

    public bool Is(JsonElement document) => accepting.Accepts(document) && !refusing.Accepts(document);

    /// <summary>Documents that the accepting schema accepts, to put a value into.</summary>
    private IEnumerable<JsonNode?> Wholes()
    {
        var view = SchemaView.Of(accepting.Root);
        return SampleValues.Of(view).Where(c => view.Accepts(SampleValues.Element(c))).Take(6);
    }

    private static IEnumerable<JsonNode?> Candidates(Doubt doubt)
    {
        var refused = SchemaView.Of(doubt.Refusing);
        foreach (var value in SampleValues.Of(doubt.Accepting))
            yield return value;
        foreach (var value in SampleValues.Of(refused))
            yield return value;
        foreach (var value in SampleValues.Anything())
            yield return value;
        // Objects: without a property, with one more, with one that has another value.
        foreach (var whole in SampleValues.Of(doubt.Accepting).OfType<JsonObject>().Take(3).ToList())
        {
            foreach (var name in whole.Select(p => p.Key).ToList())
            {
                var less = (JsonObject)whole.DeepClone();
                less.Remove(name);
                yield return less;
            }

            foreach (var name in refused.Named.Concat(doubt.Accepting.Named).Append(SchemaSubset.Unnamed).Concat(refused.Nodes.SelectMany(n => n.DependentRequired?.Keys ?? Enumerable.Empty<string>())).Concat(refused.Nodes.SelectMany(n => n.DependentSchemas?.Keys ?? Enumerable.Empty<string>())).Distinct(StringComparer.Ordinal))
                foreach (var value in SampleValues.Anything())
                {
                    var more = (JsonObject)whole.DeepClone();
                    more[name] = value?.DeepClone();
                    yield return more;
                }

            var many = (JsonObject)whole.DeepClone();
            for (var i = 0; i < 30; i++)
            {
                many[SchemaSubset.Unnamed + i] = 1;
                yield return many.DeepClone();
            }
        }

        // Lists: one entry often, and many.
        foreach (var item in SampleValues.Of(doubt.Accepting.Item(0) ?? SchemaView.Open).Take(4).ToList())
            foreach (var size in (int[])[1, 2, 3, 5, 11, 51, 101])
                yield return new JsonArray([.. Enumerable.Range(0, size).Select(_ => item?.DeepClone())]);
        foreach (var size in (int[])[2, 5, 11, 51, 101])
        {
            yield return new JsonArray([.. Enumerable.Range(0, size).Select(i => (JsonNode?)i)]);
            yield return new JsonArray([.. Enumerable.Range(0, size).Select(i => (JsonNode?)$"x{i}")]);
        }
    }

    private JsonElement? Put(JsonNode? whole, IReadOnlyList<PlaceStep> path, JsonNode? value)
    {
        if (path.Count == 0)
            return SampleValues.Element(value);
        var root = whole?.DeepClone();
        var (at, view) = (root, (SchemaView?)SchemaView.Of(accepting.Root));
        for (var i = 0; i < path.Count; i++)
        {
            var list = view;
            view = view is null ? null : Into(view, path[i]);
            var next = i == path.Count - 1 ? value?.DeepClone() : null;
            switch (at)
            {
                case JsonObject into when path[i].Name is { } name:
                    if (i < path.Count - 1)
                        next = into[name] is JsonObject or JsonArray ? into[name] : Container(view, path[i + 1]);
                    if (!ReferenceEquals(into[name], next) || next is null)
                        into[name] = next;
                    break;
                case JsonArray into when path[i].Name is null:
                    var index = path[i].Index;
                    for (var before = into.Count; before < index; before++)
                        into.Add(list?.Item(before) is { } item ? SampleValues.Smallest(item, out _)?.DeepClone() : null);
                    if (i < path.Count - 1)
                        next = into.Count > index && into[index] is JsonObject or JsonArray ? into[index] : Container(view, path[i + 1]);
                    if (into.Count == index)
                        into.Add(next);
                    else if (!ReferenceEquals(into[index], next))
                        into[index] = next;
                    break;
                default:
                    return null;
            }

            at = next;
        }

        return SampleValues.Element(root);
    }

    /// <summary>In whichever case of the view there is something.</summary>
    private static SchemaView? Deep(SchemaView view, Func<SchemaView, SchemaView?> into) => view.Cases().Select(into).FirstOrDefault(v => v is not null && !v.IsOpen) ?? into(view);

    private static SchemaView? Into(SchemaView view, PlaceStep step) => step.Name is { } name ? Deep(view, v => v.Property(name)) : Deep(view, v => v.Item(step.Index));

    private static JsonNode Container(SchemaView? view, PlaceStep next)
    {
        var sample = view is null ? null : SampleValues.Of(view).FirstOrDefault(c => next.Name is null ? c is JsonArray : c is JsonObject);
        return sample?.DeepClone() ?? (next.Name is null ? new JsonArray() : new JsonObject());
    }
}
