using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Shop.GraphQl;

/// <summary>Turns what was written into the fields that are meant: fragments spread, directives obeyed, repeated fields joined.</summary>
internal sealed class GraphQlSelections(GraphQlDocument document, JsonObject variables)
{
    private const int MostFragmentsInside = 20;

    public IReadOnlyList<GraphQlField> Of(GraphQlType type, IReadOnlyList<GraphQlSelection> selections)
    {
        var fields = new Dictionary<string, GraphQlField>(StringComparer.Ordinal);
        Collect(type, selections, fields, 0);
        return [.. fields.Values];
    }

    public JsonObject Arguments(GraphQlField field)
    {
        var result = new JsonObject();
        foreach (var (name, value) in field.Arguments)
            if (value.With(variables) is { } node)
                result[name] = node;
        return result;
    }

    private void Collect(GraphQlType type, IReadOnlyList<GraphQlSelection> selections, Dictionary<string, GraphQlField> into, int depth)
    {
        if (depth > MostFragmentsInside)
            throw new GraphQlSyntaxException("Fragments contain a cycle", 1, 1);
        foreach (var selection in selections.Where(Wanted))
            switch (selection)
            {
                case GraphQlField field:
                    into[field.Key] = into.TryGetValue(field.Key, out var earlier) ? earlier with { Selections = [.. earlier.Selections, .. field.Selections] } : field;
                    break;
                case GraphQlInline inline when inline.OnType is null || inline.OnType == type.Name:
                    Collect(type, inline.Selections, into, depth + 1);
                    break;
                case GraphQlSpread spread:
                    if (!document.Fragments.TryGetValue(spread.Fragment, out var fragment))
                        throw new GraphQlSyntaxException($"Fragment {spread.Fragment} was used, but not defined", 1, 1);
                    if (fragment.OnType == type.Name)
                        Collect(type, fragment.Selections, into, depth + 1);
                    break;
            }
    }

    private bool Wanted(GraphQlSelection selection) => selection.Directives.All(d => d.Name switch
    {
        "include" => If(d),
        "skip" => !If(d),
        _ => throw new GraphQlSyntaxException($"Directive @{d.Name} is not defined", 1, 1),
    });

    private bool If(GraphQlDirective directive) =>
        directive.Arguments.TryGetValue("if", out var value) && value.With(variables) is JsonValue node && node.TryGetValue<bool>(out var on) && on;
}
