using System.Globalization;
using ControlPlane.Domain.Ownership;

namespace ControlPlane.Web.Features.Ownership;

/// <summary>A setup while somebody edits it: as texts, until it is published.</summary>
public sealed class OwnershipDraft
{
    private readonly OwnershipSetup _from;

    public OwnershipDraft(OwnershipSetup from)
    {
        _from = from;
        Rules = [.. from.Rules.Select(r => new DraftRule { Team = r.Team, When = [.. r.When.Select(c => new DraftCondition { Field = c.Field, Values = string.Join(", ", c.Values) })] })];
        Teams = [.. from.Teams.Select(t => new DraftTeam(t))];
        (Fallback, Waiver) = (from.Fallback ?? "", from.Waiver ?? "");
    }

    public List<DraftRule> Rules { get; }

    public List<DraftTeam> Teams { get; }

    /// <summary>Key of a team; empty = nobody.</summary>
    public string Fallback { get; set; }

    public string Waiver { get; set; }

    /// <summary>What cannot even be read, besides what the checks of the setup find.</summary>
    public IReadOnlyList<OwnershipProblem> Unreadable =>
        [.. Teams.SelectMany((t, i) => t.Problems.Select(p => new OwnershipProblem($"teams[{i}]", p)))];

    public OwnershipSetup Setup => _from with
    {
        Rules = [.. Rules.Select(r => new OwnershipRule([.. r.When.Select(c => new OwnershipCondition(c.Field, c.Field == OwnershipFields.Total ? [c.Values.Trim()] : Split(c.Values, ',')))], r.Team))],
        Fallback = Fallback.Length == 0 ? null : Fallback,
        Waiver = Waiver.Trim().Length == 0 || Fallback.Length > 0 ? null : Waiver.Trim(),
        Teams = [.. Teams.Select(t => t.Team)],
    };

    /// <summary>Against what is in service, in sentences.</summary>
    public IReadOnlyList<string> Changes => OwnershipDiff.Between(_from, Setup);

    public void Move(DraftRule rule, int by)
    {
        var at = Rules.IndexOf(rule);
        if (at < 0 || at + by < 0 || at + by >= Rules.Count)
            return;
        Rules.RemoveAt(at);
        Rules.Insert(at + by, rule);
    }

    internal static IReadOnlyList<string> Split(string text, params char[] by) => text.Split(by, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

public sealed class DraftRule
{
    public List<DraftCondition> When { get; init; } = [];

    public string Team { get; set; } = "";
}

public sealed class DraftCondition
{
    public string Field { get; set; } = OwnershipFields.Code;

    /// <summary>Parted by commas.</summary>
    public string Values { get; set; } = "";
}

public sealed class DraftTeam
{
    public DraftTeam(Team of)
    {
        (Key, Name, Calendar) = (of.Key, of.Name, of.Calendar);
        (Members, Leads, Managers, Notify) = (Lines(of.Members), Lines(of.Leads), Lines(of.Managers), Lines(of.Notify));
        Ladder = string.Join(", ", of.Ladder);
        UrgentMinutes = ((int)of.UrgentWithin.TotalMinutes).ToString(CultureInfo.InvariantCulture);
    }

    public string Key { get; set; }

    public string Name { get; set; }

    public string Members { get; set; }

    public string Leads { get; set; }

    public string Managers { get; set; }

    public string Calendar { get; set; }

    public string Notify { get; set; }

    /// <summary><c>30m team, 1h lead</c></summary>
    public string Ladder { get; set; }

    public string UrgentMinutes { get; set; }

    public IEnumerable<string> Problems
    {
        get
        {
            foreach (var step in OwnershipDraft.Split(Ladder, ',', '\n').Where(s => EscalationStep.Parse(s) is null))
                yield return $"The step '{step}' of the team {Name} cannot be read. Write it like 30m team, 1h lead, 1d manager.";
            if (!int.TryParse(UrgentMinutes, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) || minutes > 10_080)
                yield return $"The minutes of the team {Name} are a whole number from 0 to 10080.";
        }
    }

    public Team Team => new()
    {
        Key = Key.Trim(), Name = Name.Trim(), Members = OwnershipDraft.Split(Members, '\n', ','), Leads = OwnershipDraft.Split(Leads, '\n', ','), Managers = OwnershipDraft.Split(Managers, '\n', ','), Calendar = Calendar,
        Notify = OwnershipDraft.Split(Notify, '\n', ','), Ladder = [.. OwnershipDraft.Split(Ladder, ',', '\n').Select(EscalationStep.Parse).OfType<EscalationStep>()],
        UrgentWithin = TimeSpan.FromMinutes(int.TryParse(UrgentMinutes, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) ? Math.Min(minutes, 10_080) : 0),
    };

    private static string Lines(IReadOnlyList<string> names) => string.Join('\n', names);
}
