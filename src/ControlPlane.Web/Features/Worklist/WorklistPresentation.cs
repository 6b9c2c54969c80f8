using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Worklist;
using ControlPlane.Web.Controls;
using MudBlazor;

namespace ControlPlane.Web.Features.Worklist;

/// <summary>How the worklist reads and looks. Pure.</summary>
public static class WorklistPresentation
{
    /// <summary>Nearer than this a deadline is marked.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromHours(4);

    public static string Word(WorkDue due) => due switch { WorkDue.Overdue => "overdue", WorkDue.Soon => "4h", WorkDue.Today => "today", _ => throw new ArgumentOutOfRangeException(nameof(due)) };

    public static string Title(WorkDue due) => due switch { WorkDue.Overdue => "Overdue", WorkDue.Soon => "Within 4 h", WorkDue.Today => "Today", _ => throw new ArgumentOutOfRangeException(nameof(due)) };

    /// <summary>The sentence under the title.</summary>
    public static string Answer(WorkSummary summary, DateTimeOffset now, bool filtered)
    {
        if (summary.Count.Value == 0)
            return filtered ? "Nothing of this waits for anybody." : "Nothing waits for anybody.";
        var one = summary.Count is { Value: 1, AtLeast: false };
        var parts = new List<string> { $"{(one ? "1 order waits" : $"{summary.Count} orders wait")} for somebody" };
        if (summary.Money.Any(m => m.MinorUnits != 0))
            parts.Add($"{MoneyFormat.Sum(summary.Money)} held up");
        if (summary.Overdue > 0)
            parts.Add($"{MoneyFormat.Count(summary.Overdue)} overdue");
        if (summary.Next is { } next)
            parts.Add($"the next deadline in {TimeText.Duration(next - now)}");
        return string.Join(", ", parts) + ".";
    }

    public static Look Due(DateTimeOffset? actBy, DateTimeOffset now) => actBy switch
    {
        null => new("No deadline", Icons.Material.Outlined.EventAvailable, Tone.Neutral),
        { } by when by <= now => new("Overdue", Icons.Material.Outlined.NotificationImportant, Tone.Stuck),
        { } by when by - now <= Soon => new("Due soon", Icons.Material.Outlined.Timer, Tone.Waiting),
        _ => new("Due", Icons.Material.Outlined.Event, Tone.Neutral),
    };

    /// <summary>"126.40 EUR would be lost when Walmart cancels it, in 3 h." Null where no rule says anything.</summary>
    public static string? Why(Stake? stake, DateTimeOffset now)
    {
        if (stake is null)
            return null;
        var loss = stake.Loss is { } money ? MoneyFormat.Text(money) : "A total that the channel withholds";
        var (would, may) = stake.Rule.Cost is PenaltyCost.Fixed ? ("would be charged", "may be charged already") : ("would be lost", "may be lost already");
        var about = stake.Rule.Cost is PenaltyCost.Share ? "About " : "";
        return stake.Deadline switch
        {
            var by when by > now => $"{about}{loss} {would} when {stake.Rule.Title}, in {TimeText.Duration(by - now)}.",
            var by => $"{about}{loss} {may}: the time passed {TimeText.Duration(now - by)} ago, after which {stake.Rule.Title}.",
        };
    }

    /// <summary>From where that is known, and how sure it is.</summary>
    public static string Grounds(PenaltyRule rule)
    {
        var limit = rule.Limit.Length > 0 ? $"{char.ToUpperInvariant(rule.Limit[0])}{rule.Limit[1..]}. " : "";
        var read = rule.ReadOn is { } on ? $", read {on:yyyy-MM-dd}" : "";
        return $"{limit}Probability {rule.Probability * 100:0.#} %. In force from {rule.ValidFrom:yyyy-MM-dd}.{(read.Length > 0 ? $" Source{read}:" : " Source:")}";
    }

    public static string FilterWord(string name) => name switch
    {
        "q" => "Number",
        "channel" => "Channel",
        "party" => "Whose move",
        "system" => "Stands at",
        "case" => "Cause",
        "owner" => "Owner",
        "due" => "Due",
        "least" => "Total at least",
        "kind" => "Kind",
        _ => "Fault",
    };

    /// <param name="cause">Title of the case that is filtered by, where it is known.</param>
    public static string FilterValue(string name, string value, IConnectionRegistry connections, IReadOnlyList<WorkOwner> teams, string? cause) => name switch
    {
        "channel" or "system" => connections.Find(value)?.DisplayName ?? value,
        "party" => value == "us" ? PartyPresentation.Word(null) : SystemRoles.TryParse(value, out var role) ? PartyPresentation.Word(role) : value,
        "owner" => value == WorkFilter.Nobody ? "unclaimed" : value == WorkFilter.Mine ? "me" : teams.FirstOrDefault(t => t.Key == value)?.Name ?? value,
        "due" => Title(Enum.GetValues<WorkDue>().First(d => Word(d) == value)),
        "case" => cause is { Length: > 60 } ? cause[..59] + "…" : cause ?? "one case",
        _ => value,
    };
}
