using Connectors.Protocols.Manifests;

namespace Connectors.Protocols.OpenApi;

/// <summary>Follows <c>$ref</c> within the document. Other documents are never fetched: a description may come from anybody.</summary>
internal sealed class ApiReferences(ApiNode root)
{
    private const int MostHops = 32;

    /// <summary>What a node stands for; null when it leads nowhere, or round in a circle.</summary>
    public ApiNode? Of(ApiNode? node)
    {
        for (var hops = 0; node?["$ref"] is { Value: { } reference } && hops < MostHops; hops++)
            node = Find(reference);
        return node?["$ref"]?.Value is null ? node : null;
    }

    private ApiNode? Find(string reference)
    {
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
            return null;
        var at = root;
        foreach (var step in reference[2..].Split('/'))
        {
            var name = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            var next = at.IsList ? int.TryParse(name, out var index) && index >= 0 && index < at.Items.Count ? at.Items[index] : null : at[name];
            if (next is null)
                return null;
            at = next;
        }

        return at;
    }

    /// <summary>Names every reference that leads out of the document or nowhere; examples may hold anything.</summary>
    public void Check(ManifestProblems problems)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<ApiNode>([root]);
        while (open.TryPop(out var node) && problems.Found.Count < 20)
        {
            if (node["$ref"] is { Value: { } reference } at && told.Add(reference))
            {
                if (!reference.StartsWith('#'))
                    problems.Add(at.Line, $"$ref: '{ApiTreeReader.Short(reference)}' leads to another document, which is not fetched. Allowed: references within the document, such as #/components/schemas/Order. Bundle it into one document first.");
                else if (Of(node) is null)
                    problems.Add(at.Line, $"$ref: '{ApiTreeReader.Short(reference)}' leads nowhere, or round in a circle.");
            }

            foreach (var item in node.Items)
                open.Push(item);
            foreach (var (name, field) in node.Fields)
                if (name is not ("example" or "examples" or "default" or "enum" or "const") && !name.StartsWith("x-", StringComparison.Ordinal))
                    open.Push(field);
        }
    }
}
