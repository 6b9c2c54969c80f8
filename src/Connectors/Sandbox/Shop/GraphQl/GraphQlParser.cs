using System.Globalization;
using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Shop.GraphQl;

/// <summary>Reads operations, fragments, variables, arguments and directives. No type definitions: a client does not send any.</summary>
internal sealed class GraphQlParser
{
    /// <summary>Selections and values inside each other; more is an attack, not a query.</summary>
    private const int Deepest = 40;

    private readonly List<Token> _tokens;
    private int _at;
    private int _depth;

    private GraphQlParser(string text) => _tokens = GraphQlLexer.Read(text);

    /// <exception cref="GraphQlSyntaxException">It is no GraphQL document.</exception>
    public static GraphQlDocument Parse(string text) => new GraphQlParser(text).Document();

    private Token Now => _tokens[_at];

    private GraphQlDocument Document()
    {
        var operations = new List<GraphQlOperation>();
        var fragments = new Dictionary<string, GraphQlFragment>(StringComparer.Ordinal);
        while (Now.Kind != TokenKind.End)
        {
            if (Is("{"))
                operations.Add(new("query", null, [], Selections()));
            else if (Now is { Kind: TokenKind.Name, Text: "query" or "mutation" })
                operations.Add(Operation());
            else if (Now is { Kind: TokenKind.Name, Text: "fragment" })
                Add(Fragment());
            else
                throw Unexpected();
        }

        return operations.Count == 0 ? throw Unexpected() : new(operations, fragments);

        void Add(GraphQlFragment fragment) => fragments[fragment.Name] = fragment;
    }

    private GraphQlOperation Operation()
    {
        var kind = Name();
        var name = Now.Kind == TokenKind.Name ? Name() : null;
        var variables = new List<GraphQlVariable>();
        if (Take("("))
            while (!Take(")"))
                variables.Add(Variable());
        Directives();
        return new(kind, name, variables, Selections());
    }

    private GraphQlVariable Variable()
    {
        Need("$");
        var name = Name();
        Need(":");
        var type = Type();
        var @default = Take("=") ? Value() : null;
        return new(name, type, type.EndsWith('!') && @default is null, @default);
    }

    private string Type()
    {
        string type;
        if (Take("["))
        {
            type = $"[{Type()}]";
            Need("]");
        }
        else
        {
            type = Name();
        }

        return Take("!") ? type + "!" : type;
    }

    private GraphQlFragment Fragment()
    {
        Name();
        var name = Name();
        if (Name() != "on")
            throw Unexpected();
        var type = Name();
        Directives();
        return new(name, type, Selections());
    }

    private List<GraphQlSelection> Selections()
    {
        Deeper();
        Need("{");
        var selections = new List<GraphQlSelection>();
        do
            selections.Add(Selection());
        while (!Take("}"));
        _depth--;
        return selections;
    }

    private GraphQlSelection Selection()
    {
        if (!Take("..."))
            return Field();
        if (Now is { Kind: TokenKind.Name, Text: not "on" })
            return new GraphQlSpread(Name(), Directives());
        string? type = null;
        if (Now.Kind == TokenKind.Name)
        {
            Name();
            type = Name();
        }

        var directives = Directives();
        return new GraphQlInline(type, Selections(), directives);
    }

    private GraphQlField Field()
    {
        var start = Now;
        var name = Name();
        string? alias = null;
        if (Take(":"))
            (alias, name) = (name, Name());
        var arguments = Is("(") ? Arguments() : new Dictionary<string, GraphQlValue>();
        var directives = Directives();
        return new(name, alias, arguments, Is("{") ? Selections() : [], directives, start.Line, start.Column);
    }

    private Dictionary<string, GraphQlValue> Arguments()
    {
        var arguments = new Dictionary<string, GraphQlValue>(StringComparer.Ordinal);
        Need("(");
        while (!Take(")"))
        {
            var name = Name();
            Need(":");
            arguments[name] = Value();
        }

        return arguments;
    }

    private List<GraphQlDirective> Directives()
    {
        var directives = new List<GraphQlDirective>();
        while (Take("@"))
            directives.Add(new(Name(), Is("(") ? Arguments() : new Dictionary<string, GraphQlValue>()));
        return directives;
    }

    private GraphQlValue Value()
    {
        Deeper();
        var value = ValueInside();
        _depth--;
        return value;
    }

    private GraphQlValue ValueInside()
    {
        var token = Now;
        if (Take("$"))
            return new GraphQlValue.Variable(Name());
        if (Take("["))
        {
            var items = new List<GraphQlValue>();
            while (!Take("]"))
                items.Add(Value());
            return new GraphQlValue.ListOf(items);
        }

        if (Take("{"))
        {
            var fields = new Dictionary<string, GraphQlValue>(StringComparer.Ordinal);
            while (!Take("}"))
            {
                var name = Name();
                Need(":");
                fields[name] = Value();
            }

            return new GraphQlValue.ObjectOf(fields);
        }

        _at++;
        return token.Kind switch
        {
            TokenKind.String => new GraphQlValue.Literal(token.Text),
            TokenKind.Name => new GraphQlValue.Literal(token.Text switch { "true" => true, "false" => false, "null" => null, var word => (JsonNode)word }),
            // By way of JSON text, so that a number can be read as whichever kind the argument wants.
            TokenKind.Number when double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
                new GraphQlValue.Literal(JsonNode.Parse(number.ToString("R", CultureInfo.InvariantCulture))),
            _ => throw Unexpected(token),
        };
    }

    private void Deeper()
    {
        if (++_depth > Deepest)
            throw new GraphQlSyntaxException($"Query has depth that exceeds max depth of {Deepest}", Now.Line, Now.Column);
    }

    private bool Is(string punctuator) => Now.Kind == TokenKind.Punctuator && Now.Text == punctuator;

    private bool Take(string punctuator)
    {
        if (!Is(punctuator))
            // A list that is never closed would otherwise be looked for for ever.
            return Now.Kind == TokenKind.End && punctuator is ")" or "]" or "}" ? throw Unexpected() : false;
        _at++;
        return true;
    }

    private void Need(string punctuator)
    {
        if (!Take(punctuator))
            throw Unexpected();
    }

    private string Name()
    {
        if (Now.Kind != TokenKind.Name)
            throw Unexpected();
        return _tokens[_at++].Text;
    }

    private GraphQlSyntaxException Unexpected() => Unexpected(Now);

    private static GraphQlSyntaxException Unexpected(Token token) => token.Kind == TokenKind.End
        ? new($"syntax error, unexpected end of file at [{token.Line}, {token.Column}]", token.Line, token.Column)
        : new($"syntax error, unexpected {token.Kind.ToString().ToUpperInvariant()} (\"{token.Text}\") at [{token.Line}, {token.Column}]", token.Line, token.Column);
}
