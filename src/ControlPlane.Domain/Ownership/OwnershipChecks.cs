using System.Net.Mail;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Domain.Ownership;

/// <summary>Something that keeps a setup from being published.</summary>
/// <param name="Field">Path of the part: <c>rules[2].when[0]</c>.</param>
public sealed record OwnershipProblem(string Field, string Message);

/// <summary>What a setup must fulfil: no rule that can never hold, no team that does not exist, no order that is nobody's without a reason.</summary>
public static partial class OwnershipChecks
{
    public const int MostRules = 200;
    public const int MostTeams = 100;
    public const int MostValues = 50;
    public const int LongestValue = 120;

    /// <summary>Portal accounts and roles are not known here: who is not there is told elsewhere.</summary>
    public static IReadOnlyList<OwnershipProblem> Check(OwnershipSetup setup)
    {
        var problems = new List<OwnershipProblem>();
        var teams = setup.Teams.Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        if (setup.Rules.Count > MostRules)
            problems.Add(new("rules", $"Allowed: at most {MostRules} rules."));
        if (setup.Teams.Count > MostTeams)
            problems.Add(new("teams", $"Allowed: at most {MostTeams} teams."));
        for (var i = 0; i < setup.Rules.Count; i++)
            problems.AddRange(Rule(setup.Rules[i], $"rules[{i}]", teams, setup.Rules.Take(i).Any(r => r.When.Count == 0)));
        if (setup.Fallback is { } fallback && !teams.Contains(fallback))
            problems.Add(new("fallback", $"There is no team '{fallback}'."));
        if (setup.Fallback is null && !setup.Rules.Any(r => r.When.Count == 0) && string.IsNullOrWhiteSpace(setup.Waiver))
            problems.Add(new("fallback", "What no rule fits would be nobody's. Name a team for it, or say in the waiver why that is right."));
        for (var i = 0; i < setup.Teams.Count; i++)
            problems.AddRange(TeamOf(setup, setup.Teams[i], $"teams[{i}]"));
        foreach (var twice in setup.Teams.GroupBy(t => t.Key).Where(g => g.Count() > 1))
            problems.Add(new("teams", $"There are two teams '{twice.Key}'."));
        for (var i = 0; i < setup.Calendars.Count; i++)
        {
            if (!KeyPattern().IsMatch(setup.Calendars[i].Name))
                problems.Add(new($"calendars[{i}].name", "Allowed: 1 to 40 lower-case letters, digits and dashes, beginning with a letter."));
            problems.AddRange(setup.Calendars[i].Build().Problems.Select(p => new OwnershipProblem($"calendars[{i}]", p)));
        }

        foreach (var twice in setup.Calendars.GroupBy(c => c.Name).Where(g => g.Count() > 1))
            problems.Add(new("calendars", $"There are two calendars '{twice.Key}'."));
        return problems;
    }

    private static IEnumerable<OwnershipProblem> Rule(OwnershipRule rule, string path, HashSet<string> teams, bool behindEverything)
    {
        if (!teams.Contains(rule.Team))
            yield return new($"{path}.team", rule.Team.Length == 0 ? "A rule needs a team." : $"There is no team '{rule.Team}'.");
        if (behindEverything)
            yield return new(path, "A rule above it fits everything, so this one never decides. Move it up or remove it.");
        for (var i = 0; i < rule.When.Count; i++)
        {
            var condition = rule.When[i];
            var at = $"{path}.when[{i}]";
            if (condition.Values.Count is 0 or > MostValues || condition.Values.Any(v => string.IsNullOrWhiteSpace(v) || v.Length > LongestValue))
                yield return new(at, $"Allowed: 1 to {MostValues} values of 1 to {LongestValue} characters.");
            else if (condition.Field == OwnershipFields.Total)
            {
                if (condition.Values.Any(v => CompiledOwnership.Amount(v) is null))
                    yield return new(at, "Write an amount with its currency, such as 500 EUR.");
            }
            else if (OwnershipFields.Reader(condition.Field) is null)
                yield return new(at, $"There is no field '{condition.Field}'. There are {string.Join(", ", OwnershipFields.Named)}, and paths of the order such as order.extensions.brand.");
            else if (condition.Field == OwnershipFields.Kind && condition.Values.FirstOrDefault(v => !v.EndsWith('*') && Kinds.All(k => !k.Equals(v, StringComparison.OrdinalIgnoreCase))) is { } odd)
                yield return new(at, $"There is no kind of fault '{odd}'. There are {string.Join(", ", Kinds)}.");
        }
    }

    private static IEnumerable<OwnershipProblem> TeamOf(OwnershipSetup setup, Team team, string path)
    {
        if (!KeyPattern().IsMatch(team.Key))
            yield return new($"{path}.key", "Allowed: 1 to 40 lower-case letters, digits and dashes, beginning with a letter.");
        if (team.Name.Trim().Length is 0 or > 80)
            yield return new($"{path}.name", "A team needs a name of at most 80 characters.");
        if (team.Members.Count == 0)
            yield return new($"{path}.members", "A team without members is a queue that nobody looks at. Name a person or a role, such as role:operator.");
        if (team.Members.Count + team.Leads.Count + team.Managers.Count > 200)
            yield return new($"{path}.members", "Allowed: at most 200 people.");
        if (team.Calendar.Length > 0 && setup.Calendars.All(c => c.Name != team.Calendar))
            yield return new($"{path}.calendar", $"There is no calendar '{team.Calendar}'.");
        if (team.Ladder.Count > 10 || team.Ladder.Zip(team.Ladder.Skip(1)).Any(p => p.First.After > p.Second.After))
            yield return new($"{path}.ladder", "Allowed: at most 10 steps, in the order of time.");
        if (team.UrgentWithin < TimeSpan.Zero || team.UrgentWithin > TimeSpan.FromDays(7))
            yield return new($"{path}.urgentWithin", "Allowed: at most 7 days; zero = never.");
        if (team.Notify.Count > 10)
            yield return new($"{path}.notify", "Allowed: at most 10 addresses.");
        foreach (var address in team.Notify.Where(a => !IsMail(a) && !IsWebhook(a)))
            yield return new($"{path}.notify", $"'{address}' is neither a mail address nor an https address.");
    }

    public static bool IsMail(string address) => address.Length <= 128 && !address.Contains('/', StringComparison.Ordinal) && MailAddress.TryCreate(address, out var mail) && mail.Address == address;

    public static bool IsWebhook(string address) => address.Length <= 300 && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri is { Scheme: "https" or "http", UserInfo.Length: 0 };

    private static readonly IReadOnlyList<string> Kinds = [.. Enum.GetValues<FaultKind>().Select(OwnershipFields.Word)];

    [GeneratedRegex("^[a-z][a-z0-9-]{0,39}$")]
    private static partial Regex KeyPattern();
}
