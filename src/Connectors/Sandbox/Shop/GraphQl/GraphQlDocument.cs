using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Shop.GraphQl;

/// <summary>A document as it was written: operations and fragments.</summary>
internal sealed record GraphQlDocument(IReadOnlyList<GraphQlOperation> Operations, IReadOnlyDictionary<string, GraphQlFragment> Fragments);

/// <param name="Kind"><c>query</c> or <c>mutation</c>.</param>
internal sealed record GraphQlOperation(string Kind, string? Name, IReadOnlyList<GraphQlVariable> Variables, IReadOnlyList<GraphQlSelection> Selections);

/// <param name="Required">Written with an exclamation mark and without a default.</param>
internal sealed record GraphQlVariable(string Name, string Type, bool Required, GraphQlValue? Default);

internal sealed record GraphQlFragment(string Name, string OnType, IReadOnlyList<GraphQlSelection> Selections);

internal abstract record GraphQlSelection(IReadOnlyList<GraphQlDirective> Directives);

internal sealed record GraphQlField(
    string Name,
    string? Alias,
    IReadOnlyDictionary<string, GraphQlValue> Arguments,
    IReadOnlyList<GraphQlSelection> Selections,
    IReadOnlyList<GraphQlDirective> Directives,
    int Line,
    int Column) : GraphQlSelection(Directives)
{
    public string Key => Alias ?? Name;
}

internal sealed record GraphQlSpread(string Fragment, IReadOnlyList<GraphQlDirective> Directives) : GraphQlSelection(Directives);

internal sealed record GraphQlInline(string? OnType, IReadOnlyList<GraphQlSelection> Selections, IReadOnlyList<GraphQlDirective> Directives) : GraphQlSelection(Directives);

internal sealed record GraphQlDirective(string Name, IReadOnlyDictionary<string, GraphQlValue> Arguments);

/// <summary>A value in the document; variables are put in when it is asked for.</summary>
internal abstract record GraphQlValue
{
    public abstract JsonNode? With(JsonObject variables);

    /// <summary>A number, a string, true, false, null or the name of an enumeration's value.</summary>
    public sealed record Literal(JsonNode? Node) : GraphQlValue
    {
        public override JsonNode? With(JsonObject variables) => Node?.DeepClone();
    }

    public sealed record Variable(string Name) : GraphQlValue
    {
        public override JsonNode? With(JsonObject variables) => variables[Name]?.DeepClone();
    }

    public sealed record ListOf(IReadOnlyList<GraphQlValue> Items) : GraphQlValue
    {
        public override JsonNode? With(JsonObject variables) => new JsonArray([.. Items.Select(i => i.With(variables))]);
    }

    public sealed record ObjectOf(IReadOnlyDictionary<string, GraphQlValue> Fields) : GraphQlValue
    {
        public override JsonNode? With(JsonObject variables)
        {
            var result = new JsonObject();
            foreach (var (name, value) in Fields)
                result[name] = value.With(variables);
            return result;
        }
    }
}
