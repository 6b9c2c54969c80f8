using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Governance;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Governance;

/// <summary>Reads <c>kind: GovernanceRules</c>, strictly: whatever is wrong is named with line, field and what is allowed.</summary>
public sealed partial class GovernanceRuleKind : IEstateKind
{
    public const string KindName = "GovernanceRules";

    /// <summary>There is one of them: two documents would each be the whole.</summary>
    public const string DocumentName = "governance";

    private const int LongestText = 500;

    private static readonly Dictionary<string, SystemRole> Roles = Enum.GetValues<SystemRole>().ToDictionary(r => r.Word(), StringComparer.Ordinal);

    public string Kind => KindName;

    public string Folder => "governance";

    public IReadOnlyList<EstateProblem> Check(EstateDocument document)
    {
        var problems = new List<EstateProblem>();
        Read(document.Text, document.Source, problems);
        return problems;
    }

    /// <summary>What the product brings along.</summary>
    public static (GovernanceRuleSet Rules, string Text) Shipped()
    {
        using var stream = typeof(GovernanceRuleKind).Assembly.GetManifestResourceStream("ControlPlane.Runtime.Governance.Shipped.governance.yaml")!;
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        var problems = new List<EstateProblem>();
        return Read(text, "governance.yaml", problems) is { } rules ? (rules, text) : throw new InvalidDataException(string.Join(" ", problems));
    }

    /// <summary>Null when there are problems.</summary>
    public static GovernanceRuleSet? Read(string text, string source, ICollection<EstateProblem> problems)
    {
        var before = problems.Count;
        if (EstateHead.Read(text, source, KindName, problems) is not (var metadata, var spec))
            return null;
        if (metadata.Text("name") != DocumentName)
            metadata.Problem("name", $"The governance rules have the name {DocumentName}.");
        metadata.Done();
        if (!DateOnly.TryParseExact(spec.Text("dated"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var dated))
            spec.Problem("dated", "Expected a date like 2026-11-29.");
        var set = new GovernanceRuleSet(dated, Levels(spec), Rules(spec));
        spec.Done();
        return problems.Count == before ? set : null;
    }

    private static IReadOnlyList<GovernanceLevel> Levels(StrictYaml spec)
    {
        var levels = new List<GovernanceLevel>();
        foreach (var y in spec.Children("levels"))
        {
            var level = new GovernanceLevel(Text(y, "letter", 8), Text(y, "word", 40), y.Number("least", 0, 0, 100));
            if (levels.Any(l => l.Letter == level.Letter || l.Least == level.Least))
                y.Problem("least", "Two levels have the same letter or begin at the same score.");
            levels.Add(level);
            y.Done();
        }

        if (levels.All(l => l.Least != 0) || levels.Count > 10)
            spec.Problem("levels", "Expected 1 to 10 levels, one of them from 0 on: { letter: E, word: unattended, least: 0 }.");
        return levels;
    }

    private static IReadOnlyList<GovernanceRule> Rules(StrictYaml spec)
    {
        var rules = new List<GovernanceRule>();
        foreach (var y in spec.Children("rules"))
        {
            var rule = Rule(y);
            if (rules.Any(r => r.Id == rule.Id))
                y.Problem("id", $"There are two rules {rule.Id}.");
            rules.Add(rule);
        }

        if (rules.Count is 0 or > GovernanceRuleSet.MostRules)
            spec.Problem("rules", $"Expected 1 to {GovernanceRuleSet.MostRules} rules.");
        return rules;
    }

    private static GovernanceRule Rule(StrictYaml y)
    {
        var id = y.Text("id");
        if (!IdPattern().IsMatch(id))
            y.Problem("id", "A rule's id has 1 to 64 lower-case letters, digits and hyphens.");
        var check = y.Choice("check", GovernanceWords.Checks, GovernanceCheck.OwnerSet, required: true);
        var limit = y.Decimal("limit");
        if (limit is { } number)
        {
            if (GovernanceWords.LimitOf(check) is not { } range)
                y.Problem("limit", $"The check {check.Word()} has no limit. Leave it out.");
            else if (number < range.Least || number > range.Most)
                y.Problem("limit", string.Create(CultureInfo.InvariantCulture, $"Expected {range.Least} to {range.Most}: {range.Meaning}."));
        }

        var roles = y.Texts("roles");
        foreach (var odd in roles.Where(r => !Roles.ContainsKey(r)))
            y.Problem("roles", $"'{odd}' is no role. Allowed: {string.Join(", ", Roles.Keys)}.");
        if (!y.Has("weight"))
            y.Problem("weight", "This key is required: a whole number from 1 to 100.");
        var rule = new GovernanceRule(id, Text(y, "title", 120), check, y.Number("weight", 1, 1, 100), limit, [.. roles.Where(Roles.ContainsKey).Select(r => Roles[r])], Text(y, "why", LongestText), Text(y, "mend", LongestText));
        y.Done();
        return rule;
    }

    private static string Text(StrictYaml y, string key, int most)
    {
        var text = y.Text(key);
        if (y.Has(key) && (text.Trim().Length == 0 || text.Length > most || text.Any(char.IsControl)))
            y.Problem(key, $"Expected 1 to {most} characters on one line.");
        return text;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex IdPattern();
}
