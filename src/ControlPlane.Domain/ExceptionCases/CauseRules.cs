using System.Text.RegularExpressions;

namespace ControlPlane.Domain.ExceptionCases;

/// <param name="Field">As the YAML document names it: <c>title</c>, <c>when.text</c>.</param>
public sealed record CauseProblem(string Field, string Message);

/// <summary>What an entry of the catalogue has to be before it may answer: a mistyped one would be silent, one that is too wide would answer for everything.</summary>
public static partial class CauseRules
{
    public const int MostEntries = 500;

    public const int LongestTitle = 90;

    public const int LongestWhat = 500;

    public const int MostSteps = 8;

    public const int LongestStep = 300;

    public const int MostPatterns = 50;

    public const int LongestPattern = 100;

    /// <summary>Fewer characters of a text are in too many messages.</summary>
    public const int ShortestText = 4;

    private static readonly HashSet<string> Reserved = ["new", "coverage", "unexplained", "versions", "diff", "trial", "roll-back"];

    public static IReadOnlyList<CauseProblem> Check(Cause cause)
    {
        var problems = new List<CauseProblem>();
        void Say(bool wrong, string field, string message)
        {
            if (wrong)
                problems.Add(new(field, message));
        }

        Say(Reserved.Contains(cause.Id), "id", $"{cause.Id} is an address of the API or the portal. Choose another id.");
        Say(!Id().IsMatch(cause.Id), "id", "Allowed: 3 to 64 lower-case letters, digits and hyphens, beginning with a letter.");
        Say(cause.Title.Trim().Length is < 5 or > LongestTitle || cause.Title.EndsWith('.') || cause.Title.Any(char.IsControl), "title", $"Allowed: 5 to {LongestTitle} characters on one line, without a full stop at the end.");
        Say(cause.What.Trim().Length is < 10 or > LongestWhat, "what", $"Allowed: 10 to {LongestWhat} characters: what happened, and what it means.");
        Say(cause.Steps.Count is 0 or > MostSteps || cause.Steps.Any(s => s.Trim().Length is 0 or > LongestStep), "steps", $"Say what to do: 1 to {MostSteps} steps of at most {LongestStep} characters.");
        Say(cause.Field is { } field && (field.Length is 0 or > LongestPattern || field.Any(char.IsWhiteSpace)), "field", $"Allowed: a path without spaces, at most {LongestPattern} characters, such as lines[].sku.");
        Patterns(cause.When.Codes, "when.code", Say);
        Patterns(cause.When.ProviderCodes, "when.providerCode", Say);
        Say(cause.When.Connectors.Any(c => !Id().IsMatch(c)), "when.connector", "Allowed: names of connectors, such as shopify.");
        Say(cause.When.Connectors.Count > MostPatterns, "when.connector", $"Allowed: at most {MostPatterns}.");
        Say(cause.When.Texts.Count > MostPatterns || cause.When.Texts.Any(t => t.Length > LongestPattern), "when.text", $"Allowed: at most {MostPatterns} texts of at most {LongestPattern} characters.");
        Say(cause.When.Texts.Any(t => t.Split(" + ", StringSplitOptions.TrimEntries).Any(part => part.Length < ShortestText)), "when.text", $"A text, and each part of a text with +, has at least {ShortestText} characters: a shorter one is in too many messages.");
        var exact = cause.When.Codes.Count + cause.When.ProviderCodes.Count + cause.When.Texts.Count;
        Say(exact + cause.When.Connectors.Count + cause.When.Kinds.Count == 0, "when", "An entry needs a code, providerCode, connector, text or kind.");
        Say(exact == 0 && cause.When.Connectors.Count + cause.When.Kinds.Count > 0 && !cause.General, "general", "An entry that fits by connector or kind alone explains nothing in particular: mark it as general, or name a code or text.");
        return problems;
    }

    private static void Patterns(IReadOnlyList<string> patterns, string field, Action<bool, string, string> say)
    {
        say(patterns.Count > MostPatterns || patterns.Any(p => p.Length is 0 or > LongestPattern || p.Any(char.IsWhiteSpace)), field, $"Allowed: at most {MostPatterns} codes of at most {LongestPattern} characters without spaces.");
        say(patterns.Any(p => p.TrimEnd('*').Length < 2 || p.IndexOf('*', StringComparison.Ordinal) is >= 0 and var at && at < p.Length - 1), field, "A star stands at the end only, after at least two characters: erp.*");
    }

    [GeneratedRegex("^[a-z][a-z0-9-]{2,63}$")]
    private static partial Regex Id();
}
