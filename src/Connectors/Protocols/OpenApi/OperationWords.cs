using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>The words of an operation, in singular and lower case: of its path, its name, what is said of it, and the fields that it takes.</summary>
internal sealed class OperationWords
{
    private static readonly string[] Times = ["updated", "modified", "changed", "created", "since", "start", "from", "after", "last", "min"];
    private static readonly string[] TimeEnds = ["after", "since", "date", "at", "time", "from", "min", "start", "gte", "gt", "on"];

    private static readonly string[] Not = ["before", "to", "end", "until", "max", "by", "sort", "index", "id", "page", "ship", "delivery"];

    private readonly HashSet<string> _all;
    private readonly HashSet<string> _named;
    private readonly List<string> _steps;

    public OperationWords(OpenApiOperation operation, ApiSchemas schemas)
    {
        var steps = operation.Path.Split('?', '#')[0].Split('/', StringSplitOptions.RemoveEmptyEntries);
        _steps = [.. steps.Where(s => !s.StartsWith('{'))];
        EndsInParameter = steps.Length > 0 && steps[^1].StartsWith('{') || _steps.Count > 0 && _steps[^1].Contains('{', StringComparison.Ordinal);
        Parameters = operation.Parameters.Count(p => p.Where == "path");
        // Versions and what all paths begin with say nothing.
        Depth = Math.Max(1, _steps.Count(s => !(s.Length <= 4 && s[0] is 'v' or 'V' && s.Skip(1).All(char.IsAsciiDigit)) && s is not ("api" or "rest" or "sell" or "mp")));
        _named = [.. FieldNames.Words(operation.Path), .. FieldNames.Words(operation.Id)];
        _all = [.. _named, .. FieldNames.Words(string.Join(' ', operation.Tags)), .. FieldNames.Words(operation.Summary.Split('.')[0])];
        Fields = [.. operation.IsWebhook ? [] : schemas.Names(operation.Request).SelectMany(FieldNames.Words)];
        Since = operation.Parameters.Where(p => p.Where == "query").Select(p => p.Name).Where(IsSince).OrderBy(Order).FirstOrDefault();
    }

    public bool EndsInParameter { get; }

    public int Parameters { get; }

    public int Depth { get; }

    public HashSet<string> Fields { get; }

    /// <summary>The parameter that says since when; null when there is none.</summary>
    public string? Since { get; }

    /// <summary>In path or name; what is said of an operation mentions many things.</summary>
    public bool Named(params string[] words) => words.Any(_named.Contains);

    public bool Says(params string[] words) => words.Any(_all.Contains);

    /// <summary>Whether the last part of the path that is no parameter holds one of the words.</summary>
    public bool Subject(params string[] words) => _steps.Count > 0 && FieldNames.Words(_steps[^1].Split('{', '(')[0]).Any(w => words.Contains(w));

    public bool Ends(params string[] words) => !EndsInParameter && Subject(words);

    public bool EndsWith(params string[] words) => Subject(words);

    private static bool IsSince(string name)
    {
        var words = FieldNames.Words(name);
        return words.Any(w => Times.Contains(w)) && words.Any(w => TimeEnds.Contains(w)) && !words.Any(Not.Contains);
    }

    /// <summary>What changed counts before what was made: a change of an old order is news, too.</summary>
    private static int Order(string name)
    {
        var words = FieldNames.Words(name);
        return words.Any(w => w is "updated" or "modified" or "changed") ? 0 : words.Contains("since") ? 1 : 2;
    }
}
