using System.Text.RegularExpressions;
using Acornima.Ast;

namespace Connectors.Protocols.Expressions;

/// <summary>
/// Which part of JavaScript an expression may use: values, literals, operators, conditions, and calls of a short list of functions.
/// No loops, functions, assignments, objects or regular expressions: what is left cannot run on, nor grow beyond what it is given.
/// </summary>
internal sealed partial class ExpressionRules(IReadOnlyCollection<string> names)
{
    public const string Allowed = "the names under 'with', text, numbers, operators, a ? b : c, Math.…, Number(), String(), parseFloat(), parseInt(), isNaN(), replace(text, find, put), "
        + "and of texts and numbers .length, .trim(), .toUpperCase(), .toLowerCase(), .slice(), .substring(), .indexOf(), .lastIndexOf(), .includes(), .startsWith(), .endsWith(), .charAt(), .split()[n], .toFixed(), .toString()";

    private const int MostDepth = 40;

    private static readonly string[] Functions = ["Number", "String", "parseFloat", "parseInt", "isNaN", "replace"];
    private static readonly string[] Math = ["abs", "ceil", "floor", "max", "min", "pow", "round", "sign", "sqrt", "trunc"];
    private static readonly string[] Methods =
        ["trim", "trimStart", "trimEnd", "toUpperCase", "toLowerCase", "slice", "substring", "indexOf", "lastIndexOf", "includes", "startsWith", "endsWith", "charAt", "split", "toFixed", "toString"];

    public static bool IsName(string name) => Name().IsMatch(name) && name is not ("Math" or "undefined" or "NaN" or "Infinity" or "null" or "true" or "false" or "this" or "eval" or "arguments") && !Functions.Contains(name);

    /// <summary>Before parsing, which itself goes as deep as the text.</summary>
    public static bool TooDeep(string text)
    {
        int depth = 0, signs = 0;
        foreach (var c in text)
        {
            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            signs = c is '!' or '~' or '-' or '+' ? signs + 1 : char.IsWhiteSpace(c) ? signs : 0;
            if (depth > MostDepth || signs > MostDepth)
                return true;
        }

        return false;
    }

    /// <summary>Empty when all of it is allowed.</summary>
    public string Check(Node program)
    {
        if (program is not Script { Body: [ExpressionStatement { Expression: var expression }] })
            return "One expression is expected, not statements.";
        return Walk(expression, 0);
    }

    private string Walk(Node node, int depth)
    {
        if (depth > 200)
            return "The expression is nested too deep.";
        if (Refusal(node) is { } refused)
            return $"{refused} is not allowed. Allowed: {Allowed}.";
        foreach (var child in Children(node))
            if (Walk(child, depth + 1) is { Length: > 0 } problem)
                return problem;
        return "";
    }

    private string? Refusal(Node node) => node switch
    {
        StringLiteral or NumericLiteral or BooleanLiteral or NullLiteral or LogicalExpression or ConditionalExpression or TemplateLiteral or TemplateElement => null,
        BinaryExpression { Operator: Acornima.Operator.In or Acornima.Operator.InstanceOf } => "'in' and 'instanceof'",
        BinaryExpression => null,
        UnaryExpression { Operator: Acornima.Operator.Delete or Acornima.Operator.Void } => "'delete' and 'void'",
        UpdateExpression => "'++' and '--'",
        UnaryExpression => null,
        ParenthesizedExpression or ChainExpression => null,
        Identifier { Name: var name } => names.Contains(name) || name is "undefined" or "NaN" ? null : $"'{name}'",
        CallExpression call => Call(call),
        MemberExpression member => Member(member, called: false),
        _ => $"This kind of JavaScript ({node.Type})",
    };

    private static string? Call(CallExpression call) => call.Callee switch
    {
        _ when call.Arguments.Any(a => a is SpreadElement) => "'...'",
        Identifier { Name: var name } => Functions.Contains(name) ? null : $"'{name}()'",
        MemberExpression member => Member(member, called: true),
        _ => "This call",
    };

    private static string? Member(MemberExpression member, bool called)
    {
        if (member.Computed)
            return !called && member.Property is NumericLiteral { Value: >= 0 and < 10_000 } ? null : "'[…]' with anything but a number";
        var name = member.Property is Identifier { Name: var property } ? property : "";
        if (member.Object is Identifier { Name: "Math" })
            return called ? Math.Contains(name) ? null : $"'Math.{name}()'" : name is "PI" or "E" ? null : $"'Math.{name}'";
        return called ? Methods.Contains(name) ? null : $"'.{name}()'" : name == "length" ? null : $"'.{name}'";
    }

    /// <summary>What is looked at beneath a node: names of functions and members are judged with their node.</summary>
    private static IEnumerable<Node> Children(Node node) => node switch
    {
        CallExpression { Callee: MemberExpression { Object: Identifier { Name: "Math" } } } call => call.Arguments,
        CallExpression { Callee: MemberExpression member } call => call.Arguments.Prepend<Node>(member.Object),
        CallExpression call => call.Arguments,
        MemberExpression { Object: Identifier { Name: "Math" } } => [],
        MemberExpression member => [member.Object],
        _ => node.ChildNodes.OfType<Node>(),
    };

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{0,39}$")]
    private static partial Regex Name();
}
