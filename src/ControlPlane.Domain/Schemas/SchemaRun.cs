using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.Domain.Schemas;

/// <summary>What was looked at by a keyword that holds: unevaluatedProperties and unevaluatedItems ask for it.</summary>
internal sealed class Evaluated
{
    public HashSet<string> Members { get; } = new(StringComparer.Ordinal);

    public HashSet<int> Items { get; } = [];

    public void Add(Evaluated other)
    {
        Members.UnionWith(other.Members);
        Items.UnionWith(other.Items);
    }
}

/// <summary>One validation of one document.</summary>
/// <param name="most">Violations that are collected; 0 = only whether there is one.</param>
internal sealed partial class SchemaRun(int most)
{
    /// <summary>Of references and places together: an endless chain of references without a place between them is refused.</summary>
    private const int MostDepth = 400;

    private readonly List<SchemaViolation> _violations = [];
    private readonly List<SchemaResource> _scope = [];
    private int _depth;
    private int _quiet = most == 0 ? 1 : 0;

    public IReadOnlyList<SchemaViolation> Violations => _violations;

    /// <param name="evaluated">Filled with what was looked at, when somebody asks for it.</param>
    public bool Check(SchemaNode node, JsonElement value, string at, Evaluated? evaluated)
    {
        if (node.Always is { } always)
            return always || Wrong(node, "", at, "Nothing is allowed here.");
        if (++_depth > MostDepth)
        {
            _depth--;
            return Wrong(node, "$ref", at, "The schema refers to itself without end.");
        }

        var entered = _scope.Count == 0 || _scope[^1] != node.Resource;
        if (entered)
            _scope.Add(node.Resource);
        var own = node.UnevaluatedItems is not null || node.UnevaluatedProperties is not null || evaluated is not null ? new Evaluated() : null;
        var holds = CheckValue(node, value, at);
        holds &= Combined(node, value, at, own);
        holds &= value.ValueKind switch
        {
            JsonValueKind.Object => Members(node, value, at, own),
            JsonValueKind.Array => Items(node, value, at, own),
            _ => true,
        };
        if (own is not null)
            holds &= Rest(node, value, at, own);
        if (holds && evaluated is not null)
            evaluated.Add(own!);
        if (entered)
            _scope.RemoveAt(_scope.Count - 1);
        _depth--;
        return holds;
    }

    private bool Combined(SchemaNode node, JsonElement value, string at, Evaluated? own)
    {
        var holds = true;
        if (node.RefTarget is { } target)
            holds &= Check(target, value, at, own);
        if (node.DynamicTarget is not null)
            holds &= Check(SchemaCompiler.Dynamic(node, _scope), value, at, own);
        foreach (var all in node.AllOf ?? [])
            holds &= Check(all, value, at, own);
        if (node.AnyOf is { } any)
        {
            // All of them: each that holds says what it looked at.
            var fits = any.Count(s => Try(s, value, at, own));
            holds &= fits > 0 || Wrong(node, "anyOf", at, $"It fits none of the {any.Count} forms that are allowed.");
        }

        if (node.OneOf is { } one)
        {
            var fits = one.Count(s => Try(s, value, at, own));
            holds &= fits == 1 || Wrong(node, "oneOf", at, fits == 0 ? $"It fits none of the {one.Count} forms that are allowed." : $"It fits {fits} forms, and exactly one is allowed.");
        }

        if (node.Not is { } not)
            holds &= !Try(not, value, at, null) || Wrong(node, "not", at, "It has the form that is forbidden here.");
        if (node.If is { } condition)
            holds &= Try(condition, value, at, own) ? node.Then is null || Check(node.Then, value, at, own) : node.Else is null || Check(node.Else, value, at, own);
        return holds;
    }

    /// <summary>Whether it holds, without saying why not.</summary>
    private bool Try(SchemaNode node, JsonElement value, string at, Evaluated? own)
    {
        _quiet++;
        try
        {
            return Check(node, value, at, own);
        }
        finally
        {
            _quiet--;
        }
    }

    private bool Wrong(SchemaNode node, string keyword, string at, string message)
    {
        if (_quiet == 0 && _violations.Count < most)
            _violations.Add(new(at, keyword.Length == 0 ? node.Pointer : node.Rule(keyword), message));
        return false;
    }

    private static bool Fits(Regex pattern, string text)
    {
        try
        {
            return pattern.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
