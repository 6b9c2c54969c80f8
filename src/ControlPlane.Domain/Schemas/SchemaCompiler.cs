using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.Domain.Schemas;

/// <summary>Reads schemas into nodes and finds what references lead to.</summary>
internal sealed class SchemaCompiler(IReadOnlyDictionary<string, JsonElement> known)
{
    private static readonly Uri Nowhere = new("schema://document/");
    private static readonly TimeSpan PatternTime = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<string, SchemaResource> _resources = new(StringComparer.Ordinal);
    private readonly List<SchemaProblem> _problems = [];
    private readonly List<SchemaNode> _all = [];
    private readonly Lock _lock = new();

    public IReadOnlyList<SchemaProblem> Problems => _problems;

    public SchemaNode Compile(JsonElement source) => Node(null, source, "", Nowhere, null);

    /// <summary>Every reference is followed once, so that a broken one is told when the schema is read.</summary>
    public void FollowAll()
    {
        for (var i = 0; i < _all.Count; i++)
        {
            var node = _all[i];
            if (node.Ref is { } name && (node.RefTarget = Resolve(node, name)) is null)
                Problem(node, "$ref", $"'{name}' leads nowhere. Allowed: a place in this schema such as #/$defs/name, an anchor, or a schema that is known here.");
            if (node.DynamicRef is { } dynamic && (node.DynamicTarget = Resolve(node, dynamic)) is null)
                Problem(node, "$dynamicRef", $"'{dynamic}' leads nowhere.");
        }
    }

    /// <summary>The node that a <c>$dynamicRef</c> means, given the resources that were entered, outermost first.</summary>
    public static SchemaNode Dynamic(SchemaNode node, IReadOnlyList<SchemaResource> scope)
    {
        var target = node.DynamicTarget!;
        var hash = node.DynamicRef!.IndexOf('#', StringComparison.Ordinal);
        var anchor = hash < 0 ? "" : Uri.UnescapeDataString(node.DynamicRef[(hash + 1)..]);
        if (anchor.Length == 0 || anchor[0] == '/' || target.Resource.DynamicAnchors.GetValueOrDefault(anchor) != target)
            return target;
        foreach (var entered in scope)
            if (entered.DynamicAnchors.TryGetValue(anchor, out var outermost))
                return outermost;
        return target;
    }

    internal void Problem(SchemaNode node, string keyword, string message) => _problems.Add(new(node.Rule(keyword), message));

    internal SchemaNode Sub(SchemaNode parent, JsonElement source, string pointer) => Node(parent.Resource, source, pointer, parent.Resource.Address, parent);

    internal Regex? Pattern(SchemaNode node, string keyword, string pattern)
    {
        if (pattern.Length > 1_000)
        {
            Problem(node, keyword, "The pattern is longer than 1,000 characters.");
            return null;
        }

        // Patterns are ECMA-262's: \d and \w mean ASCII there. What cannot run without going back gets a time limit instead.
        var adapted = SchemaPatterns.Adapt(pattern);
        foreach (var options in (RegexOptions[])[RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, RegexOptions.CultureInvariant])
            try
            {
                return new Regex(adapted, options, PatternTime);
            }
            catch (NotSupportedException)
            {
                // Lookarounds and back-references: the next form.
            }
            catch (ArgumentException bad)
            {
                Problem(node, keyword, $"The pattern cannot be read: {bad.Message}");
                return null;
            }

        return null;
    }

    private SchemaNode Node(SchemaResource? resource, JsonElement source, string pointer, Uri address, SchemaNode? parent)
    {
        var document = resource?.Document;
        if (document?.Nodes.TryGetValue(pointer, out var known) == true)
            return known;
        if (resource is null || source.ValueKind == JsonValueKind.Object && source.TryGetProperty("$id", out _))
        {
            var own = source.ValueKind == JsonValueKind.Object && source.TryGetProperty("$id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString()! : null;
            if (own is not null && Uri.TryCreate(address, own.Split('#')[0], out var resolved))
                address = resolved;
            resource = new(address, source, pointer, document);
            document ??= resource;
            _resources.TryAdd(Key(address), resource);
        }

        var node = new SchemaNode(resource, pointer, source);
        document!.Nodes[pointer] = node;
        _all.Add(node);
        if (parent is null && pointer.Length > 0 && JsonPointers.Tokens(pointer).Length > JsonSchema.MostDepth)
            Problem(node, "", "It is nested too deeply.");
        switch (source.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                node.Always = source.ValueKind == JsonValueKind.True;
                break;
            case JsonValueKind.Object:
                new SchemaKeywords(this, node).Read();
                break;
            default:
                _problems.Add(new(pointer, "A schema is an object, true or false."));
                node.Always = true;
                break;
        }

        return node;
    }

    private SchemaNode? Resolve(SchemaNode from, string reference)
    {
        if (!Uri.TryCreate(from.Resource.Address, reference, out var target))
            return null;
        var fragment = target.Fragment.Length > 1 ? Uri.UnescapeDataString(target.Fragment[1..]) : "";
        lock (_lock)
        {
            if (Resource(target) is not { } resource)
                return null;
            if (fragment.Length == 0)
                return resource.Document.Nodes.GetValueOrDefault(resource.Pointer);
            if (fragment[0] != '/')
                return resource.Anchors.GetValueOrDefault(fragment) ?? resource.DynamicAnchors.GetValueOrDefault(fragment);
            if (resource.Document.Nodes.TryGetValue(resource.Pointer + fragment, out var read))
                return read;
            return JsonPointers.Find(resource.Root, fragment) is { } found ? Node(resource, found, resource.Pointer + fragment, resource.Address, null) : null;
        }
    }

    private SchemaResource? Resource(Uri address)
    {
        var key = Key(address);
        if (_resources.TryGetValue(key, out var resource))
            return resource;
        if (!known.TryGetValue(key, out var source))
            return null;
        Node(null, source, "", new Uri(key), null);
        // Its own $id may say something else than the address under which it is known.
        return _resources.TryGetValue(key, out resource) ? resource
            : _resources[key] = _resources.Values.First(r => r.Pointer.Length == 0 && r.Root.Equals(source));
    }

    private static string Key(Uri address) => address.GetComponents(UriComponents.AbsoluteUri & ~UriComponents.Fragment, UriFormat.UriEscaped);
}
