using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Shop.GraphQl;

/// <summary>An operation that was found to make sense, and what it costs.</summary>
internal sealed record GraphQlPlan(GraphQlOperation Operation, GraphQlType Root, GraphQlSelections Selections, int Cost);

/// <summary>
/// Checks an operation against the types, adds up its cost, and runs it. Unknown fields and arguments are refused with
/// Shopify's words, so that a query which passes here has a chance to pass there.
/// </summary>
internal sealed class GraphQlEngine(GraphQlType query, GraphQlType mutation)
{
    /// <summary>Of Shopify's: a mutation costs 10, an object 1, a scalar nothing.</summary>
    private const int MutationCost = 10;

    private const int ListGuess = 10;

    /// <summary>The plan, or the errors that speak against it.</summary>
    public (GraphQlPlan? Plan, JsonArray? Errors) Check(string text, string? operationName, JsonObject variables)
    {
        try
        {
            var document = GraphQlParser.Parse(text);
            var operation = operationName is null ? document.Operations[0] : document.Operations.FirstOrDefault(o => o.Name == operationName);
            if (operation is null || (operationName is null && document.Operations.Count > 1))
                return (null, [Error(operation is null ? $"No operation named \"{operationName}\"" : "An operation name is required")]);
            var errors = new JsonArray();
            var bound = Bind(operation, variables, errors);
            var selections = new GraphQlSelections(document, bound);
            var root = operation.Kind == "mutation" ? mutation : query;
            var path = new JsonArray(operation.Name is null ? operation.Kind : $"{operation.Kind} {operation.Name}");
            var cost = errors.Count > 0 ? 0 : Check(root, operation.Selections, selections, operation, path, errors, ListGuess) + (operation.Kind == "mutation" ? MutationCost : 0);
            return errors.Count > 0 ? (null, errors) : (new(operation, root, selections, cost), null);
        }
        catch (GraphQlSyntaxException e)
        {
            return (null, [Error(e.Message, e.Line, e.Column)]);
        }
    }

    public static JsonObject Run(GraphQlPlan plan, object root, JsonArray errors) => Run(plan.Root, root, plan.Operation.Selections, plan.Selections, errors);

    private static JsonObject Run(GraphQlType type, object source, IReadOnlyList<GraphQlSelection> written, GraphQlSelections selections, JsonArray errors)
    {
        var result = new JsonObject();
        foreach (var field in selections.Of(type, written))
        {
            if (field.Name == "__typename")
            {
                result[field.Key] = type.Name;
                continue;
            }

            var member = type.Members[field.Name];
            try
            {
                var value = member.Read(source, selections.Arguments(field));
                result[field.Key] = value switch
                {
                    null => null,
                    JsonNode node when member.Type is null => node,
                    IEnumerable<object> many when member.Many => new JsonArray([.. many.Select(one => Run(member.Type!, one, field.Selections, selections, errors))]),
                    _ => Run(member.Type!, value, field.Selections, selections, errors),
                };
            }
            catch (GraphQlRunException e)
            {
                result[field.Key] = null;
                errors.Add((JsonNode)Error(e.Message, field.Line, field.Column));
            }
        }

        return result;
    }

    private static int Check(
        GraphQlType type, IReadOnlyList<GraphQlSelection> written, GraphQlSelections selections, GraphQlOperation operation, JsonArray path, JsonArray errors, int listSize)
    {
        var cost = 0;
        foreach (var field in selections.Of(type, written))
        {
            if (field.Name == "__typename")
                continue;
            var here = (JsonArray)path.DeepClone();
            here.Add(field.Key);
            if (!type.Members.TryGetValue(field.Name, out var member))
            {
                errors.Add((JsonNode)Error($"Field '{field.Name}' doesn't exist on type '{type.Name}'", field.Line, field.Column, "undefinedField", here));
                continue;
            }

            CheckArguments(field, member, operation, here, errors);
            if (member.Type is null ? field.Selections.Count > 0 : field.Selections.Count == 0)
            {
                var message = member.Type is null
                    ? $"Selections can't be made on scalars (field '{field.Name}')"
                    : $"Field must have selections (field '{field.Name}' returns {member.Type.Name} but has no selections. Did you mean '{field.Name} {{ ... }}'?)";
                errors.Add((JsonNode)Error(message, field.Line, field.Column, "selectionMismatch", here));
                continue;
            }

            if (member.Type is null)
                continue;
            var size = member.Paged ? First(selections.Arguments(field), field, here, errors) : listSize;
            var inside = Check(member.Type, field.Selections, selections, operation, here, errors, size);
            cost += member.Paged ? 2 + inside : member.Many ? Scaled(size) * (1 + inside) : 1 + inside;
        }

        return cost;
    }

    /// <summary>Assumed: Shopify does not publish how the cost of a connection grows with its size, only that it grows slower.</summary>
    private static int Scaled(int size) => (int)Math.Ceiling(Math.Sqrt(size));

    private static int First(JsonObject args, GraphQlField field, JsonArray path, JsonArray errors)
    {
        if (args["first"] is JsonValue value && value.TryGetValue<int>(out var first) && first is >= 0 and <= 250)
            return first;
        var message = args["first"] is null
            ? args["last"] is null ? $"you must provide one of first or last (field '{field.Name}')" : "The sandbox serves first, not last."
            : "first must be 0 to 250.";
        errors.Add((JsonNode)Error(message, field.Line, field.Column, "BAD_REQUEST", path));
        return 0;
    }

    private static void CheckArguments(GraphQlField field, GraphQlMember member, GraphQlOperation operation, JsonArray path, JsonArray errors)
    {
        foreach (var (name, value) in field.Arguments)
        {
            if (!member.Accepts(name))
                errors.Add((JsonNode)Error($"Field '{field.Name}' doesn't accept argument '{name}'", field.Line, field.Column, "argumentNotAccepted", path));
            if (value is GraphQlValue.Variable used && operation.Variables.All(v => v.Name != used.Name))
                errors.Add((JsonNode)Error($"Variable ${used.Name} is used by {operation.Name ?? "anonymous " + operation.Kind} but not declared", field.Line, field.Column, "variableNotDefined", path));
        }

        var missing = member.Arguments.Where(a => a.EndsWith('!') && !field.Arguments.ContainsKey(a.TrimEnd('!'))).Select(a => a.TrimEnd('!')).ToList();
        if (missing.Count > 0)
            errors.Add((JsonNode)Error($"Field '{field.Name}' is missing required arguments: {string.Join(", ", missing)}", field.Line, field.Column, "missingRequiredArguments", path));
    }

    private static JsonObject Bind(GraphQlOperation operation, JsonObject variables, JsonArray errors)
    {
        var bound = new JsonObject();
        foreach (var variable in operation.Variables)
        {
            var value = variables[variable.Name]?.DeepClone() ?? variable.Default?.With([]);
            if (value is null && variable.Required)
                errors.Add((JsonNode)Error($"Variable ${variable.Name} of type {variable.Type} was provided invalid value", code: "INVALID_VARIABLE"));
            bound[variable.Name] = value;
        }

        return bound;
    }

    private static JsonObject Error(string message, int line = 0, int column = 0, string? code = null, JsonArray? path = null)
    {
        var error = new JsonObject { ["message"] = message };
        if (line > 0)
            error["locations"] = new JsonArray(new JsonObject { ["line"] = line, ["column"] = column });
        if (path is not null)
            error["path"] = path.DeepClone();
        if (code is not null)
            error["extensions"] = new JsonObject { ["code"] = code };
        return error;
    }
}
