using System.Globalization;

namespace ControlPlane.Domain.Ownership;

/// <summary>Whom a step of the ladder tells.</summary>
public enum EscalationTo : short
{
    Team = 1,
    Lead = 2,
    Manager = 3,
}

/// <param name="After">Working time of the team's calendar for which an order was stuck and nobody took it, 1 minute to 30 days.</param>
public sealed record EscalationStep(TimeSpan After, EscalationTo To)
{
    /// <summary><c>30m team</c>, <c>2h manager</c>.</summary>
    public override string ToString() => $"{Short(After)} {To.ToString().ToLowerInvariant()}";

    public static EscalationStep? Parse(string text)
    {
        if (text.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [[.. var number, var unit], var to]
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || unit is not ('m' or 'h' or 'd')
            || !Enum.TryParse<EscalationTo>(to, ignoreCase: true, out var whom) || !Enum.IsDefined(whom) || int.TryParse(to, out _))
            return null;
        // Bounded before it is multiplied.
        var minutes = Math.Min(count, 100_000) * (unit == 'm' ? 1L : unit == 'h' ? 60 : 1440);
        return minutes is >= 1 and <= 43_200 ? new(TimeSpan.FromMinutes(minutes), whom) : null;
    }

    private static string Short(TimeSpan time) => time.TotalMinutes % 1440 == 0 ? $"{time.TotalDays:0}d" : time.TotalMinutes % 60 == 0 ? $"{time.TotalHours:0}h" : $"{time.TotalMinutes:0}m";
}

/// <summary>Who works on stuck orders. A team owns a queue; there is no queue without one.</summary>
public sealed record Team
{
    /// <summary>Lower-case letters, digits and dashes, 1 to 40.</summary>
    public required string Key { get; init; }

    public required string Name { get; init; }

    /// <summary>How people sign in, or a role as <c>role:operator</c>.</summary>
    public IReadOnlyList<string> Members { get; init; } = [];

    /// <summary>Of the people, those who may hand out its orders and hear of what is late.</summary>
    public IReadOnlyList<string> Leads { get; init; } = [];

    public IReadOnlyList<string> Managers { get; init; } = [];

    /// <summary>Name of a calendar; empty = Monday to Friday, 8 to 18 UTC.</summary>
    public string Calendar { get; init; } = "";

    /// <summary>Where the team is told besides the portal: mail addresses and https addresses of webhooks.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>In the order of time.</summary>
    public IReadOnlyList<EscalationStep> Ladder { get; init; } = DefaultLadder;

    /// <summary>A deadline as near as this is told at once, at night too; zero = never.</summary>
    public TimeSpan UrgentWithin { get; init; } = TimeSpan.FromHours(2);

    public static readonly IReadOnlyList<EscalationStep> DefaultLadder =
    [
        new(TimeSpan.FromMinutes(30), EscalationTo.Team), new(TimeSpan.FromHours(1), EscalationTo.Lead), new(TimeSpan.FromHours(2), EscalationTo.Manager),
    ];

    public const string RolePrefix = "role:";

    /// <summary>People and roles whom a step reaches. A ladder without a lead or manager reaches the next below, so that it never ends in nobody.</summary>
    public IReadOnlyList<string> Reached(EscalationTo to) => to switch
    {
        EscalationTo.Manager when Managers.Count > 0 => Managers,
        EscalationTo.Manager or EscalationTo.Lead when Leads.Count > 0 => Leads,
        _ => Members,
    };

    public bool Has(string person, Func<string, bool> hasRole) => In(Members, person, hasRole) || IsLedBy(person, hasRole);

    public bool IsLedBy(string person, Func<string, bool> hasRole) => In(Leads, person, hasRole) || In(Managers, person, hasRole);

    private static bool In(IReadOnlyList<string> names, string person, Func<string, bool> hasRole) =>
        names.Any(n => n.StartsWith(RolePrefix, StringComparison.Ordinal) ? hasRole(n[RolePrefix.Length..]) : string.Equals(n, person, StringComparison.OrdinalIgnoreCase));
}
