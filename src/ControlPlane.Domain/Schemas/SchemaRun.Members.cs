using System.Text.Json;

namespace ControlPlane.Domain.Schemas;

/// <summary>The keywords of objects and lists.</summary>
internal sealed partial class SchemaRun
{
    private bool Members(SchemaNode node, JsonElement value, string at, Evaluated? own)
    {
        var holds = true;
        var count = 0;
        foreach (var member in value.EnumerateObject())
        {
            count++;
            var there = JsonPointers.Append(at, member.Name);
            var named = false;
            if (node.Properties?.TryGetValue(member.Name, out var property) == true)
            {
                named = true;
                holds &= Check(property, member.Value, there, null);
            }

            foreach (var (pattern, schema) in node.PatternProperties ?? [])
                if (Fits(pattern, member.Name))
                {
                    named = true;
                    holds &= Check(schema, member.Value, there, null);
                }

            if (!named && node.AdditionalProperties is { } additional)
            {
                named = true;
                holds &= additional.Always != false ? Check(additional, member.Value, there, null)
                    : Wrong(node, "additionalProperties", there, "The schema has no such property, and allows no others.");
            }

            if (named)
                own?.Members.Add(member.Name);
            if (node.PropertyNames is { } names)
                holds &= Try(names, NameOf(member.Name), there, null) || Wrong(node, "propertyNames", there, "The name is not allowed.");
        }

        if (node.MinProperties is { } least)
            holds &= count >= least || Wrong(node, "minProperties", at, $"It has {count} properties, and at least {least} are needed.");
        if (node.MaxProperties is { } most)
            holds &= count <= most || Wrong(node, "maxProperties", at, $"It has {count} properties, and at most {most} are allowed.");
        foreach (var required in node.Required ?? [])
            holds &= value.TryGetProperty(required, out _) || Wrong(node, "required", at, $"'{required}' is missing.");
        foreach (var (name, needs) in node.DependentRequired ?? [])
            if (value.TryGetProperty(name, out _))
                foreach (var needed in needs)
                    holds &= value.TryGetProperty(needed, out _) || Wrong(node, "dependentRequired", at, $"'{needed}' is missing, which '{name}' needs.");
        foreach (var (name, schema) in node.DependentSchemas ?? [])
            if (value.TryGetProperty(name, out _))
                holds &= Check(schema, value, at, own);
        return holds;
    }

    private bool Items(SchemaNode node, JsonElement value, string at, Evaluated? own)
    {
        var (holds, count, contained) = (true, value.GetArrayLength(), 0);
        var index = 0;
        var prefix = node.PrefixItems?.Count ?? 0;
        foreach (var item in value.EnumerateArray())
        {
            var there = JsonPointers.Append(at, index);
            if ((index < prefix ? node.PrefixItems![index] : node.Items) is { } schema)
            {
                holds &= Check(schema, item, there, null);
                own?.Items.Add(index);
            }

            if (node.Contains is { } contains && Try(contains, item, there, null))
            {
                contained++;
                own?.Items.Add(index);
            }

            index++;
        }

        if (node.MinItems is { } least)
            holds &= count >= least || Wrong(node, "minItems", at, $"It has {count} entries, and at least {least} are needed.");
        if (node.MaxItems is { } most)
            holds &= count <= most || Wrong(node, "maxItems", at, $"It has {count} entries, and at most {most} are allowed.");
        if (node.Contains is not null)
        {
            holds &= contained >= (node.MinContains ?? 1) || Wrong(node, "contains", at, $"{contained} entries are of the form that is needed at least {node.MinContains ?? 1} times.");
            if (node.MaxContains is { } greatest)
                holds &= contained <= greatest || Wrong(node, "maxContains", at, $"{contained} entries are of a form that is allowed at most {greatest} times.");
        }

        return holds & (!node.UniqueItems || Unique(value) || Wrong(node, "uniqueItems", at, "Two entries are the same, and each is allowed once."));
    }

    /// <summary>What no other keyword looked at.</summary>
    private bool Rest(SchemaNode node, JsonElement value, string at, Evaluated own)
    {
        var holds = true;
        if (node.UnevaluatedProperties is { } members && value.ValueKind == JsonValueKind.Object)
            foreach (var member in value.EnumerateObject())
                if (own.Members.Add(member.Name))
                    holds &= Check(members, member.Value, JsonPointers.Append(at, member.Name), null);
        if (node.UnevaluatedItems is { } items && value.ValueKind == JsonValueKind.Array)
            for (var i = 0; i < value.GetArrayLength(); i++)
                if (own.Items.Add(i))
                    holds &= Check(items, value[i], JsonPointers.Append(at, i), null);
        return holds;
    }

    private static bool Unique(JsonElement list)
    {
        // Texts and whole numbers by hash; the rest one by one, which lists of objects are short enough for.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var others = new List<JsonElement>();
        foreach (var item in list.EnumerateArray())
            if (item.ValueKind == JsonValueKind.String)
            {
                if (!seen.Add(item.GetRawText().Contains('\\', StringComparison.Ordinal) ? "s" + item.GetString() : "s" + item.GetRawText()[1..^1]))
                    return false;
            }
            else if (others.Exists(o => JsonValues.Same(o, item)))
            {
                return false;
            }
            else
            {
                others.Add(item);
            }

        return true;
    }

    private static JsonElement NameOf(string name) => JsonSerializer.SerializeToElement(name);
}
